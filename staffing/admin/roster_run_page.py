"""What the page of a run shows, as plain values: how far it is, its proposals, one of them in cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.errors import Text
from portal.models import User
from staffing import rights
from staffing.choices import RunState
from staffing.models import Agent, RosterProposal, RosterRun, ShiftType, Skill
from staffing.planning import explaining
from staffing.planning.explaining import Names

CHANGES_SHOWN = 60

PHASES: Mapping[str, Text] = {
    "collect": gettext_lazy("Collecting rules, people and requirements"),
    "start": gettext_lazy("A first roster"),
    "bound": gettext_lazy("Finding out what cannot be beaten"),
    "whole": gettext_lazy("Looking for the best roster"),
    "parts": gettext_lazy("Improving it piece by piece"),
    "explain": gettext_lazy("Finding out why not everything can be met"),
}

HIGHER_IS_BETTER = True
ROWS: Sequence[tuple[str, Text, bool]] = (
    ("cover", gettext_lazy("Requirement covered"), HIGHER_IS_BETTER),
    ("missing_hours", gettext_lazy("Hours missing"), not HIGHER_IS_BETTER),
    ("unmet", gettext_lazy("Missing below the minimum"), not HIGHER_IS_BETTER),
    ("wishes_met", gettext_lazy("Wishes met"), HIGHER_IS_BETTER),
    ("night_spread", gettext_lazy("Nights: most less fewest"), not HIGHER_IS_BETTER),
    ("weekend_spread", gettext_lazy("Weekend days: most less fewest"), not HIGHER_IS_BETTER),
    ("shifts", gettext_lazy("Shifts"), HIGHER_IS_BETTER),
    ("changes", gettext_lazy("Cells changed"), not HIGHER_IS_BETTER),
    ("value", gettext_lazy("Penalty points"), not HIGHER_IS_BETTER),
)
NEUTRAL = {"shifts", "changes"}
"""Neither more nor less is better by itself."""


@dataclass(frozen=True)
class Figure:
    text: str
    is_best: bool = False


@dataclass(frozen=True)
class Row:
    """One figure of all proposals; the first is the plan as it stood."""

    label: Text
    figures: Sequence[Figure]


@dataclass(frozen=True)
class Cell:
    text: str
    colour: str
    was: str
    is_changed: bool


@dataclass(frozen=True)
class Line:
    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Day:
    on: date
    weekday: str


@dataclass(frozen=True)
class Change:
    name: str
    on: date
    before: str
    after: str


@dataclass(frozen=True)
class Page:
    """A run that has ended. `chosen` is the proposal shown in cells."""

    proposals: Sequence[RosterProposal]
    rows: Sequence[Row]
    chosen: RosterProposal | None
    days: Sequence[Day]
    lines: Sequence[Line]
    changes: Sequence[Change]
    more_changes: int
    shortages: Sequence[explaining.Shortage]
    conflicts: Sequence[str]
    absent: str = ""


def progress_of(run: RosterRun) -> dict[str, Any]:
    """For the script that watches a run; texts in the reader's language."""
    told = run.progress or {}
    return {
        "state": run.state,
        "is_open": run.is_open,
        "percent": told.get("percent", 0),
        "trace": told.get("trace", []),
        "value": told.get("value"),
        "bound": told.get("bound"),
        "text": _progress_text(run, told),
    }


def page_of(run: RosterRun, *, chosen: str, reader: User) -> Page:
    proposals = list(run.proposals.all())
    shown = next((each for each in proposals if str(each.pk) == chosen), None)
    shown = shown or next(iter(proposals), None)
    names = _names(run, proposals, reader)
    colours = dict(ShiftType.objects.order_by().values_list("code", "colour"))
    changes = [
        Change(names.agents.get(who, ""), date.fromisoformat(on), _cell(before, names), _cell(after, names))
        for who, on, before, after in (shown.changes if shown else [])
    ]
    return Page(
        proposals=proposals,
        rows=_rows(run, proposals),
        chosen=shown,
        days=_days(run),
        lines=_lines(run, shown, names, colours) if shown else [],
        changes=changes[:CHANGES_SHOWN],
        more_changes=max(0, len(changes) - CHANGES_SHOWN),
        shortages=explaining.shortages(shown.shortfalls, names) if shown else [],
        conflicts=explaining.rule_sentences(run.explanation, names),
        absent=_absent(run, names),
    )


