"""The problem's rules in CP-SAT, each group of them behind a literal that may be assumed or left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import product

from ortools.sat.python import cp_model

from staffing.rostering.cells import tail
from staffing.rostering.loosening import PAST
from staffing.rostering.problem import OFF, CoverRow, Label, Person, Problem, SharedCover, Span

Grouping = Callable[[Label], Label]
Known = cp_model.IntVar | int
COUNTING_SHARE = 0.2  # Of the effort: how much could be had need not be proven to the last head.


class Undecided(Exception):  # noqa: N818 - named as the outcome
    """CP-SAT's effort was used up before it knew."""


class Assumptions:
    """Asks whether groups of rules can be kept together; of some people alone, cover is left out."""

    def __init__(
        self, problem: Problem, grouping: Grouping, *, people: Sequence[int] | None = None, effort: float
    ) -> None:
        self.problem, self.grouping, self.effort = problem, grouping, effort
        self.model = cp_model.CpModel()
        self.literals: dict[Label, cp_model.IntVar] = {}
        self.fills: dict[Label, list[cp_model.IntVar]] = defaultdict(list)
        self.needed: dict[Label, int] = defaultdict(int)
        self.people = range(len(problem.people)) if people is None else people
        size = product(self.people, range(problem.days), range(len(problem.kinds)))
        self.cells = {cell: self.model.new_bool_var("") for cell in size}
        self.worked: dict[tuple[int, int], cp_model.IntVar] = {}
        for number in self.people:
            self._person(number, problem.people[number])
        if people is None:
            for row in problem.cover:
                self._cover(row)
            for shared in problem.shared:
                self._shared(shared)

    def refuted(self, groups: Iterable[Label]) -> list[Label] | None:
        """Some of the groups that cannot be kept together; None where all of them can.

        Raises: Undecided.
        """
        asked = sorted(groups, key=str)
        self.model.clear_assumptions()
        self.model.add_assumptions([self.literals[group] for group in asked])
        self.model.clear_objective()  # type: ignore[no-untyped-call]
        solver = self._solver(self.effort)
        status = solver.solve(self.model)
        if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return None
        if status != cp_model.INFEASIBLE:
            raise Undecided
        core = set(solver.sufficient_assumptions_for_infeasibility())
        return [group for group in asked if self.literals[group].index in core]

    def most_filled(self, covers: Iterable[Label], rules: Iterable[Label]) -> int:
        """The most heads that were found for these covers' posts under these rules, none beyond the need."""
        self.model.clear_assumptions()
        self.model.add_assumptions([self.literals[rule] for rule in sorted(rules, key=str)])
        self.model.maximize(sum(fill for cover in covers for fill in self.fills[cover]))
        solver = self._solver(self.effort * COUNTING_SHARE)
        status = solver.solve(self.model)
        if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return round(solver.objective_value)
        raise Undecided

    def _solver(self, effort: float) -> cp_model.CpSolver:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.max_deterministic_time = effort
        return solver

    def _literal(self, label: Label) -> cp_model.IntVar:
        group = self.grouping(label)
        if group not in self.literals:
            self.literals[group] = self.model.new_bool_var("")
        return self.literals[group]

    def _person(self, number: int, person: Person) -> None:
        model = self.model
        for day in range(self.problem.days):
            works = self.worked[number, day] = model.new_bool_var("")
            model.add(sum(self._kinds(number, day)) == works)
        known: list[Known] = [int(kind != OFF) for kind in person.history]
        known += [self.worked[number, day] for day in range(self.problem.days)]
        self._settled(number, person)
        self._runs(person, known)
        self._successions(number, person)
        self._totals(number, person)
        self._weekends(person, known)

    def _kinds(self, number: int, day: int) -> list[cp_model.IntVar]:
        return [self.cells[number, day, kind] for kind in range(len(self.problem.kinds))]

    def _settled(self, number: int, person: Person) -> None:
        for bar in person.bars:
            barred = [~self.cells[number, day, kind] for day, kind in bar.cells]
            self.model.add_bool_and(barred).only_enforce_if(self._literal(bar.label))
        for pin in person.pins:
            cells = [
                cell if kind == pin.kind else ~cell for kind, cell in enumerate(self._kinds(number, pin.day))
            ]
            pinned = self.model.add_bool_and(cells)
            if pin.label[0] != PAST:
                pinned.only_enforce_if(self._literal(pin.label))

    def _runs(self, person: Person, known: list[Known]) -> None:
        before, total = len(person.history), len(known)
        if person.max_run is not None:
            literal = self._literal(("max_run", person.key))
            for first in range(max(0, before - person.max_run), total - person.max_run):
                window = known[first : first + person.max_run + 1]
                self.model.add(sum(window) <= person.max_run).only_enforce_if(literal)
        self._least(person, known, works=True)
        self._least(person, known, works=False)

    def _least(self, person: Person, known: list[Known], *, works: bool) -> None:
        least = person.min_run if works else person.min_off
        if least <= 1:
            return
        model, literal = self.model, self._literal(("min_run" if works else "min_off", person.key))
        before = len(person.history)
        past = tail(person)
        if past and past.works == works and past.is_whole:
            for day in range(before, min(before + least - past.length, len(known))):
                model.add(known[day] == works).only_enforce_if(literal)
        for first in range(max(before, 1), len(known)):
            for day in range(first + 1, min(first + least, len(known))):
                # begun on this day, so still going on those after it
                if works:
                    model.add(known[day] >= known[first] - known[first - 1]).only_enforce_if(literal)
                else:
                    model.add(known[day] <= 1 - known[first - 1] + known[first]).only_enforce_if(literal)

    def _successions(self, number: int, person: Person) -> None:
        if not person.minds_succession:
            return
        for before, after in self.problem.forbidden:
            literal = self._literal(("succession", person.key))
            if person.history and person.history[-1] == before:
                self.model.add_implication(literal, ~self.cells[number, 0, after])
            for day in range(self.problem.days - 1):
                pair = [~self.cells[number, day, before], ~self.cells[number, day + 1, after]]
                self.model.add_bool_or([*pair, ~literal])

    def _totals(self, number: int, person: Person) -> None:
        days, kinds = range(self.problem.days), self.problem.kinds
        minutes = sum(
            kind.minutes * self.cells[number, day, place] for day in days for place, kind in enumerate(kinds)
        )
        if person.min_minutes:
            least = self._literal(("min_minutes", person.key))
            self.model.add(minutes >= person.min_minutes).only_enforce_if(least)
        if person.max_minutes is not None:
            most = self._literal(("max_minutes", person.key))
            self.model.add(minutes <= person.max_minutes).only_enforce_if(most)
        for place, limit in person.max_shifts.items():
            literal = self._literal(("max_shifts", person.key, kinds[place].code))
            taken = sum(self.cells[number, day, place] for day in days)
            self.model.add(taken <= limit).only_enforce_if(literal)
        for span in person.spans:
            self._span(number, person, span)

    def _span(self, number: int, person: Person, span: Span) -> None:
        kinds, literal = self.problem.kinds, self._literal(span.label)
        past = range(max(span.first, -len(person.history)), min(0, span.last + 1))
        carried = [person.history[day] for day in past if person.history[day] != OFF]
        days = range(max(0, span.first), min(span.last + 1, self.problem.days))
        if span.max_days is not None:
            worked = sum(self.worked[number, day] for day in days)
            self.model.add(worked <= span.max_days - len(carried)).only_enforce_if(literal)
        if span.max_minutes is not None:
            left = span.max_minutes - sum(kinds[kind].minutes for kind in carried)
            minutes = sum(
                kind.minutes * self.cells[number, day, place]
                for day in days
                for place, kind in enumerate(kinds)
            )
            self.model.add(minutes <= left).only_enforce_if(literal)

    def _weekends(self, person: Person, known: list[Known]) -> None:
        if person.max_weekends is None:
            return
        before = len(person.history)
        taken = []
        for weekend in self.problem.weekends:
            days = [known[before + day] for day in weekend if 0 <= before + day < len(known)]
            mark = self.model.new_bool_var("")
            for day in days:
                self.model.add(mark >= day)
            taken.append(mark)
        literal = self._literal(("max_weekends", person.key))
        self.model.add(sum(taken) <= person.max_weekends).only_enforce_if(literal)

    def _cover(self, row: CoverRow) -> None:
        if row.minimum:
            members = self.people if row.members is None else sorted(row.members)
            heads = [self.cells[member, day, kind] for member in members for day, kind in sorted(row.cells)]
            self.model.add(sum(heads) >= self._fill(row.label, row.minimum))

    def _shared(self, shared: SharedCover) -> None:
        """Heads of one set of skills are allotted together."""
        needs = [need for need in shared.needs if need.minimum]
        heads: dict[frozenset[str], list[cp_model.IntVar | int]] = defaultdict(list)
        for skills in shared.present:
            heads[skills].append(1)
        for number in self.people:
            cells = [self.cells[number, day, kind] for day, kind in sorted(shared.cells)]
            heads[self.problem.people[number].skills] += cells
        given: dict[str, list[cp_model.IntVar]] = defaultdict(list)
        for skills, hands in heads.items() if needs else ():
            shares = [
                (need.skill, self.model.new_int_var(0, need.minimum, ""))
                for need in needs
                if need.skill in skills
            ]
            if shares:
                self.model.add(sum(share for _, share in shares) <= sum(hands))
            for skill, share in shares:
                given[skill].append(share)
        for need in needs:
            self.model.add(sum(given[need.skill]) >= self._fill(need.label, need.minimum))

    def _fill(self, label: Label, minimum: int) -> cp_model.IntVar:
        """Heads at a post, counted up to its minimum, which the group's literal demands."""
        fill = self.model.new_int_var(0, minimum, "")
        literal = self._literal(label)
        self.model.add(fill >= minimum).only_enforce_if(literal)
        group = self.grouping(label)
        self.fills[group].append(fill)
        self.needed[group] += minimum
        return fill
