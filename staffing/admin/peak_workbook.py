"""A peak plan as one table: what the page shows, line by line, to be printed or sent around."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from portal.transfers.writing import Value
from staffing.admin.peak_page import FLAWS, target
from staffing.models import PeakTask
from staffing.peaks.figures import NeedLine, PhaseLine, PlanFigures

Row = Sequence[Value]


def header() -> Row:
    return [
        _("Part"), _("What"), _("From"), _("To"), _("Wanted"), _("Found"), _("Trained"), _("Responsible"),
        _("State"), _("Remarks"),
    ]  # fmt: skip


def rows(of: PlanFigures) -> Iterator[Row]:
    yield from _plan(of)
    for phase in of.phases:
        yield _phase(phase)
    for need in of.needs:
        yield _need(need)
    for day in of.days:
        for task in day.tasks:
            yield _task(task, _("Task"), of)
    for contingency in of.plan.contingencies.select_related("responsible"):
        what = f"{contingency.risk} · {contingency.trigger}"
        yield _row(
            _("Contingency"), what, responsible=contingency.responsible or "", note=contingency.measure
        )
    review = getattr(of.plan, "review", None)
    if review is not None:
        yield _row(_("Review"), _("What went well"), first=review.at.date(), note=review.went_well)
        yield _row(_("Review"), _("What did not"), first=review.at.date(), note=review.went_badly)
        yield _row(_("Review"), _("Conclusions"), first=review.at.date(), note=review.conclusions)
    for task in of.follow_ups:
        yield _task(task, _("Follow-up"), of)


def _row(
    part: str,
    what: object,
    *,
    first: object = None,
    last: object = None,
    wanted: int | None = None,
    found: int | None = None,
    trained: int | None = None,
    responsible: object = "",
    state: object = "",
    note: object = "",
) -> Row:
    return [part, what, first, last, wanted, found, trained, responsible, state, note]


def _plan(of: PlanFigures) -> Iterator[Row]:
    plan = of.plan
    teams = ", ".join(str(team) for team in of.teams)
    told = {"name": plan.name, "teams": teams}
    yield _row(
        _("Peak plan"), _("%(name)s: %(teams)s") % told, first=plan.first_on, last=plan.last_on,
        wanted=of.baseline, responsible=plan.created_by or "", state=plan.get_state_display(), note=plan.note,
    )  # fmt: skip
    yield _row(_("Target"), target(plan))


def _phase(line: PhaseLine) -> Row:
    phase, balance = line.phase, line.balance
    return _row(
        _("Phase"), f"{phase.get_kind_display()} × {phase.factor.normalize():f}", first=phase.first_on,
        last=phase.last_on, wanted=balance.gap if balance else None,
        found=balance.found if balance else None, trained=balance.trained if balance else None,
        note=phase.note,
    )  # fmt: skip


def _need(line: NeedLine) -> Row:
    need = line.need
    notes = [need.note, *(str(FLAWS[flaw]) for flaw in line.flaws), ", ".join(map(str, line.people))]
    return _row(
        _("People wanted"), str(need), first=need.first_on, last=need.last_on, wanted=need.head_count,
        found=line.found, trained=line.trained, responsible=need.responsible or "",
        state=need.get_state_display(), note="; ".join(filter(None, notes)),
    )  # fmt: skip


def _task(task: PeakTask, part: str, of: PlanFigures) -> Row:
    late = _("Past due") if task.is_overdue(of.today) else ""
    return _row(
        part,
        task.text,
        last=task.due_on,
        responsible=task.owner or "",
        state=_("Done") if task.done_at else late,
    )
