"""Rows for tests: fixed values, sensible states, nothing random."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from complaints import closing, handling, intake, ownership, service_policies
from complaints.choices import Channel, Kind, Responsible
from complaints.identities import CustomerFacts
from complaints.models import Category, ServicePolicy, Ticket
from portal.choices import Role
from portal.models import User
from staffing import calendars
from staffing.choices import DutyState, Employment, RestrictionKind, RuleCode, Severity, TeamKind
from staffing.models import (
    Agent,
    Attendance,
    Certificate,
    Department,
    DutyAssignment,
    LabourRule,
    MinimumStaffing,
    Position,
    Roster,
    ShiftType,
    Skill,
    Team,
    WorkRestriction,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 11, 10, 30, tzinfo=SHANGHAI)
"""A Wednesday morning in the middle of the day shift."""
TODAY = NOW.date()

# portal ---------------------------------------------------------------------------------------------


class UserFactory(DjangoModelFactory[User]):
    """Somebody who signs in. `roles` are the groups held."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"员工{n}")
    is_staff = True

    @factory.post_generation
    def roles(self: User, create: bool, extracted: Any, **_kwargs: Any) -> None:  # noqa: FBT001
        if create and extracted:
            self.groups.set(Group.objects.get_or_create(name=role)[0] for role in extracted)


# staffing -------------------------------------------------------------------------------------------


class DepartmentFactory(DjangoModelFactory[Department]):
    class Meta:
        model = Department
        django_get_or_create = ("name",)

    name = "客户服务部"


class TeamFactory(DjangoModelFactory[Team]):
    class Meta:
        model = Team

    department = factory.SubFactory(DepartmentFactory)
    name = factory.Sequence(lambda n: f"售后{n}组")
    kind = TeamKind.AFTER_SALE


class PositionFactory(DjangoModelFactory[Position]):
    class Meta:
        model = Position
        django_get_or_create = ("name",)

    name = "客服专员"


class SkillFactory(DjangoModelFactory[Skill]):
    class Meta:
        model = Skill

    code = factory.Sequence(lambda n: f"skill-{n}")
    name = factory.Sequence(lambda n: f"技能{n}")


class AgentFactory(DjangoModelFactory[Agent]):
    """An agent whose account has the role of a handler; `user__roles=[...]` for another."""

    class Meta:
        model = Agent

    class Params:
        has_left = factory.Trait(left_on=TODAY - timedelta(days=1))

    user = factory.SubFactory(UserFactory, roles=[Role.HANDLER])
    staff_no = factory.Sequence(lambda n: f"CS{n:04}")
    team = factory.SubFactory(TeamFactory)
    position = factory.SubFactory(PositionFactory)
    employment = Employment.FULL_TIME
    joined_on = date(2025, 1, 6)


class CertificateFactory(DjangoModelFactory[Certificate]):
    """Valid on TODAY, unless `is_expired` or `is_revoked`."""

    class Meta:
        model = Certificate

    class Params:
        is_expired = factory.Trait(valid_until=TODAY - timedelta(days=1))
        is_revoked = factory.Trait(revoked_on=TODAY, revoked_reason="抽检不合格")

    agent = factory.SubFactory(AgentFactory)
    skill = factory.SubFactory(SkillFactory)
    valid_from = date(2026, 1, 1)
    valid_until = date(2026, 12, 31)


class ShiftTypeFactory(DjangoModelFactory[ShiftType]):
    """The day shift 09:00-18:00; with `is_night`, 22:00-06:00."""

    class Meta:
        model = ShiftType
        django_get_or_create = ("code",)

    class Params:
        is_night = factory.Trait(code="N", name="夜班", starts=time(22), ends=time(6), colour="#6366f1")

    code = "D"
    name = "白班"
    starts = time(9)
    ends = time(18)
    break_minutes = 60


class DutyFactory(DjangoModelFactory[DutyAssignment]):
    """A published shift that starts on `on`."""

    class Meta:
        model = DutyAssignment

    class Params:
        is_draft = factory.Trait(state=DutyState.DRAFT)
        is_cancelled = factory.Trait(state=DutyState.CANCELLED)

    agent = factory.SubFactory(AgentFactory)
    shift_type = factory.SubFactory(ShiftTypeFactory)
    on = TODAY
    starts_at = factory.LazyAttribute(lambda duty: _local(duty.on, duty.shift_type.starts))
    ends_at = factory.LazyAttribute(
        lambda duty: _local(duty.on + timedelta(days=duty.shift_type.is_overnight), duty.shift_type.ends)
    )


class RosterFactory(DjangoModelFactory[Roster]):
    """A draft of the week that begins on the Monday of NOW."""

    class Meta:
        model = Roster

    team = factory.SubFactory(TeamFactory)
    first_on = factory.LazyAttribute(lambda _roster: NOW.date() - timedelta(days=NOW.weekday()))
    last_on = factory.LazyAttribute(lambda roster: roster.first_on + timedelta(days=6))
    created_at = NOW


