"""A small department with one object of each kind, around one person: what the house's tests open."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model

from complaints import callbacks, closing, handling, ownership, service_policies, surveys
from complaints.choices import AttemptResult, CallbackPurpose, CustomerLevel, Kind, Severity
from complaints.models import Ticket
from portal import audit, clients, outbox
from portal.choices import AuditAction, DeliveryState, MessageChannel, Role, Scope
from portal.models import AuditEntry, Notice, OutboxMessage, TransferJob, User
from portal.transfers import jobs, working
from staffing.models import Agent, Calendar, LeaveEntitlement
from staffing.requests import deciding, swaps
from tests.daily_factories import ActionItemFactory, HandOverFactory, HousekeepingTurnFactory
from tests.demand_factories import DemandEventFactory, forecast_line
from tests.factories import (
    NOW,
    TODAY,
    AgentFactory,
    AttendanceFactory,
    CategoryFactory,
    CertificateFactory,
    DutyFactory,
    LabourRuleFactory,
    MinimumStaffingFactory,
    RestrictionFactory,
    RosterFactory,
    ShiftTypeFactory,
    SkillFactory,
    TeamFactory,
    TicketFactory,
    UserFactory,
    agent_on_duty,
    resolved_ticket,
    standard_policy,
    ticket_in_hand,
)
from tests.house import learned
from tests.peak_factories import (
    PeakContingencyFactory,
    PeakNeedFactory,
    PeakPhaseFactory,
    PeakPlanFactory,
    PeakTaskFactory,
)
from tests.request_factories import leave_asked
from tests.roster_factories import proposed

PHONES = ("13912340001", "13912340002", "13912340003", "13912340004", "13912340005")
"""Of customers whose matters are in a colleague's hands."""
OWN_PHONE = "13712349999"
"""Of the customer with whom the person deals."""
NAMES = ("欧阳明月", "司徒建国", "上官小雨", "诸葛文静", "皇甫一鸣")
AGENTS = frozenset({Role.DIRECTOR, Role.SUPERVISOR, Role.HANDLER, Role.TRAINER, Role.INSPECTOR})
"""Who of the roles is an agent, too, with a team and a desk."""


@dataclass
class Department:
    """`objects` are by label of their model; `special` by the name of the page that needs them."""

    person: User
    objects: dict[str, Model] = field(default_factory=dict)
    special: dict[str, Model] = field(default_factory=dict)

    def add(self, *objects: Model) -> None:
        self.objects |= {f"{each._meta.app_label}_{each._meta.model_name}": each for each in objects}

    def object_for(self, page: str) -> Model:
        """The one to open a page such as `staffing_agent_change` with."""
        app, model, _rest = page.split("_", 2)
        return self.special.get(page) or self.objects[f"{app}_{model}"]


def around(role: Role | None) -> Department:
    """The department of a person with the role; None is a superuser."""
    standard_policy()
    team = TeamFactory.create(name="售后一组")
    department = Department(_person(role, team))
    _notices(department)
    colleague = agent_on_duty(SkillFactory.create(name="售后处理"), team=team, user__name="同事甲")
    _staff(department, colleague)
    _demand(department, colleague)
    _peak(department, colleague)
    _requests(department, colleague)
    _matters(department, colleague)
    learned.fill(department, colleague)
    _machinery(department, colleague)
    return department


def _person(role: Role | None, team: Any) -> User:
    if role is None:
        return UserFactory.create(username="super", name="超级", is_superuser=True)
    if role in AGENTS:
        return agent_on_duty(team=team, user__name="本人", user__roles=[role]).user
    return UserFactory.create(name="本人", roles=[role])


def _notices(department: Department) -> None:
    """One on the bell, and a message that never arrived."""
    for key in ("told", "lost"):
        outbox.post(
            key=key,
            channel=MessageChannel.PORTAL,
            subject="请查看工单",
            user=department.person,
            due_at=NOW,
            at=NOW,
        )
    outbox.deliver_due(NOW)
    department.add(Notice.objects.earliest("pk"))
    OutboxMessage.objects.filter(key="lost").update(state=DeliveryState.GIVEN_UP)
    department.special["portal_outboxmessage_retry"] = OutboxMessage.objects.get(key="lost")


