"""What binds one person: cells he may not work, what is fixed, how many days and hours fit into a week.

The solver's labels name the rule first, then the agent, then what it speaks of (days as ordinals).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from staffing import certification
from staffing.choices import RestrictionKind, RuleCode
from staffing.labour.facts import Nature, dates
from staffing.planning import budgets, covering
from staffing.planning.kinds import Kinds
from staffing.planning.material import Material, Member
from staffing.planning.policy import HISTORY_DAYS
from staffing.rostering.loosening import PAST
from staffing.rostering.problem import DAY_MINUTES, OFF, Bar, Cell, Person, Pin, Span
from staffing.shifts import DAY

WEEK = 7


def bind(material: Material, member: Member, kinds: Kinds, *, wants_pairs: bool) -> Person:
    """The person without wishes."""
    return _Binding(material, member, kinds).person(wants_pairs=wants_pairs)


class _Binding:
    def __init__(self, material: Material, member: Member, kinds: Kinds) -> None:
        self.material, self.member, self.kinds = material, member, kinds
        self.first_on, self.days = material.first_on, material.days
        self.fixed = {day for day, on in enumerate(self.days) if (member.agent_id, on) in material.fixed}

    def person(self, *, wants_pairs: bool) -> Person:
        run = int(self._limit(RuleCode.DAYS_IN_A_ROW))
        is_kept = self._longest_fixed_run() <= run
        spans = [*self._weeks(), *self._runs(run, everywhere=not is_kept)]
        return Person(
            key=str(self.member.agent_id),
            max_run=run if is_kept else None,
            min_off=2 if wants_pairs and not self._has_lone_day_off() else 1,
            skills=covering.skills_of(self.material, self.member),
            history=tuple(self._kind(on) for on in self.material.days_before),
            bars=tuple(self._bars()),
            pins=tuple(
                Pin(
                    (PAST, self.member.agent_id, self.days[day].toordinal()),
                    day,
                    self._kind(self.days[day]),
                )
                for day in sorted(self.fixed)
            ),
            spans=tuple(spans),
        )

    # What he may not work

    def _bars(self) -> Iterator[Bar]:
        cells: dict[tuple[str | int, ...], set[Cell]] = defaultdict(set)
        for day, on in enumerate(self.days):
            if day in self.fixed:
                continue
            current = self._kind(on)
            for kind in range(len(self.kinds)):
                for rule, *more in self._against(kind, on, is_current=kind == current):
                    cells[rule, self.member.agent_id, *more].add((day, kind))
        yield from (Bar(label, frozenset(barred)) for label, barred in cells.items())

    def _against(self, kind: int, on: date, *, is_current: bool) -> Iterator[tuple[str | int, ...]]:
        """The rules that keep him from a kind of work on a day, by name."""
        member = self.member
        if kind not in self.kinds.offered and not is_current:
            yield ("not_offered",)
            return
        if not member.worker.is_employed(on):
            yield ("not_employed",)
        for away in member.away:
            if away.covers(on):
                yield "leave", away.first_on.toordinal(), away.last_on.toordinal()
        for shift in self.kinds.shifts(kind):
            if not certification.permits(member.held, shift.skill_id, on):
                yield "certificate", shift.skill_id or 0
        yield from self._protected(kind, on)
        longest = self._minutes(RuleCode.DAY_HOURS) + self._minutes(RuleCode.OVERTIME_DAY)
        if self.kinds.minutes(kind) > longest:
            yield ("day_hours",)
        if on == self.days[-1] and self._is_too_late(kind):
            yield ("rest_after",)

    def _protected(self, kind: int, on: date) -> Iterator[tuple[str | int, ...]]:
        shifts = self.kinds.shifts(kind)
        dark = {on + DAY * later for shift in shifts for later in shift.dark_days}
        touched = {on, *(on + DAY for shift in shifts if shift.ends > DAY_MINUTES)}
        nature = self.member.worker.calendar.nature
        for restriction in self.member.worker.restrictions:
            if restriction.kind == RestrictionKind.NO_NIGHTS and any(map(restriction.covers, dark)):
                yield ("no_nights",)
            if restriction.kind == RestrictionKind.NO_OVERTIME and restriction.covers(on):
                is_long = self.kinds.minutes(kind) > self._minutes(RuleCode.DAY_HOURS)
                if is_long or any(nature(each) == Nature.STATUTORY for each in touched):
                    yield ("no_overtime",)

    def _is_too_late(self, kind: int) -> bool:
        """Whether it leaves too little rest before a shift that stands on the day after the roster."""
        following = self._kind(self.days[-1] + DAY)
        if following == OFF:
            return False
        ends = max(shift.ends for shift in self.kinds.shifts(kind))
        starts = min(shift.starts for shift in self.kinds.shifts(following)) + DAY_MINUTES
        return starts - ends < self._minutes(RuleCode.REST_BETWEEN)

    # How much fits into a week, and how many days into a row

    def _weeks(self) -> Iterator[Span]:
        """As days wherever that says the same: whole days bind a search tighter than minutes do."""
        lengths = [self.kinds.minutes(kind) for kind in range(len(self.kinds))] or [1]
        rest_limit = WEEK - int(self._limit(RuleCode.REST_DAY))
        for start, minutes in budgets.week_minutes(self.material, self.member, self.kinds).items():
            days = dates(start, start + (WEEK - 1) * DAY)
            label = (self.member.agent_id, start.toordinal())
            fitting = minutes // max(1, min(lengths))
            rule = "week_hours" if fitting < rest_limit else "rest_day"
            most = min(fitting, rest_limit)
            yield self._span((rule, *label), days, max_days=most)
            if most * max(lengths) > minutes:
                yield self._span(("week_hours", *label), days, max_minutes=minutes)

    def _runs(self, run: int, *, everywhere: bool) -> Iterator[Span]:
        """Windows one day longer than a run: all of them, or those that reach beyond the roster."""
        first = -HISTORY_DAYS if everywhere else len(self.days) - run
        for start in range(first, len(self.days)):
            window = dates(self.first_on + start * DAY, self.first_on + (start + run) * DAY)
            is_beyond = any(self._kind(on) != OFF for on in window if on > self.days[-1])
            if window[-1] >= self.first_on and (everywhere or is_beyond):
                label = ("days_in_a_row", self.member.agent_id, window[0].toordinal())
                yield self._span(label, window, max_days=run)

    def _span(
        self,
        label: tuple[str | int, ...],
        days: list[date],
        *,
        max_days: int | None = None,
        max_minutes: int | None = None,
    ) -> Span:
        """A limit less what stands after the roster; never below what is fixed."""
        beyond = [self._kind(on) for on in days if on > self.days[-1]]
        settled = [
            self._kind(on)
            for on in days
            if on < self.first_on or (on <= self.days[-1] and (on - self.first_on).days in self.fixed)
        ]
        if max_days is not None:
            max_days = max(max_days - _worked(beyond), _worked(settled))
        if max_minutes is not None:
            used, kept = (sum(map(self._length, group)) for group in (beyond, settled))
            max_minutes = max(max_minutes - used, kept)
        first, last = ((on - self.first_on).days for on in (days[0], days[-1]))
        return Span(label, first, min(last, len(self.days) - 1), max_days=max_days, max_minutes=max_minutes)

    def _longest_fixed_run(self) -> int:
        longest = length = 0
        for on in [*self.material.days_before, *self.days]:
            is_settled = on < self.first_on or (on - self.first_on).days in self.fixed
            length = length + 1 if is_settled and self._kind(on) != OFF else 0
            longest = max(longest, length if on >= self.first_on else 0)
        return longest

    def _has_lone_day_off(self) -> bool:
        """Whether one day off stands fixed between two days of work."""
        for day in self.fixed:
            around = (self.days[day] - DAY, self.days[day] + DAY)
            is_settled = all(
                on < self.first_on or on > self.days[-1] or (on - self.first_on).days in self.fixed
                for on in around
            )
            is_off = self._kind(self.days[day]) == OFF
            if is_off and is_settled and all(self._kind(on) != OFF for on in around):
                return True
        return False

    def _kind(self, on: date) -> int:
        return self.kinds.index_of(self.member.agent_id, on)

    def _length(self, kind: int) -> int:
        return 0 if kind == OFF else self.kinds.minutes(kind)

    def _limit(self, code: RuleCode) -> float:
        return float(self.material.book.rule(code, self.member.worker, self.first_on).limit)

    def _minutes(self, code: RuleCode) -> int:
        return self.material.book.minutes(code, self.member.worker, self.first_on)


def _worked(kinds: Iterable[int]) -> int:
    return sum(kind != OFF for kind in kinds)