class MinimumStaffingFactory(DjangoModelFactory[MinimumStaffing]):
    """At least two on the day shift, every day."""

    class Meta:
        model = MinimumStaffing

    team = factory.SubFactory(TeamFactory)
    shift_type = factory.SubFactory(ShiftTypeFactory)
    agents = 2


def _local(on: date, at: time) -> datetime:
    return datetime.combine(on, at, SHANGHAI).astimezone(UTC)


class AttendanceFactory(DjangoModelFactory[Attendance]):
    """Signed in at the start of the shift, and still there unless `signed_out_at` is given."""

    class Meta:
        model = Attendance

    duty = factory.SubFactory(DutyFactory)
    agent = factory.SelfAttribute("duty.agent")
    signed_in_at = factory.SelfAttribute("duty.starts_at")
    recorded_by = factory.SelfAttribute("agent.user")


def agent_on_duty(*skills: Skill, at: datetime = NOW, **agent: Any) -> Agent:
    """An agent with certificates for the skills, on a shift around the instant and signed in to it."""
    person = AgentFactory.create(**agent)
    for skill in skills:
        CertificateFactory.create(
            agent=person,
            skill=skill,
            valid_from=at.date() - timedelta(days=30),
            valid_until=at.date() + timedelta(days=300),
        )
    starts_at = at - timedelta(hours=1)
    duty = DutyFactory.create(
        agent=person,
        on=starts_at.astimezone(SHANGHAI).date(),
        starts_at=starts_at,
        ends_at=at + timedelta(hours=7),
    )
    AttendanceFactory.create(duty=duty)
    return person


class LabourRuleFactory(DjangoModelFactory[LabourRule]):
    """Eleven hours of rest, for everybody, since ever."""

    class Meta:
        model = LabourRule

    code = RuleCode.REST_BETWEEN
    limit = Decimal(11)
    severity = Severity.EXCEPTION
    article = "公司制度"


class RestrictionFactory(DjangoModelFactory[WorkRestriction]):
    """No nights from the beginning of the month on, until further notice."""

    class Meta:
        model = WorkRestriction

    agent = factory.SubFactory(AgentFactory)
    kind = RestrictionKind.NO_NIGHTS
    first_on = date(2026, 3, 1)


# complaints -----------------------------------------------------------------------------------------


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category

    code = factory.Sequence(lambda n: f"category-{n}")
    name = factory.Sequence(lambda n: f"分类{n}")


class TicketFactory(factory.base.Factory[Ticket]):
    """A matter that has just been received; `settled="..."` for one that arrived closed.

    It comes in by the intake, as every ticket does, so that its ledger and clocks are true. `phone`,
    `email`, `account`, `name`, `province` and `level` describe the customer.
    """

    class Meta:
        model = Ticket

    channel = Channel.CHAT
    kind = Kind.INQUIRY
    subject = "什么时候发货"
    received_at = NOW
    occurred_at = factory.SelfAttribute("received_at")

    @classmethod
    def _create(
        cls,
        model_class: type[Ticket],  # noqa: ARG003
        *_args: Any,
        received_at: datetime,
        **told: Any,
    ) -> Ticket:
        facts = {
            name: told.pop(name)
            for name in ("phone", "email", "account", "name", "province", "level")
            if name in told
        }
        draft = intake.Draft(customer=CustomerFacts(**facts), **told)
        return intake.receive(draft, by=None, at=received_at).ticket


def standard_policy(at: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> ServicePolicy:
    """The standard calendars, and the first edition of the service policy, in force since `at`."""
    calendars.seed_standard_calendars(by=None, at=at)
    return service_policies.seed_standard_policy(by=None, at=at)


def ticket_in_hand(agent: Agent | None = None, *, at: datetime = NOW, **told: Any) -> Ticket:
    """A matter that its agent has claimed as soon as it came."""
    agent = agent or AgentFactory.create()
    return ownership.claim(TicketFactory.create(received_at=at, **told), by=agent.user, at=at)


def resolved_ticket(agent: Agent | None = None, *, at: datetime = NOW, **told: Any) -> Ticket:
    """A matter claimed, classified, answered and resolved by its agent."""
    agent = agent or AgentFactory.create()
    told.setdefault("category", CategoryFactory.create())
    ticket = handling.reply(
        ticket_in_hand(agent, at=at, **told), text="您好，已为您处理。", by=agent.user, at=at
    )
    return closing.resolve(
        ticket,
        outcome="已补发",
        cause="仓库漏发",
        responsible=Responsible.WAREHOUSE,
        by=agent.user,
        at=at,
    )
