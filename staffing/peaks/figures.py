"""How far a plan has got: read-only numbers for its page, the list and the file. Constant queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Prefetch

from staffing import policy
from staffing.choices import NeedState, PeakState, PeopleSource
from staffing.models import Agent, Certificate, DutyAssignment, PeakNeed, PeakPhase, PeakPlan, PeakTask, Team
from staffing.peaks import demand_link, plans, uplift
from staffing.peaks.uplift import Balance, Flaw, Help

FULL = 100


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        return self.done * FULL // self.total if self.total else 0


@dataclass(frozen=True)
class Progress:
    tasks: Share
    overdue: int
    found: Share
    trained: Share


@dataclass(frozen=True)
class NeedLine:
    need: PeakNeed
    people: tuple[Agent, ...]
    certified: frozenset[int]
    found: int
    trained: int
    flaws: tuple[Flaw, ...]

    @property
    def is_cancelled(self) -> bool:
        return self.need.state == NeedState.CANCELLED

    @property
    def help(self) -> Help:
        wanted = 0 if self.is_cancelled else self.need.head_count
        return Help(self.need.first_on, self.need.last_on, wanted, self.found, self.trained)


@dataclass(frozen=True)
class PhaseLine:
    """A phase, and its worst day where it is known how many come on an ordinary one."""

    phase: PeakPhase
    balance: Balance | None


@dataclass(frozen=True)
class DayOfTasks:
    on: date
    is_overdue: bool
    is_today: bool
    tasks: tuple[PeakTask, ...]


@dataclass(frozen=True)
class PlanFigures:
    plan: PeakPlan
    today: date
    teams: Sequence[Team]
    baseline: int | None
    phases: Sequence[PhaseLine]
    needs: Sequence[NeedLine]
    days: Sequence[DayOfTasks]
    follow_ups: Sequence[PeakTask]
    progress: Progress
    flawed: int = field(default=0)


def read(plan: PeakPlan, *, at: datetime) -> PlanFigures:
    """All that the page of a plan shows, but the day by half hours. The plan comes with its department."""
    today = plans.today_of(plan, at)
    teams = demand_link.teams_of(plan)
    needs = need_lines(_needs_of([plan]), today=today)
    baseline = plan.baseline or ordinary_people(plan, teams, today=today)
    tasks = list(plan.tasks.select_related("owner", "done_by"))
    to_do = [task for task in tasks if not task.is_follow_up]
    return PlanFigures(
        plan=plan,
        today=today,
        teams=teams,
        baseline=baseline,
        phases=_phase_lines(plan, teams, baseline, needs),
        needs=needs,
        days=_by_day(to_do, today=today),
        follow_ups=[task for task in tasks if task.is_follow_up],
        progress=_progress(to_do, needs, today=today),
        flawed=sum(bool(line.flaws) for line in needs),
    )


def progress_of(plans_: Iterable[PeakPlan], *, at: datetime) -> dict[int, Progress]:
    """By the key of the plan. The plans come with their departments. Five queries, however many plans."""
    known = list(plans_)
    days = {plan.pk: plans.today_of(plan, at) for plan in known}
    tasks: dict[int, list[PeakTask]] = defaultdict(list)
    for task in PeakTask.objects.filter(plan__in=known, is_follow_up=False):
        tasks[task.plan_id].append(task)
    needs: dict[int, list[PeakNeed]] = defaultdict(list)
    for need in _needs_of(known):
        needs[need.plan_id].append(need)
    return {
        plan.pk: _progress(
            tasks[plan.pk], need_lines(needs[plan.pk], today=days[plan.pk]), today=days[plan.pk]
        )
        for plan in known
    }


def ordinary_people(plan: PeakPlan, teams: Sequence[Team], *, today: date) -> int | None:
    """How many are rostered on an ordinary day, by the four weeks before preparation; None without a roster.

    Days on which nobody worked do not count: a department that closes on Sundays has no ordinary Sunday.
    """
    until = min(plan.prepared_from, today)
    since = until - timedelta(weeks=policy.PEAK_BASELINE_WEEKS)
    by_day = _rostered(teams, since, until - uplift.DAY)
    return round(sum(by_day.values()) / len(by_day)) if by_day else None


def need_lines(needs: Iterable[PeakNeed], *, today: date) -> list[NeedLine]:
    return [_need_line(need, today) for need in needs]


def _needs_of(plans_: Sequence[PeakPlan]) -> Iterable[PeakNeed]:
    """With those named, of each of whom is known whether he holds the certificate on his first day."""
    holds = Certificate.objects.unrevoked().filter(
        agent=OuterRef("agent_id"),
        skill=OuterRef("peakneed__skill"),
        valid_from__lte=OuterRef("peakneed__first_on"),
        valid_until__gte=OuterRef("peakneed__first_on"),
    )
    links = PeakNeed.people.through.objects.filter(peakneed__plan__in=plans_)
    held = set(links.filter(Exists(holds)).values_list("peakneed_id", "agent_id"))
    people = Prefetch("people", Agent.objects.select_related("user", "team").order_by("user__name", "pk"))
    rows = PeakNeed.objects.filter(plan__in=plans_).select_related(
        "team", "from_team", "skill", "responsible"
    )
    for need in rows.prefetch_related(people):
        need.held = frozenset(agent for row, agent in held if row == need.pk)  # type: ignore[attr-defined]
        yield need


def _need_line(need: PeakNeed, today: date) -> NeedLine:
    there = tuple(
        agent for agent in need.people.all() if agent.left_on is None or agent.left_on >= need.first_on
    )
    held: frozenset[int] = getattr(need, "held", frozenset())
    certified = frozenset(agent.pk for agent in there if need.skill_id is None or agent.pk in held)
    source, state = PeopleSource(need.source), NeedState(need.state)
    found, trained = uplift.filled(
        source, state, wanted=need.head_count, named=len(there), certified=len(certified)
    )
    is_closed = state == NeedState.CANCELLED or need.last_on < today
    wrong = uplift.flaws(
        source,
        first_on=need.first_on,
        hired_by=need.hired_by,
        trained_by=need.trained_by,
        is_filled=found >= need.head_count,
        today=today,
    )
    return NeedLine(need, there, certified, found, trained, () if is_closed else wrong)


def _progress(tasks: Sequence[PeakTask], needs: Sequence[NeedLine], *, today: date) -> Progress:
    wanted = sum(line.help.planned for line in needs)
    return Progress(
        tasks=Share(sum(task.done_at is not None for task in tasks), len(tasks)),
        overdue=sum(task.is_overdue(today) for task in tasks),
        found=Share(sum(line.found for line in needs), wanted),
        trained=Share(sum(line.trained for line in needs), wanted),
    )


def _phase_lines(
    plan: PeakPlan, teams: Sequence[Team], baseline: int | None, needs: Sequence[NeedLine]
) -> list[PhaseLine]:
    phases = list(plan.phases.all())
    if baseline is None:
        return [PhaseLine(phase, None) for phase in phases]
    named = {agent.pk for line in needs for agent in line.people}
    there = _rostered(teams, plan.first_on, plan.last_on, without=named)
    helping = [line.help for line in needs]
    return [
        PhaseLine(
            phase,
            uplift.worst(
                uplift.balance(
                    day, baseline=baseline, factor=phase.factor, there=there.get(day, baseline), help_=helping
                )
                for day in uplift.days(phase.first_on, phase.last_on)
            ),
        )
        for phase in phases
    ]


def _rostered(
    teams: Sequence[Team], first_on: date, last_on: date, *, without: Iterable[int] = ()
) -> Mapping[date, int]:
    """People by day, where there is a roster at all."""
    duties = DutyAssignment.objects.planned().filter(agent__team__in=teams, on__range=(first_on, last_on))
    days = duties.exclude(agent__in=list(without)).order_by().values("on")
    return Counter({row["on"]: row["people"] for row in days.annotate(people=Count("agent", distinct=True))})


def _by_day(tasks: Iterable[PeakTask], *, today: date) -> list[DayOfTasks]:
    return [
        DayOfTasks(on, any(task.is_overdue(today) for task in group), on == today, tuple(group))
        for on, group in ((on, list(rows)) for on, rows in groupby(tasks, key=lambda task: task.due_on))
    ]


def needs_review(plan: PeakPlan, today: date) -> bool:
    return plan.state in {PeakState.APPROVED, PeakState.RUNNING} and today > plan.last_on