def _staff(department: Department, colleague: Agent) -> None:
    attendance = colleague.attendances.select_related("duty").get()
    skill = SkillFactory.create(name="投诉处理")
    department.add(
        colleague,
        colleague.team,
        colleague.team.department,
        colleague.position,
        skill,
        CertificateFactory.create(agent=colleague, skill=skill),
        ShiftTypeFactory.create(),
        attendance,
        attendance.duty,
        Calendar.objects.get(code="office"),
        RosterFactory.create(team=colleague.team, version=1, published_at=NOW),
        MinimumStaffingFactory.create(team=colleague.team),
        LabourRuleFactory.create(),
        RestrictionFactory.create(agent=colleague),
    )
    _daily(department, colleague)
    _planning(department, colleague)
    gone = AgentFactory.create(team=colleague.team, user__name="已离职", has_left=True)
    yesterday = DutyFactory.create(agent=colleague, on=NOW.date() - timedelta(days=1))
    ended = AttendanceFactory.create(
        duty=yesterday, signed_out_at=yesterday.ends_at, late_by=timedelta(minutes=9)
    )
    department.special |= {
        "staffing_agent_rejoin": gone,
        "staffing_dutyassignment_cancel": DutyFactory.create(
            agent=colleague, on=NOW.date() + timedelta(days=1)
        ),
        "staffing_attendance_correct": ended,
    }


def _demand(department: Department, colleague: Agent) -> None:
    line = forecast_line(team=colleague.team, name="售后咨询").line
    volume = line.volumes.latest("starts_at")
    department.add(line, volume, DemandEventFactory.create(team=colleague.team))


def _peak(department: Department, colleague: Agent) -> None:
    """A plan of the team with a row of each kind; the person owns the task."""
    plan = PeakPlanFactory.create(name="双十二方案", teams=[colleague.team], created_by=colleague.user)
    need = PeakNeedFactory.create(plan=plan, team=colleague.team)
    need.people.add(colleague)
    task = PeakTaskFactory.create(plan=plan, text="排班", owner=department.person)
    department.add(plan, task)
    department.special |= {
        "staffing_peakplan_phase": PeakPhaseFactory.create(plan=plan),
        "staffing_peakplan_need": need,
        "staffing_peakplan_people": need,
        "staffing_peakplan_task": task,
        "staffing_peakplan_contingency": PeakContingencyFactory.create(plan=plan),
    }


def _daily(department: Department, colleague: Agent) -> None:
    """What the colleague's team does among itself."""
    turn = HousekeepingTurnFactory.create(agent=colleague)
    item = ActionItemFactory.create(owner=colleague)
    department.add(HandOverFactory.create(agent=colleague), turn, turn.task, item, item.meeting)


def _requests(department: Department, colleague: Agent) -> None:
    """A shift that a colleague offers to the team, his approved leave, and leave of one's own."""
    offered = swaps.give_away(
        colleague,
        given=[DutyFactory.create(agent=colleague, on=TODAY + timedelta(days=2))],
        by=colleague.user,
        at=NOW,
    )
    approved = deciding.approve(leave_asked(colleague, first_on=TODAY + timedelta(days=20)), by=None, at=NOW)
    department.add(offered, LeaveEntitlement.objects.create(agent=colleague, year=2026, days=12))
    department.special["staffing_staffrequest_revoke"] = approved
    own = Agent.objects.filter(user=department.person).first()
    if own is not None:
        department.special["staffing_staffrequest_withdraw"] = leave_asked(own, reason="看牙")


def _planning(department: Department, colleague: Agent) -> None:
    """A run that has ended, with a proposal that lacks somebody, for the roster."""
    proposal = proposed(department.objects["staffing_roster"], colleague)
    department.add(proposal.run)
    department.special |= {
        "staffing_rosterrun_plan": proposal.run.roster,
        "staffing_rosterrun_repair": proposal.run.roster,
        "staffing_rosterrun_cells": proposal,
        "staffing_rosterrun_apply": proposal,
    }


