"""Courses enrol by themselves whom their rules name, and withdraw who no longer fits and has not begun.

Derived from the tables each time, so it may run as often as one likes, and what was missed is made up for.
What is written is judged once more under its locks: since it was read, a rule may have been switched off, or
somebody moved. A rule or course that fails stops no other; in a rule a person who fails stops nobody else.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal import sweeping
from staffing import recording
from staffing.choices import PeakState
from staffing.models import Agent, PeakPlan
from training.choices import AudienceKind, EnrolmentSource, EnrolmentState
from training.courses import fitting, notices
from training.courses.fitting import Event, Person, Rule
from training.models import Course, CourseAudience, Enrolment
from training.querysets import AudienceQuerySet
from training.querysets.course import UNFINISHED

logger = logging.getLogger(__name__)

ORDERED = (PeakState.APPROVED, PeakState.RUNNING)
"""The states in which a peak plan asks something of people."""
SETTLED = (*UNFINISHED, EnrolmentState.WAIVED)
ENDED_BY_EDITION = (EnrolmentState.COMPLETED, EnrolmentState.FAILED)
"""They hold until an edition asks everybody again."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Whom a rule would enrol now, and how many it fits who are enrolled or through already."""

    audience: CourseAudience
    agents: tuple[Agent, ...]
    due_on: date | None
    already: int


@dataclass(frozen=True)
class Held:
    """What somebody has of a course."""

    last_cycle: int
    is_settled: bool
    """He has it to do, has completed it in an edition that counts, or somebody decided that he does not."""


def enrol_all(at: datetime) -> int:
    """Every rule of every open course; answers how many were enrolled. Then the unfit are withdrawn."""
    done = _enrol_by(CourseAudience.objects.enrolling(), at)
    withdraw_unfit(at)
    return done


def enrol_for(course: Course, *, at: datetime) -> int:
    """The rules of one course, such as when it opens."""
    return _enrol_by(CourseAudience.objects.enrolling().filter(course=course), at)


def preview(course: Course, *, at: datetime) -> list[Preview]:
    """What each rule of the course would do now, also while it is a draft.

    Whom two rules fit the first one names.
    """
    rows = list(course.audiences.filter(is_active=True).select_related("team", "position", "peak_plan"))
    staff, events = staff_of(at), events_of(rows)
    held, taken, found = _held(course), set[int](), []
    for row in rows:
        row.course = course
        rule = rule_of(row, events)
        fitting_now = [person for person in staff if fitting.fits(rule, person)]
        fresh = [one for one in fitting_now if one.key not in taken and not _is_settled(held, one.key)]
        taken |= {person.key for person in fresh}
        agents = Agent.objects.filter(pk__in=[person.key for person in fresh])
        found.append(
            Preview(
                audience=row,
                agents=tuple(agents.select_related("user", "team").order_by("team__name", "user__name")),
                due_on=fitting.due_on(rule, fresh[0].today) if fresh else None,
                already=len(fitting_now) - len(fresh),
            )
        )
    return found


def withdraw_unfit(at: datetime) -> int:
    """Who has left the department or fits no rule any more, if he has not begun; answers how many."""
    courses: dict[int, list[int]] = defaultdict(list)
    for row in _unfit(Enrolment.objects.to_do(), at):
        courses[row.course].append(row.key)
    return sweeping.each(courses, lambda course: _withdraw(course, courses[course], at))


def unfit(course: Course, *, at: datetime) -> QuerySet[Enrolment]:
    """Whom the next run withdraws from the course, as its rules stand now."""
    found = _unfit(Enrolment.objects.to_do().filter(course=course), at)
    rows = Enrolment.objects.filter(pk__in=[row.key for row in found])
    return rows.select_related("agent__user", "agent__team").order_by(
        "agent__team__name", "agent__user__name"
    )


# What rules are judged by


