"""What a worker does with a run: collect the facts, have them solved, make proposals."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from portal.errors import DomainError, WrongState
from staffing.choices import ProposalKind, RunKind
from staffing.models import RosterProposal, RosterRun
from staffing.planning import compiling, facts, generation, judging, policy, shortages
from staffing.planning.compiling import Compiled, compile_problem
from staffing.planning.generation import LeaseLost
from staffing.planning.material import Away, Codes, Material, Spot
from staffing.planning.solving_apart import Report, Solved, SolverDied, solve_apart
from staffing.planning.weights import CHANGE_TAX, Weights
from staffing.rostering import checking
from staffing.rostering.problem import Roster

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

SHARES = {ProposalKind.BALANCED: 0.6, ProposalKind.MOST_COVER: 0.2, ProposalKind.MOST_WISHES: 0.2}
LEANING = {ProposalKind.MOST_COVER: "cover", ProposalKind.MOST_WISHES: "wishes"}


@dataclass(frozen=True)
class Order:
    """One proposal to be worked out.

    `plain` has the run's own weights and no tax: by it proposals are compared. `share` is the part of the
    run's time; None: nothing is to be searched.
    """

    kind: ProposalKind
    compiled: Compiled
    plain: Compiled
    share: float | None = 1.0
    start: Roster | None = None


def work(run_id: int, *, clock: Clock) -> bool:
    """Take a run up, if nobody else holds it, and bring it to its end; whether it was ours."""
    run = generation.claim(run_id, at=clock())
    if run is None:
        return False
    with translation.override(run.asked_by.language if run.asked_by else None):
        try:
            _Work(run, clock).do()
        except LeaseLost:
            logger.info("Planning run %s is no longer ours", run.pk)
        except DomainError as refusal:
            generation.fail(run, refusal.message, at=clock())
        except SolverDied:
            text = _("The calculation broke off. Plan again; if it happens again, tell your administrator.")
            generation.fail(run, text, at=clock())
    return True


class _Work:
    def __init__(self, run: RosterRun, clock: Clock) -> None:
        self.run, self.clock = run, clock
        self.goes_on = True
        self.done = 0.0
        self.trace: list[list[float | None]] = []
        self.since = clock()

    def do(self) -> None:
        if self.run.attempts > policy.MOST_ATTEMPTS:
            raise WrongState(_("The planning broke off several times. Tell your administrator."))
        material = facts.material_of(
            self.run.roster,
            at=self.clock(),
            offered=self.run.options.get("shift_codes", ()),
            keeps_planned=bool(self.run.options.get("keeps_planned")),
        )
        _require_sense(material)
        base = {
            (member.agent_id, on): material.cell(member.agent_id, on)
            for member in material.members
            for on in material.days
        }
        self._report(
            phase="collect",
            base=packed(base),
            base_figures=self._figures_of_base(material, base),
        )
        proposals, explanation = self._solve(material, base)
        if not proposals and self.goes_on:
            raise WrongState(_("There is no proposal. Give it more time."))
        generation.finish(self.run, proposals, at=self.clock(), explanation=explanation)

    def _figures_of_base(self, material: Material, base: dict[Spot, Codes]) -> dict[str, Any]:
        plain = compile_problem(material, Weights.of(self.run.weights))
        value = checking.value(plain.problem, plain.roster()).total
        return judging.judge(material, base, base=base).as_dict() | {"value": value}

    def _solve(
        self, material: Material, base: dict[Spot, Codes]
    ) -> tuple[list[RosterProposal], list[dict[str, Any]]]:
        proposals: list[RosterProposal] = []
        explanation: list[dict[str, Any]] = []
        start: Roster | None = None
        for order in self._orders(material):
            if proposals and not self.goes_on:
                break
            solved = self._solved(order, order.start or start)
            if solved.roster is None:
                if self.goes_on:
                    self._refuse(solved, material)
                break
            start = start or solved.roster
            explanation = explanation or explained(solved)
            proposal = self._proposal(order, solved, base, place=len(proposals) + 1)
            if all(each.cells != proposal.cells for each in proposals):
                proposals.append(proposal)
        return proposals, explanation

    def _refuse(self, solved: Solved, material: Material) -> None:
        """Raises: WrongState."""
        names = {str(member.agent_id): member.name for member in material.members}
        raise WrongState(
            _("What is settled leaves %(name)s no roster that keeps the rules: release pinned cells there.")
            % {"name": names.get(solved.stuck, "")}
        )

    def _orders(self, material: Material) -> Iterator[Order]:
        if self.run.kind == RunKind.REPAIR:
            yield from repair_orders(material, self.run)
            return
        weights = Weights.of(self.run.weights)
        tax = CHANGE_TAX["slight"] if material.is_published else 0
        plain = compile_problem(material, weights)
        is_alone = not self.run.options.get("has_alternatives", True)
        for kind, share in SHARES.items():
            if kind == ProposalKind.MOST_WISHES and not material.wishes:
                continue
            own = weights.leaning(LEANING[kind]) if kind in LEANING else weights
            compiled = compile_problem(material, own, tax=tax)
            yield Order(kind, compiled, plain, share=1.0 if is_alone else share)
            if is_alone:
                return

    def _solved(self, order: Order, start: Roster | None) -> Solved:
        if order.share is None:
            return Solved(order.compiled.roster(), repeats=True)
        seconds = self.run.seconds * order.share
        solved = solve_apart(
            order.compiled.problem,
            seconds=seconds,
            seed=self.run.seed,
            start=start,
            watch=lambda report: self._watch(order, report, seconds),
        )
        self.done += order.share
        return solved

    def _watch(self, order: Order, report: Report | None, seconds: float) -> bool:
        if report is None:
            self.goes_on = generation.report(self.run, at=self.clock())
            return self.goes_on
        share = order.share or 0
        usual = seconds * policy.EFFORT_SHARE
        percent = 100 * (self.done + share * min(1.0, report.seconds / usual))
        self._report(
            phase=report.phase,
            percent=round(min(99.0, percent)),
            value=report.value,
            bound=report.bound,
            proposal=order.kind.value,
        )
        return self.goes_on

    def _report(
        self,
        *,
        base: dict[str, list[str]] | None = None,
        base_figures: dict[str, Any] | None = None,
        **progress: Any,
    ) -> None:
        passed = round((self.clock() - self.since).total_seconds(), 1)
        if progress.get("value") is not None and progress.get("proposal") in FIRST_KINDS:
            self.trace.append([passed, progress["value"], progress.get("bound")])
            if len(self.trace) > policy.TRACE_POINTS:
                self.trace = self.trace[::2]
        told = {**progress, "seconds": passed, "trace": self.trace}
        more = {} if base is None else {"base": base, "base_figures": base_figures}
        self.goes_on = generation.report(self.run, at=self.clock(), progress=told, **more)

    def _proposal(
        self, order: Order, solved: Solved, base: dict[Spot, Codes], *, place: int
    ) -> RosterProposal:
        assert solved.roster is not None  # noqa: S101 - asked by the caller
        compiled = order.compiled
        grid = compiled.grid(solved.roster)
        figures = judging.judge(compiled.material, grid, base=base).as_dict()
        return RosterProposal(
            run=self.run,
            kind=order.kind,
            place=place,
            cells=packed(grid),
            changes=[
                [agent_id, on.isoformat(), list(before), list(after)]
                for agent_id, on, before, after in compiling.changed(base, grid)
            ],
            value=checking.value(order.plain.problem, solved.roster).total,
            figures=figures
            | {"bound": solved.bound, "is_optimal": solved.is_optimal, "repeats": solved.repeats},
            shortfalls=shortages.explain(compiled, solved.roster),
        )


FIRST_KINDS = {ProposalKind.BALANCED.value, ProposalKind.FEW_CHANGES.value}
"""The curve tells of one search: others have other prices."""


def repair_orders(material: Material, run: RosterRun) -> Iterator[Order]:
    """Without the absent person: nobody else touched, few others, the best there is."""
    agent_id = int(run.options["agent"])
    first_on, last_on = (date.fromisoformat(run.options[name]) for name in ("first_on", "last_on"))
    away = Away(first_on, last_on)
    material = material.without(agent_id, away)
    untaxed = frozenset((agent_id, on) for on in material.days if away.covers(on))
    weights = Weights.of(run.weights)
    plain = compile_problem(material, weights)
    start = plain.roster()
    yield Order(ProposalKind.TOUCH_NOBODY, plain, plain, share=None)
    for kind, tax in ((ProposalKind.FEW_CHANGES, "usual"), (ProposalKind.BEST_ROSTER, "slight")):
        compiled = compile_problem(material, weights, tax=CHANGE_TAX[tax], untaxed=untaxed)
        yield Order(kind, compiled, plain, share=0.5, start=start)


def packed(grid: dict[Spot, Codes]) -> dict[str, list[str]]:
    """A plan as JSON: for each agent his days in order, each as codes with blanks between."""
    rows: dict[str, list[str]] = {}
    for (agent_id, _on), codes in sorted(grid.items()):
        rows.setdefault(str(agent_id), []).append(" ".join(codes))
    return rows


def explained(solved: Solved) -> list[dict[str, Any]]:
    """Rules that nobody could keep, and the smallest sets of rules for which a minimum is missed."""
    found: list[dict[str, Any]] = [{"rule": "loosened", "label": list(label)} for label in solved.loosened]
    return found + [{"rule": "conflict", **conflict} for conflict in solved.conflicts]


def _require_sense(material: Material) -> None:
    if not material.members:
        raise WrongState(_("Nobody of the team is employed on these days."))
    if not material.offered:
        raise WrongState(_("There is no shift in use. Record shift types first."))
