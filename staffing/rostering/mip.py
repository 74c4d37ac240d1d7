"""Linear programs as arrays, parts of them with the rest held fixed, and their way through HiGHS.

HiGHS is reached through OR-Tools' MathOpt: the highspy package cannot live in one process with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

SECONDS_A_STEP, SECONDS_A_ROW = 20e-6, 60e-9
"""Of a step of the simplex method, with two cores at work: what it took here over some hundred parts."""

SOLVED = (mathopt.TerminationReason.OPTIMAL, mathopt.TerminationReason.FEASIBLE)


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Minimise cost * x + offset over columns and rows within bounds."""

    lower: np.ndarray
    upper: np.ndarray
    cost: np.ndarray
    whole: np.ndarray
    row_lower: np.ndarray
    row_upper: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    entries: np.ndarray
    offset: float = 0

    def part(
        self, free: np.ndarray, values: np.ndarray, *, without_rows: np.ndarray | None = None
    ) -> Program:
        """The program over the free columns alone, the others held at their values."""
        new_columns = np.cumsum(free) - 1
        is_free = free[self.columns]
        held = np.bincount(
            self.rows[~is_free],
            self.entries[~is_free] * values[self.columns[~is_free]],
            len(self.row_lower),
        )
        used = np.zeros(len(self.row_lower), dtype=bool)
        used[self.rows[is_free]] = True
        if without_rows is not None:
            used[without_rows] = False
            is_free &= used[self.rows]
        rows, columns = self.rows[is_free], self.columns[is_free]
        return Program(
            lower=self.lower[free],
            upper=self.upper[free],
            cost=self.cost[free],
            whole=self.whole[free],
            row_lower=(self.row_lower - held)[used],
            row_upper=(self.row_upper - held)[used],
            rows=(np.cumsum(used) - 1)[rows],
            columns=new_columns[columns],
            entries=self.entries[is_free],
            offset=self.offset + float(self.cost[~free] @ values[~free]),
        )


@dataclass(slots=True)
class Builder:
    """Collects columns and rows of a program."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    entries: list[float] = field(default_factory=list)

    def column(self, *, lower: float = 0, upper: float = 1, cost: float = 0, whole: bool = True) -> int:
        self.lower.append(lower)
        self.upper.append(upper)
        self.cost.append(cost)
        self.whole.append(whole)
        return len(self.lower) - 1

    def row(
        self,
        plus: Iterable[int],
        minus: Iterable[int] = (),
        *,
        lower: float = -np.inf,
        upper: float = np.inf,
        weights: Sequence[float] | None = None,
    ) -> int:
        """The plus columns, by weight if given, less the minus columns, between the bounds."""
        number = len(self.row_lower)
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        plus = list(plus)
        minus = list(minus)
        self.columns += plus
        self.columns += minus
        self.entries += weights if weights is not None else [1.0] * len(plus)
        self.entries += [-1.0] * len(minus)
        self.rows += [number] * (len(plus) + len(minus))
        return number

    def program(self, offset: float = 0) -> Program:
        return Program(
            lower=np.array(self.lower, dtype=float),
            upper=np.array(self.upper, dtype=float),
            cost=np.array(self.cost, dtype=float),
            whole=np.array(self.whole, dtype=bool),
            row_lower=np.array(self.row_lower, dtype=float),
            row_upper=np.array(self.row_upper, dtype=float),
            rows=np.array(self.rows, dtype=np.int64),
            columns=np.array(self.columns, dtype=np.int64),
            entries=np.array(self.entries, dtype=float),
            offset=offset,
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """When HiGHS stops. `nodes` count work and repeat; `seconds` is the backstop and does not."""

    seconds: float
    nodes: int | None = None
    stall_nodes: int | None = None
    cutoff: float | None = None
    gap: float = 1e-6
    by_interior_point: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What HiGHS found: values of the columns (None: nothing), and a bound that no solution is below.

    `work` counts steps of the simplex method: unlike seconds it repeats. So does `effort`, about the seconds
    that a usual core takes for them. `was_cut`: the clock ended it.
    """

    values: np.ndarray | None
    value: float
    bound: float
    is_optimal: bool
    is_infeasible: bool = False
    work: int = 0
    effort: float = 0.0
    was_cut: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """The linear relaxation's value, its point, and what a column costs beyond it."""

    bound: float
    values: np.ndarray
    reduced_costs: np.ndarray


