"""Many rows of each kind, no two of them alike, for whoever counts queries."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle

from complaints import intake
from complaints.choices import CallbackPurpose, Channel, CustomerLevel, Kind, Severity, Status
from complaints.identities import CustomerFacts
from complaints.models import (
    Callback,
    CallbackAttempt,
    Category,
    ServicePolicy,
    SurveyAnswer,
    SurveyInvitation,
    Ticket,
)
from portal import audit, clients, outbox
from portal.choices import AuditAction, MessageChannel, Role, Scope
from portal.models import TransferJob, User
from staffing.models import Agent, LeaveEntitlement, Position
from tests.announcement_factories import published
from tests.daily_factories import ActionItemFactory, HandOverFactory, HousekeepingTurnFactory
from tests.demand_factories import ContactVolumeFactory, DemandEventFactory, ServiceLineFactory
from tests.exam_factories import exam_with, sat
from tests.factories import (
    NOW,
    TODAY,
    AgentFactory,
    AttendanceFactory,
    CategoryFactory,
    CertificateFactory,
    DepartmentFactory,
    DutyFactory,
    LabourRuleFactory,
    RestrictionFactory,
    RosterFactory,
    ShiftTypeFactory,
    SkillFactory,
    TeamFactory,
    standard_policy,
)
from tests.need_factories import planned, raised
from tests.peak_factories import PeakNeedFactory, PeakPlanFactory, PeakTaskFactory
from tests.request_factories import leave_asked
from tests.roster_factories import proposed
from tests.session_factories import SeatFactory
from tests.training_factories import ArticleFactory, EnrolmentFactory, LessonFactory
from training.choices import QuestionKind
from training.knowledge import drafting, voting

FEW = 10
"""Of what a department has few of."""


def gather(count: int, *, reader: User) -> None:
    """`count` rows of each kind that grows, all of them visible to the reader."""
    standard_policy()
    agents = _agents(count, reader)
    _tickets(count, agents)
    _machinery(agents, reader)
    _demand(count, agents)
    _peaks(count, agents)
    _planning(agents)
    _courses(agents)
    _needs(agents)
    _taught(agents)
    _exams(agents)
    _knowledge(agents)


def _exams(agents: Sequence[Agent]) -> None:
    """Of some a certificate earned, and a paper to mark."""
    for number, agent in enumerate(agents[: 3 * FEW]):
        skill = SkillFactory.create(name=f"考试技能{number}")
        sat(exam_with(skill=skill), agent)
        sat(exam_with(QuestionKind.SHORT), agent)


def _courses(agents: Sequence[Agent]) -> None:
    """To each a course of his own."""
    for agent in agents:
        LessonFactory.create(course=EnrolmentFactory.create(agent=agent).course)


def _needs(agents: Sequence[Agent]) -> None:
    """Of each agent one, some with a course."""
    for number, agent in enumerate(agents):
        planned(agent) if number % FEW == 0 else raised(agent)


def _taught(agents: Sequence[Agent]) -> None:
    """A session, a room and a seat for each, and an announcement that all have to confirm."""
    for number, agent in enumerate(agents):
        starts_at = NOW + number * timedelta(hours=3)
        SeatFactory.create(agent=agent, session__starts_at=starts_at)
        if number < FEW:
            published(teams=[agent.team])


def _knowledge(agents: Sequence[Agent]) -> None:
    """Of each agent an article in a topic of its own, with a flag and a version in work."""
    for number, agent in enumerate(agents):
        article = ArticleFactory.create(owner=agent.user, review_on=TODAY, topic__name=f"主题甲{number}")
        voting.flag(article.current, comment=f"第{number}处", by=agent.user, at=NOW)
        drafting.revise(article, by=agent.user, at=NOW)


def _demand(count: int, agents: Sequence[Agent]) -> None:
    for number, agent in enumerate(agents[:FEW]):
        line = ServiceLineFactory.create(team=agent.team, skill=SkillFactory.create())
        DemandEventFactory.create(team=agent.team, name=f"大促{number}")
        for half_hour in range(count // FEW):
            ContactVolumeFactory.create(line=line, starts_at=NOW + half_hour * timedelta(minutes=30))


def _planning(agents: Sequence[Agent]) -> None:
    for number, agent in enumerate(agents):
        first_on = TODAY + number * timedelta(days=7)
        proposed(RosterFactory.create(team=agent.team, first_on=first_on), agent)


def _agents(count: int, reader: User) -> list[Agent]:
    """In teams of which the reader leads each, with certificates, duties and attendances."""
    leader = AgentFactory.create(user=reader, team=TeamFactory.create())
    teams = cycle(
        [
            TeamFactory.create(department=DepartmentFactory.create(name=f"部门{n}"), leader=leader)
            for n in range(FEW)
        ]
    )
    skills = cycle(SkillFactory.create_batch(FEW))
    shifts = cycle([ShiftTypeFactory.create(code=f"S{n}", name=f"班次{n}") for n in range(FEW)])
    agents = []
    for number in range(count):
        agent = AgentFactory.create(
            team=next(teams),
            position=Position.objects.create(name=f"岗位{number}"),
            user__roles=[Role.HANDLER],
        )
        CertificateFactory.create(agent=agent, skill=next(skills))
        LabourRuleFactory.create(agent=agent, team=agent.team)
        RestrictionFactory.create(agent=agent)
        leave_asked(agent, first_on=TODAY + timedelta(days=20), reason="事假")
        LeaveEntitlement.objects.create(agent=agent, year=2026, days=10)
        AttendanceFactory.create(duty=DutyFactory.create(agent=agent, shift_type=next(shifts), on=TODAY))
        HandOverFactory.create(agent=agent)
        HousekeepingTurnFactory.create(agent=agent)
        ActionItemFactory.create(owner=agent)
        agents.append(agent)
    return agents


def _tickets(count: int, agents: Sequence[Agent]) -> None:
    """Each in other hands, of another category and customer, with a call that is owed and a survey."""
    top = CategoryFactory.create()
    for _number in range(FEW):
        CategoryFactory.create_batch(3, parent=CategoryFactory.create(parent=top))
    leaves = cycle(Category.objects.exclude(parent=None).exclude(parent=top))
    drafts = [
        intake.Draft(
            channel=Channel.CHAT,
            kind=Kind.COMPLAINT,
            severity=Severity.HIGH,
            category=next(leaves),
            subject=f"第{number}单",
            occurred_at=NOW,
            customer=CustomerFacts(name=f"客户{number}", phone=f"139{number:08}", level=CustomerLevel.KEY),
        )
        for number in range(count)
    ]
    tickets = [received.ticket for received in intake.receive_many(drafts, by=None, at=NOW)]
    for ticket, agent in zip(tickets, agents, strict=True):
        facts = {
            "handler": agent,
            "first_responsible": agent,
            "team": agent.team,
            "status": Status.IN_PROGRESS,
        }
        Ticket.objects.filter(pk=ticket.pk).update(**facts)
    _aftermath(tickets, agents)


def _aftermath(tickets: Sequence[Ticket], agents: Sequence[Agent]) -> None:
    calls = Callback.objects.bulk_create(
        Callback(
            customer_id=ticket.customer_id,
            ticket=ticket,
            agent=agent,
            purpose=CallbackPurpose.ANSWER,
            due_at=NOW,
            next_attempt_at=NOW,
            created_at=NOW,
        )
        for ticket, agent in zip(tickets, agents, strict=True)
    )
    CallbackAttempt.objects.bulk_create(
        CallbackAttempt(callback=call, number=1, at=NOW, by=agent.user, result="no_answer")
        for call, agent in zip(calls, agents, strict=True)
    )
    invitations = SurveyInvitation.objects.bulk_create(
        SurveyInvitation(
            ticket=ticket,
            cycle=1,
            token_digest=str(ticket.pk),
            invited_at=NOW,
            expires_at=NOW + timedelta(days=7),
        )
        for ticket in tickets
    )
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(invitation=invitation, score=5, via="phone", asked_by=agent.user, answered_at=NOW)
        for invitation, agent in zip(invitations, agents, strict=True)
    )


def _peaks(count: int, agents: Sequence[Agent]) -> None:
    """Plans of a few teams, each with people wanted and a task of somebody else."""
    skills = cycle(SkillFactory.create_batch(FEW))
    for agent in agents[:count]:
        plan = PeakPlanFactory.create(teams=[agent.team], created_by=agent.user)
        PeakNeedFactory.create(plan=plan, team=agent.team, skill=next(skills)).people.add(agent)
        PeakTaskFactory.create(plan=plan, owner=agent.user)


def _machinery(agents: Sequence[Agent], reader: User) -> None:
    for number, agent in enumerate(agents):
        audit.record(AuditAction.CHANGE, agent, by=agent.user, at=NOW, changes={"staff_no": ["1", "2"]})
        for to, what in ((agent.user, "work"), (reader, "told")):
            outbox.post(
                key=f"{what}:{number}",
                channel=MessageChannel.PORTAL,
                subject="请看",
                user=to,
                due_at=NOW,
                at=NOW,
            )
        TransferJob.objects.create(
            kind="complaints.ticket", original_name="表", sha256="", created_by=agent.user, created_at=NOW
        )
    while outbox.deliver_due(NOW):
        pass
    for number in range(FEW):
        clients.create(f"系统{number}", [Scope.TICKETS_READ], by=None, at=NOW)
        ServicePolicy.objects.create(number=100 + number, in_force_from=NOW, created_by=agents[number].user)
