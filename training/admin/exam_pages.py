"""The pages of an exam beside its form: a sample paper, and what its judged papers tell."""

import io
import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import audit
from portal.admin import lists
from portal.admin.charts import Chart, chart
from portal.admin.house import HouseAdmin, person
from portal.choices import AuditAction
from portal.errors import DomainError
from portal.transfers import writing
from training import rights
from training.choices import ExamState, QuestionKind
from training.exams import figures
from training.exams.figures import ExamFigures
from training.exams.importing import HEADERS
from training.exams.papers import draw
from training.models import Exam, ExamAttempt

STATES = {ExamState.DRAFT: "warning", ExamState.OPEN: "success", ExamState.CLOSED: "default"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_SEED = 9999
BELOW, ABOVE = "var(--color-base-400)", "var(--color-primary-600)"


def may_write(request: HttpRequest) -> bool:
    return person(request).has_perm(rights.SET_EXAMS)


def may_see_bank(request: HttpRequest) -> bool:
    return person(request).has_perm("training.view_question")


def may_see_results(request: HttpRequest) -> bool:
    """Those who look after people; figures of questions are only for those who keep the bank."""
    return person(request).has_perm("training.export_examattempt")


def attempts_seen(request: HttpRequest) -> Any:
    return ExamAttempt.objects.visible_to(person(request))


def sample(model_admin: HouseAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """A paper as somebody may get it, and with `?key=1` what is right. The same seed draws it again."""
    if not (may_write(request) and may_see_bank(request)):
        raise PermissionDenied
    exam = _exam(model_admin, request, object_id)
    seed = min(lists.key(request.GET.get("seed", "")) or 1, LARGEST_SEED)
    context: dict[str, Any] = {"seed": seed, "shows_key": request.GET.get("key") == "1"}
    try:
        paper = draw(exam, seed=seed)
    except DomainError as refusal:
        context["refusal"] = str(refusal)
    else:
        kinds = dict(QuestionKind.choices)
        context["paper"] = [(one, kinds[one.kind]) for one in paper]
        context["total"] = sum(one.marks for one in paper)
    context["another"] = 1 + secrets.randbelow(LARGEST_SEED)
    return _page(model_admin, request, exam, context, page="sample", title=_("Sample paper"))


def results(model_admin: HouseAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Who passed, how the scores lie, and which questions should be looked at."""
    exam, told = _told(model_admin, request, object_id)
    context = {
        "told": told,
        "charts": [distribution(exam, told)],
        "may_see_bank": may_see_bank(request),
        "may_export": may_see_bank(request) and told.items,
    }
    return _page(model_admin, request, exam, context, page="results", title=_("Results"))


def results_export(model_admin: HouseAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """The figures of its questions as a workbook."""
    if not may_see_bank(request):
        raise PermissionDenied
    exam, told = _told(model_admin, request, object_id)
    out = io.BytesIO()
    writing.write_xlsx(out, header(), rows(told), title=exam.title)
    facts = {"rows": [None, len(told.items)]}
    audit.record(AuditAction.EXPORT, exam, by=person(request), at=timezone.now(), changes=facts)
    name = f"{exam.code}-{timezone.localdate()}.xlsx"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(out.getvalue(), content_type=XLSX, headers=disposition)


def header() -> Sequence[str]:
    return [
        *(str(HEADERS[name]) for name in ("code", "stem", "kind", "topic")),
        _("Answers"), _("Share right"), _("Discrimination"), _("Correlation with the rest"),
        _("To be looked at"),
    ]  # fmt: skip


def rows(told: ExamFigures) -> Iterator[Sequence[object]]:
    for line in told.items:
        question, item = line.question, line.item
        yield [
            question.code,
            question.stem,
            question.get_kind_display(),
            str(question.topic),
            item.answers,
            _rounded(item.difficulty),
            _rounded(item.discrimination),
            _rounded(item.correlation),
            ", ".join(str(finding.label) for finding in item.findings),
        ]


def distribution(exam: Exam, told: ExamFigures) -> Chart:
    """Papers by tenths of the marks: those that surely reach the pass mark in another colour."""
    labels = [f"{band * 10}–{band * 10 + 10} %" for band in range(len(told.bands))]
    reached = [band * 10 >= exam.pass_mark_percent for band in range(len(told.bands))]
    pairs = list(zip(told.bands, reached, strict=True))
    above: list[float | None] = [count if is_reached else None for count, is_reached in pairs]
    below: list[float | None] = [None if is_reached else count for count, is_reached in pairs]
    series = {_("Below the pass mark"): (BELOW, below), _("Pass mark reached"): (ABOVE, above)}
    return chart(_("Papers by share of the marks"), "bar", labels, series, is_stacked=True)


def _told(model_admin: HouseAdmin, request: HttpRequest, object_id: str) -> tuple[Exam, ExamFigures]:
    if not may_see_results(request):
        raise PermissionDenied
    exam = _exam(model_admin, request, object_id)
    return exam, figures.of_attempts(attempts_seen(request).filter(exam=exam))


def _exam(model_admin: HouseAdmin, request: HttpRequest, object_id: str) -> Exam:
    exam = model_admin.get_object(request, object_id)
    if exam is None:
        raise Http404(_("This does not exist, or you may not see it."))
    return exam


def _page(
    model_admin: HouseAdmin,
    request: HttpRequest,
    exam: Exam,
    context: dict[str, Any],
    *,
    page: str,
    title: str,
) -> HttpResponse:
    usual = {
        **model_admin.admin_site.each_context(request),
        "title": f"{exam.title} · {title}",
        "opts": model_admin.opts,
        "exam": exam,
        "page": page,
        "state_tone": STATES[ExamState(exam.state)],
        "may_write": may_write(request),
        "may_see_results": may_see_results(request),
    }
    return TemplateResponse(request, f"training/exams/{page}.html", usual | context)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