def staff_of(at: datetime, *, among: Collection[int] | None = None) -> list[Person]:
    """Everybody who is employed today, or those of some; each by his own department's calendar. One query."""
    people = Agent.objects.all() if among is None else Agent.objects.filter(pk__in=among)
    rows = people.order_by("pk").values_list(
        "pk", "team", "team__department", "position", "joined_on", "left_on", "team__department__timezone"
    )
    days: dict[str, date] = {}
    found = []
    for key, team, department, position, joined_on, left_on, zone in rows:
        today = days.setdefault(zone, at.astimezone(ZoneInfo(zone)).date())
        if joined_on <= today and (left_on is None or today <= left_on):
            found.append(
                Person(
                    key=key,
                    team=team,
                    department=department,
                    position=position,
                    joined_on=joined_on,
                    today=today,
                )
            )
    return found


def events_of(rows: Iterable[CourseAudience]) -> dict[int, Event]:
    """The approved peak plans that rules name, by key. Four queries, none without such a rule."""
    keys = {row.peak_plan_id for row in rows if row.peak_plan_id}
    if not keys:
        return {}
    plans = PeakPlan.objects.filter(pk__in=keys, state__in=ORDERED).prefetch_related("teams", "needs__people")
    return {
        plan.pk: Event(
            department=plan.department_id,
            first_on=plan.first_on,
            last_on=plan.last_on,
            people=frozenset(agent.pk for need in plan.needs.all() for agent in need.people.all()),
            teams=frozenset(team.pk for team in plan.teams.all()),
        )
        for plan in plans
    }


def rule_of(row: CourseAudience, events: dict[int, Event]) -> Rule:
    is_event = row.kind == AudienceKind.PEAK_EVENT
    usual = fitting.DAYS_BEFORE_EVENT if is_event else row.course.days_to_complete
    return Rule(
        kind=AudienceKind(row.kind),
        days=usual if row.days_to_complete is None else row.days_to_complete,
        team=row.team_id,
        position=row.position_id,
        joined_within_days=row.joined_within_days,
        event=events.get(row.peak_plan_id or 0) if is_event else None,
    )


@dataclass(frozen=True)
class _Unfit:
    key: int
    course: int
    reason: str


def _unfit(rows: QuerySet[Enrolment], at: datetime) -> list[_Unfit]:
    """Those of the rows whose agent has left, or whom a rule enrolled and none keeps."""
    held = list(rows.order_by("pk").values_list("pk", "agent", "course", "source"))
    if not held:
        return []
    staff = {person.key: person for person in staff_of(at, among={agent for _key, agent, *_rest in held})}
    courses = {course for _key, _agent, course, _source in held}
    rules = _rules_by_course(CourseAudience.objects.enrolling().filter(course__in=courses))
    found = []
    for key, agent, course, source in held:
        if agent not in staff:
            found.append(_Unfit(key, course, _("Not employed any more")))
        elif source == EnrolmentSource.RULE and not any(
            fitting.keeps(rule, staff[agent]) for rule in rules[course]
        ):
            found.append(_Unfit(key, course, _("No rule of the course fits any more")))
    return found


def _rules_by_course(rows: AudienceQuerySet) -> dict[int, list[Rule]]:
    known = list(rows.select_related("course"))
    events = events_of(known)
    found: dict[int, list[Rule]] = defaultdict(list)
    for row in known:
        found[row.course_id].append(rule_of(row, events))
    return found


# What is written


def _enrol_by(rows: AudienceQuerySet, at: datetime) -> int:
    known = list(rows.select_related("course").order_by("course", "pk"))
    if not known:
        return 0
    staff, events = staff_of(at), events_of(known)

    def enrol(row: CourseAudience) -> int:
        rule = rule_of(row, events)
        return _enrol(row, [person.key for person in staff if fitting.fits(rule, person)], at)

    return sweeping.each(known, enrol)


def _enrol(row: CourseAudience, wanted: Sequence[int], at: datetime) -> int:
    """Whoever of the wanted has not got it yet. One look when that is nobody; else as many for any number."""
    held = _held(row.course)
    fresh = [key for key in wanted if not _is_settled(held, key)]
    return _write(row, fresh, at) if fresh else 0


