"""Who has completed what: the matrix as a page, its acts, and the workbook of just what is seen."""

import io
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from portal import audit
from portal.admin import lists, refusals
from portal.admin.house import person, scoped
from portal.choices import AuditAction, Role
from portal.errors import DomainError
from portal.resources import ExcelFile
from portal.transfers.writing import Filled, write_xlsx
from staffing.models import Agent, Position, Team
from training import policy, rights
from training.admin import topic_choice
from training.admin.enrolment_forms import ACTS, CellsForm
from training.courses import bulk, matrix
from training.courses.matrix import LABELS, SIGNS, Asked, Look, Matrix
from training.models import Enrolment, Topic
from training.sessions import figures as sessions

PAGE = "admin:training_enrolment_matrix"
PERSONS_AT_MOST = 200
"""On one page; beyond, one chooses a team. Numbers and the workbook are of all."""
FILLS = {
    Look.COMPLETED: "#16a34a",
    Look.OVERDUE: "#dc2626",
    Look.FAILED: "#b91c1c",
    Look.IN_PROGRESS: "#2563eb",
    Look.OUTDATED: "#d97706",
    Look.WAIVED: "#64748b",
}


def urls(site: AdminSite) -> list[URLPattern]:
    """Below the address of enrolments."""
    return [
        path("matrix/", site.admin_view(show), name="training_enrolment_matrix"),
        path("matrix/act/", site.admin_view(act), name="training_enrolment_matrix_act"),
        path("matrix/export/", site.admin_view(export), name="training_enrolment_matrix_export"),
    ]


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if not looks_after_people(request):
        raise PermissionDenied
    asked = asked_for(request)
    now = timezone.now()
    whole = matrix.read(user, asked, on=timezone.localdate(now))
    shown = Matrix(courses=whole.courses, rows=whole.rows[:PERSONS_AT_MOST], totals=whole.totals)
    query = urlencode({name: value for name, value in request.GET.items() if value})
    context = {
        **admin.site.each_context(request),
        "title": _("Who has completed what"),
        "matrix": shown,
        "whole": whole,
        "participation": participation_of(whole, at=now),
        "cut": len(whole.rows) - len(shown.rows),
        "asked": asked,
        "teams": scoped(Team.objects.order_by("name"), request),
        "positions": Position.objects.order_by("name"),
        "topics": topic_choice.tree(),
        "legend": [(look, SIGNS[look], LABELS[look]) for look in Look],
        "query": query,
        "may_act": user.has_perm(rights.MARK_ENROLMENT),
        "may_export": user.has_perm("training.export_enrolment"),
        "acts": ACTS,
        "form": CellsForm(),
    }
    return TemplateResponse(request, "training/courses/matrix.html", context)


def participation_of(table: Matrix, *, at: datetime) -> sessions.Participation:
    """Of the people shown, in the sessions up to then. One query."""
    people = Agent.objects.filter(pk__in=[row.agent.pk for row in table.rows])
    on = timezone.localdate(at)
    rows = sessions.participation(people, on - policy.PARTICIPATION_LOOKED_BACK, on, at=at)
    return sessions.total(rows)


def looks_after_people(request: HttpRequest) -> bool:
    """The numbers of colleagues are for those who lead, teach or check; an agent has a page of his own."""
    user = person(request)
    return user.has_perm("training.export_enrolment") or user.has_role(Role.AUDITOR)


def asked_for(request: HttpRequest) -> Asked:
    """Out of the query; what is not there, or may not be seen, narrows nothing."""

    def row(rows: Any, name: str) -> Any:
        key = lists.key(request.GET.get(name, ""))
        return rows.filter(pk=key).first() if key is not None else None

    position = row(Position.objects, "position")
    return Asked(
        team=row(scoped(Team.objects.all(), request), "team"),
        position_id=position.pk if position else None,
        topic=row(Topic.objects, "topic"),
        only_gaps=request.GET.get("only") == "gaps",
    )


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """One act on all chosen cells; what was refused is told by its reason."""
    form = CellsForm(data=request.POST, files=request.FILES)
    if form.is_valid():
        _take(request, form)
    else:
        for errors in form.errors.values():
            messages.error(request, "; ".join(str(error) for error in errors))
    query = request.GET.urlencode()
    return redirect(f"{reverse(PAGE)}{'?' if query else ''}{query}")


def _take(request: HttpRequest, form: CellsForm) -> None:
    given = form.cleaned_data
    wanted = bulk.Wanted(
        reason=given["reason"],
        due_on=given["due_on"],
        done_on=given["done_on"],
        evidence=given["evidence"],
    )
    try:
        outcome = bulk.act_on_cells(
            given["cells"], bulk.Act(given["act"]), wanted, by=person(request), at=timezone.now()
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return
    if outcome.done:
        told = ngettext("Done for %(count)s cell.", "Done for %(count)s cells.", outcome.done)
        messages.success(request, told % {"count": outcome.done})
    for sentence in refusals.sentences(outcome.refused):
        messages.error(request, sentence)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if not user.has_perm("training.export_enrolment"):
        raise PermissionDenied
    table = matrix.read(user, asked_for(request), on=timezone.localdate())
    out = io.BytesIO()
    write_xlsx(out, *_sheet(table), title=_("Who has completed what"))
    facts = {"rows": [None, len(table.rows)], "file": [None, "matrix"]}
    audit.record(AuditAction.EXPORT, Enrolment, by=user, at=timezone.now(), changes=facts)
    name = f"matrix-{timezone.localdate().isoformat()}.xlsx"
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(
        out.getvalue(),
        content_type=ExcelFile().get_content_type(),
        headers={"Content-Disposition": disposition},
    )


def _sheet(table: Matrix) -> tuple[list[object], list[list[object]]]:
    """What stands on the page: the state in words, the day where one is due, a percentage for each."""
    header: list[object] = [
        _("Staff number"),
        _("Name"),
        _("Team"),
        *(course.title for course in table.courses),
    ]
    rows: list[list[object]] = [
        [
            row.agent.staff_no,
            row.agent.user.name,
            row.agent.team.name,
            *(Filled(_words(cell), FILLS.get(cell.look, "")) for cell in row.cells),
            _percent(row.tally.percent),
        ]
        for row in table.rows
    ]
    totals = [_percent(total.percent) for total in table.totals]
    rows.append([_("Completed"), "", "", *totals, _percent(table.tally.percent)])
    return [*header, _("Completed")], rows


def _words(cell: matrix.Cell) -> str:
    if cell.look == Look.NONE:
        return ""
    return f"{cell.label} {cell.shown_day}" if cell.shown_day else str(cell.label)


def _percent(value: int | None) -> str:
    return "" if value is None else f"{value}%"