def _matters(department: Department, colleague: Agent) -> None:
    """Tickets at several stages in the colleague's hands, and one in the person's own."""
    at, by = NOW, colleague.user
    category = CategoryFactory.create(name="漏发", parent=CategoryFactory.create(name="物流"))
    customers = iter(
        {"phone": phone, "name": name, "province": "浙江省"}
        for phone, name in zip(PHONES, NAMES, strict=True)
    )

    ticket = ticket_in_hand(
        colleague, kind=Kind.COMPLAINT, severity=Severity.HIGH, level=CustomerLevel.KEY, category=category,
        order_no="260310001", product="青瓷保温杯", shop="旗舰店", remedy_sought="补发",
        description="杯子碎了", email="ouyang@example.com", **next(customers),
    )  # fmt: skip
    handling.reply(ticket, text="您好，正在核实，谢谢。", by=by, at=at)
    handling.promise(ticket, due_at=at + timedelta(hours=2), by=by, at=at)
    handling.note(ticket, text="已催仓库", by=by, at=at)
    _offered_to(department.person, ticket_in_hand(colleague, **next(customers)), by)

    complaint = resolved_ticket(colleague, kind=Kind.COMPLAINT, category=category, **next(customers))
    callbacks.log_attempt(complaint.callbacks.get(), result=AttemptResult.NO_ANSWER, by=by, at=at)
    answered = closing.close(resolved_ticket(colleague, category=category, **next(customers)), by=by, at=at)
    surveys.answer(answered.surveys.get(), surveys.Answer(score=4, recommend=9, comment="很快"), at=at)
    asked = closing.close(resolved_ticket(colleague, category=category, **next(customers)), by=by, at=at)
    TicketFactory.create(subject="还没有人领")
    _in_own_hands(department.person)

    draft = service_policies.draft(in_force_from=at + timedelta(days=30), note="草案", by=None, at=at)
    department.add(ticket, ticket.customer, complaint.callbacks.get(), asked.surveys.get(), category, draft)


def _offered_to(person: User, ticket: Ticket, by: User) -> None:
    if agent := _worker(person):
        ownership.transfer(ticket, agent, reason="懂这个产品", by=by, at=NOW)


def _worker(person: User) -> Agent | None:
    """The person as an agent, if he works on tickets."""
    return Agent.objects.filter(user=person).first() if person.has_perm("complaints.change_ticket") else None


def _in_own_hands(person: User) -> None:
    if agent := _worker(person):
        ticket = ticket_in_hand(agent, subject="发票什么时候开", phone=OWN_PHONE, name="慕容雪")
        callbacks.schedule(
            customer=ticket.customer, ticket=ticket, purpose=CallbackPurpose.ANSWER,
            due_at=NOW + timedelta(hours=1), by=person, at=NOW,
        )  # fmt: skip


def _machinery(department: Department, colleague: Agent) -> None:
    to_customer = OutboxMessage.objects.filter(channel=MessageChannel.SMS).earliest("pk")
    system, _token = clients.create("商城", [Scope.TICKETS_READ], by=None, at=NOW)
    audit.record(AuditAction.CHANGE, colleague, by=colleague.user, at=NOW, changes={"staff_no": ["1", "2"]})
    department.add(
        to_customer,
        system,
        AuditEntry.objects.latest("pk"),
        colleague.user,
        _job(),
    )


def _job() -> TransferJob:
    """A checked file with a row that is wrong, uploaded by somebody who may see it."""
    uploader = UserFactory.create(name="上传人", is_superuser=True)
    rows = [["渠道", "发生时间", "主题", "手机号"], *_rows()]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    file = SimpleUploadedFile("三月.xlsx", out.getvalue())
    job = jobs.upload(file, "complaints.ticket", by=uploader, at=NOW)
    working.work(job.pk, clock=lambda: NOW)
    job.refresh_from_db()
    return job


def _rows() -> Iterator[list[str]]:
    yield ["在线客服", "2026-03-10 20:15:00", "少发一件", PHONES[0]]
    yield ["在线客服", "前天晚上", "杯盖漏水", PHONES[1]]