def _progress_text(run: RosterRun, told: Mapping[str, Any]) -> str:
    if run.state == RunState.QUEUED:
        return _("Waiting for a free worker")
    if run.is_stop_asked and run.is_open:
        return _("Stopping …")
    if not run.is_open:
        text = _("%(state)s after %(seconds)s s") % {
            "state": run.get_state_display(),
            "seconds": number_format(told.get("seconds", 0), 0),
        }
        return " · ".join(filter(None, (text, _repeating(run))))
    phase = str(PHASES.get(told.get("phase", ""), run.get_state_display()))
    if told.get("value") is None:
        return phase
    return _("%(phase)s · %(seconds)s s · penalty %(value)s") % {
        "phase": phase,
        "seconds": number_format(told.get("seconds", 0), 0),
        "value": number_format(told["value"], 0),
    }


def _repeating(run: RosterRun) -> str:
    """Whether the same seed gives the same proposals again: not where the clock ended a search."""
    figures = run.proposals.order_by().values_list("figures", flat=True)
    if run.state != RunState.DONE or not figures:
        return ""
    if all(each.get("repeats") for each in figures):
        return _("seed %(seed)s gives the same again") % {"seed": run.seed}
    return _("ended by the clock: seed %(seed)s may give another roster") % {"seed": run.seed}


def _names(run: RosterRun, proposals: Sequence[RosterProposal], reader: User) -> Names:
    keys = {int(key) for key in run.base} | {int(key) for each in proposals for key in each.cells}
    agents = Agent.objects.filter(pk__in=keys).order_by("user__name")
    return Names(
        agents=dict(agents.values_list("pk", "user__name")),
        shifts=dict(ShiftType.objects.order_by().values_list("code", "name")),
        skills=dict(Skill.objects.order_by().values_list("pk", "name")),
        with_protections=reader.has_perm(rights.RESTRICT),
    )


def _days(run: RosterRun) -> list[Day]:
    count = (run.roster.last_on - run.roster.first_on).days + 1
    days = [run.roster.first_on + timedelta(days=number) for number in range(count)]
    return [Day(on, _weekday(on)) for on in days]


def _weekday(on: date) -> str:
    """As narrow as can be: the last sign of 星期一, the first letters of Mon."""
    name = date_format(on, "D")
    return name[-1] if name[0] in "星周週" else name[:2]


def _lines(run: RosterRun, proposal: RosterProposal, names: Names, colours: Mapping[str, str]) -> list[Line]:
    lines = []
    for agent_id, name in names.agents.items():
        after = proposal.cells.get(str(agent_id))
        if after is None:
            continue
        before = run.base.get(str(agent_id)) or [""] * len(after)
        cells = [
            Cell(now, colours.get(now.split(" ")[0], ""), was or _("off"), now != was)
            for was, now in zip(before, after, strict=True)
        ]
        lines.append(Line(name, cells))
    return lines


def _rows(run: RosterRun, proposals: Sequence[RosterProposal]) -> list[Row]:
    columns = [dict(run.base_figures), *(each.figures | {"value": each.value} for each in proposals)]
    rows = []
    for name, label, is_higher_better in ROWS:
        values = [column.get(name) for column in columns]
        if all(value is None for value in values) or (name == "wishes_met" and not _wishes(columns)):
            continue
        own = [value for value in values[1:] if value is not None]
        best = (max(own) if is_higher_better else min(own)) if len(set(own)) > 1 else None
        figures = [
            Figure(_figure(name, column), number > 0 and name not in NEUTRAL and column.get(name) == best)
            for number, column in enumerate(columns)
        ]
        rows.append(Row(label, figures))
    return rows


def _wishes(columns: Sequence[Mapping[str, Any]]) -> bool:
    return any(column.get("wishes") for column in columns)


def _figure(name: str, column: Mapping[str, Any]) -> str:
    value = column.get(name)
    if value is None:
        return "–"
    if name == "cover":
        return f"{number_format(100 * value, 1)} %"
    if name == "wishes_met":
        return f"{value} / {column.get('wishes', 0)}"
    return number_format(value, 1 if name == "missing_hours" else 0, use_l10n=True, force_grouping=True)


def _cell(codes: Sequence[str], names: Names) -> str:
    return " ".join(names.shifts.get(code, code) for code in codes) or _("off")


def _absent(run: RosterRun, names: Names) -> str:
    if "agent" not in run.options:
        return ""
    first, last = (date.fromisoformat(run.options[name]) for name in ("first_on", "last_on"))
    return _("%(name)s is absent from %(first)s to %(last)s") % {
        "name": names.agents.get(run.options["agent"], ""),
        "first": date_format(first, "MONTH_DAY_FORMAT"),
        "last": date_format(last, "MONTH_DAY_FORMAT"),
    }
