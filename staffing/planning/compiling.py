"""A team's roster as the solver's problem, and the solver's roster as cells again.

The solver knows one kind of work a day. A cell that holds several shifts, or one that is out of use, becomes
a kind of its own that nobody else may work. Cells that are fixed stay, whatever they break: the rule yields
there, and only there, so that one odd cell does not cost the whole roster.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from staffing.choices import RuleCode
from staffing.planning import binding, covering, sharing
from staffing.planning.kinds import Kinds
from staffing.planning.material import Codes, Material, Member, Spot
from staffing.planning.weights import Weights
from staffing.rostering.problem import Person, Problem, Roster

SHORTFALL = 5_000
"""Of a head missing below a minimum: above every wish."""

Grid = Mapping[Spot, Codes]


@dataclass(frozen=True)
class Compiled:
    """The problem, and whose row, which day, which shifts its numbers mean."""

    problem: Problem
    material: Material
    kinds: Kinds
    weights: Weights

    def grid(self, roster: Roster) -> dict[Spot, Codes]:
        """Every cell of the roster, as shift codes."""
        return {
            (member.agent_id, on): self.kinds.codes(kind)
            for member, row in zip(self.material.members, roster, strict=True)
            for on, kind in zip(self.material.days, row, strict=True)
        }

    def roster(self) -> Roster:
        """The plan as it stands."""
        return tuple(
            tuple(self.kinds.index_of(member.agent_id, on) for on in self.material.days)
            for member in self.material.members
        )


def compile_problem(
    material: Material, weights: Weights, *, tax: int = 0, untaxed: frozenset[Spot] = frozenset()
) -> Compiled:
    """The problem of a roster. `tax` is paid for each cell that is changed, the `untaxed` apart."""
    kinds, rest = Kinds(material), rest_minutes(material)
    kinds.allow_fixed(rest)
    people = tuple(
        _person(material, member, kinds, weights, tax=tax, untaxed=untaxed) for member in material.members
    )
    needs = covering.NeedRows(material, kinds, weights)
    problem = Problem(
        days=len(material.days),
        kinds=kinds.shift_kinds(),
        people=people,
        forbidden=kinds.forbidden(rest),
        cover=(*covering.minimum_rows(material, kinds), *needs.single),
        shared=tuple(needs.shared),
        tallies=tuple(sharing.tallies(material, kinds, weights)),
        change_cost=weights.change_of_kind,
        constant=_constant(material, weights, tax, untaxed),
        shortfall_weight=SHORTFALL,
    )
    return Compiled(problem, material, kinds, weights)


def rest_minutes(material: Material) -> int:
    """The longest rest that any of the people is due: one rule for the whole roster."""
    code, book = RuleCode.REST_BETWEEN, material.book
    return max(
        (
            book.minutes(code, member.worker, on)
            for member in material.members
            for on in (material.first_on, material.last_on)
        ),
        default=0,
    )


def _person(
    material: Material,
    member: Member,
    kinds: Kinds,
    weights: Weights,
    *,
    tax: int,
    untaxed: frozenset[Spot],
) -> Person:
    bound = binding.bind(material, member, kinds, wants_pairs=weights.wants_pairs)
    costs = _wishes(material, member, kinds, weights)
    for day, on in enumerate(material.days):
        spot = (member.agent_id, on)
        if tax and spot not in material.fixed | untaxed:
            cell = (day, kinds.index_of(*spot))
            costs[cell] = costs.get(cell, 0) - tax
    return replace(bound, costs=costs)


def _constant(material: Material, weights: Weights, tax: int, untaxed: frozenset[Spot]) -> float:
    """What a roster costs in which no wish is met and every cell is changed."""
    taxed = sum(
        (member.agent_id, on) not in material.fixed | untaxed
        for member in material.members
        for on in material.days
    )
    wanted = sum(wish.weight for wish in material.wishes if wish.is_wanted and _counts(material, wish.code))
    return tax * taxed + weights.wish * wanted


def _counts(material: Material, code: str | None) -> bool:
    return code is None or code in material.offered


def _wishes(
    material: Material, member: Member, kinds: Kinds, weights: Weights
) -> dict[tuple[int, int], float]:
    """A wish to work is paid back where it is met; one not to work costs where it is not."""
    costs: dict[tuple[int, int], float] = {}
    for wish in material.wishes:
        if wish.agent_id != member.agent_id or not _counts(material, wish.code):
            continue
        day = (wish.on - material.first_on).days
        sign = -1 if wish.is_wanted else 1
        for kind in kinds.holding(wish.code):
            cell = (day, kind)
            costs[cell] = costs.get(cell, 0) + sign * wish.weight * weights.wish
    return costs


def changed(before: Grid, after: Grid) -> list[tuple[int, date, Codes, Codes]]:
    """The cells in which two plans differ, in the order of people and days."""
    return [
        (agent_id, on, before.get((agent_id, on), ()), codes)
        for (agent_id, on), codes in sorted(after.items())
        if before.get((agent_id, on), ()) != codes
    ]