@transaction.atomic
def _write(row: CourseAudience, wanted: Collection[int], at: datetime) -> int:
    """The rule, whom it fits, and what each has, as they stand under the locks."""
    agents = _hold(wanted, row.course_id)
    standing = CourseAudience.objects.enrolling().select_related("course").filter(pk=row.pk).first()
    if standing is None:
        return 0
    course, rule = standing.course, rule_of(standing, events_of([standing]))
    held = _held(course)
    enrolments = [
        Enrolment(
            agent=agents[person.key],
            course=course,
            cycle=held[person.key].last_cycle + 1 if person.key in held else 1,
            course_version=course.version,
            source=EnrolmentSource.RULE,
            audience=row,
            enrolled_at=at,
            due_on=fitting.due_on(rule, person.today),
        )
        for person in staff_of(at, among=agents)
        if fitting.fits(rule, person) and not _is_settled(held, person.key)
    ]
    created = insert(enrolments)
    if created:
        recording.changed(course, {"enrolled": (None, len(created)), "audience": (None, row)}, by=None, at=at)
        notices.enrolled(created, at=at)
    return len(created)


def _hold(agents: Collection[int], course: int) -> dict[int, Agent]:
    """Agents first, then the course, as in `enrolment.enrol`."""
    held = {agent.pk: agent for agent in Agent.objects.filter(pk__in=agents).held()}
    list(Course.objects.select_for_update(of=("self",), no_key=True).filter(pk=course).values_list("pk"))
    return held


def insert(enrolments: Sequence[Enrolment]) -> list[Enrolment]:
    """All at once; should the table refuse that, one by one, so that one person stops nobody else."""
    try:
        with transaction.atomic():
            return Enrolment.objects.bulk_create(enrolments)
    except DatabaseError:
        logger.exception("%s enrolments are written one by one", len(enrolments))
    return [row for row in enrolments if _is_inserted(row)]


def _is_inserted(row: Enrolment) -> bool:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except DatabaseError:
        logger.exception("Agent %s could not be enrolled in course %s", row.agent_id, row.course_id)
        return False
    return True


def _held(course: Course) -> dict[int, Held]:
    """What each person has of the course. One query."""
    rows = Enrolment.objects.filter(course=course).order_by("agent", "cycle")
    facts = rows.values_list("agent", "cycle", "state", "course_version", "ended_by")
    found: dict[int, Held] = {}
    for agent, cycle, state, version, ended_by in facts:
        is_decided = state == EnrolmentState.WITHDRAWN and ended_by is not None
        is_through = state in ENDED_BY_EDITION and version >= course.counts_from
        is_settled = state in SETTLED or is_decided or is_through
        before = found.get(agent)
        found[agent] = Held(cycle, is_settled or (before is not None and before.is_settled))
    return found


def _is_settled(held: dict[int, Held], agent: int) -> bool:
    return agent in held and held[agent].is_settled


@transaction.atomic
def _withdraw(course: int, keys: Collection[int], at: datetime) -> int:
    """Unless he has begun, been moved back, or a rule keeps him since it was read."""
    chosen = Enrolment.objects.to_do().filter(pk__in=keys)
    _hold(list(chosen.values_list("agent", flat=True)), course)
    held = chosen.select_for_update(of=("self",)).select_related("agent__user", "course").in_bulk()
    reasons = {row.key: row.reason for row in _unfit(Enrolment.objects.filter(pk__in=held), at)}
    rows = [held[key] for key in reasons]
    for row in rows:
        changes = {"state": (row.state, EnrolmentState.WITHDRAWN)}
        row.state, row.ended_at, row.reason = EnrolmentState.WITHDRAWN, at, reasons[row.pk]
        recording.changed(row, changes, by=None, at=at, reason=row.reason)
    Enrolment.objects.bulk_update(rows, ["state", "ended_at", "reason"])
    notices.withdrawn(rows, at=at)
    return len(rows)