def solve(program: Program, limits: Limits) -> Answer:
    """The best solution within the limits."""
    if not len(program.lower):
        return Answer(np.zeros(0), program.offset, program.offset, is_optimal=True)
    model = mathopt.Model.from_model_proto(_proto(program))
    result = _run(model, _parameters(limits))
    if result is None:
        return Answer(None, np.inf, -np.inf, is_optimal=False)
    reason, work = result.termination.reason, result.solve_stats.simplex_iterations
    answer = Answer(
        None,
        np.inf,
        result.termination.objective_bounds.dual_bound,
        is_optimal=reason == mathopt.TerminationReason.OPTIMAL,
        is_infeasible=reason == mathopt.TerminationReason.INFEASIBLE,
        work=work,
        effort=work * (SECONDS_A_STEP + SECONDS_A_ROW * len(program.row_lower)),
        was_cut=result.termination.limit == mathopt.Limit.TIME,
    )
    if reason not in SOLVED or not result.solutions or result.solutions[0].primal_solution is None:
        return answer
    found = result.solutions[0].primal_solution
    values = np.array(found.variable_values and [found.variable_values[v] for v in model.variables()])
    return replace(
        answer, values=np.where(program.whole, np.round(values), values), value=found.objective_value
    )


def relax(program: Program, seconds: float) -> Relaxation | None:
    """The linear relaxation, by the interior point method; None where time ran out."""
    linear = replace(program, whole=np.zeros_like(program.whole))
    model = mathopt.Model.from_model_proto(_proto(linear))
    parameters = _parameters(Limits(seconds=seconds))
    parameters.highs.string_options["solver"] = "ipm"
    result = _run(model, parameters)
    if (
        result is None
        or result.termination.reason != mathopt.TerminationReason.OPTIMAL
        or not result.solutions
    ):
        return None
    solution = result.solutions[0]
    if solution.primal_solution is None or solution.dual_solution is None:
        return None
    bound = min(result.termination.objective_bounds.dual_bound, solution.primal_solution.objective_value)
    columns = list(model.variables())
    primal, dual = solution.primal_solution.variable_values, solution.dual_solution.reduced_costs
    return Relaxation(
        bound,
        np.array([primal[column] for column in columns]),
        np.array([dual[column] for column in columns]),
    )


def _run(model: mathopt.Model, parameters: mathopt.SolveParameters) -> mathopt.SolveResult | None:
    """None where HiGHS gives up: it did not find out anything, and MathOpt stumbles over that answer."""
    try:
        return mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    except (AttributeError, RuntimeError, ValueError):
        return None


def _parameters(limits: Limits) -> mathopt.SolveParameters:
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=max(0.01, limits.seconds)),
        random_seed=limits.seed,
        relative_gap_tolerance=0,
        absolute_gap_tolerance=limits.gap,
        node_limit=limits.nodes,
    )
    parameters.highs.string_options["parallel"] = "off"
    parameters.highs.int_options["threads"] = 1
    if limits.stall_nodes is not None:
        parameters.highs.int_options["mip_max_stall_nodes"] = limits.stall_nodes
    if limits.cutoff is not None:
        parameters.highs.double_options["objective_bound"] = limits.cutoff
    if limits.by_interior_point:
        parameters.highs.string_options["mip_lp_solver"] = "ipm"
    return parameters


def _proto(program: Program) -> model_pb2.ModelProto:
    proto = model_pb2.ModelProto()
    size, height = len(program.lower), len(program.row_lower)
    proto.variables.ids.extend(range(size))
    proto.variables.lower_bounds.extend(program.lower.tolist())
    proto.variables.upper_bounds.extend(program.upper.tolist())
    proto.variables.integers.extend(program.whole.tolist())
    proto.objective.offset = program.offset
    costly = np.flatnonzero(program.cost)
    proto.objective.linear_coefficients.ids.extend(costly.tolist())
    proto.objective.linear_coefficients.values.extend(program.cost[costly].tolist())
    proto.linear_constraints.ids.extend(range(height))
    proto.linear_constraints.lower_bounds.extend(program.row_lower.tolist())
    proto.linear_constraints.upper_bounds.extend(program.row_upper.tolist())
    order = np.lexsort((program.columns, program.rows))
    matrix = proto.linear_constraint_matrix
    matrix.row_ids.extend(program.rows[order].tolist())
    matrix.column_ids.extend(program.columns[order].tolist())
    matrix.coefficients.extend(program.entries[order].tolist())
    return proto
