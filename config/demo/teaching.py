"""What the demonstration teaches at a time, and what it announces."""

from datetime import datetime, time, timedelta

from django.utils.timezone import localdate, make_aware

from config.demo.people import HOME_TEAM, Staff
from portal.errors import DomainError
from portal.models import User
from staffing.models import Agent
from training.announcements import publishing, reading
from training.announcements import writing as announcements
from training.choices import Presence, QuestionKind
from training.exams import renewals
from training.models import Course, Question, Room, TrainingSession
from training.sessions import booking, register, scheduling

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

NEWS = (
    (
        "双旦大促退换货口径调整",
        """## 从今天起

- 大促期间签收的订单，**无理由退货延长到 15 天**
- 赠品可折价退回，不再要求原样寄回
- 生鲜、定制商品口径不变

回复客户前请先看知识库里的新版文章。""",
        "aftersales-returns",
    ),
    (
        "客户信息安全提醒",
        "不要在聊天里让客户提供完整的身份证号或银行卡号；确需核实时，只核对**后四位**。\n\n发现同事误发，请立即告诉主管。",
        "",
    ),
)
ASKED = 3
"""Questions of the quiz of the first announcement."""


def fill(staff: Staff, *, at: datetime) -> None:
    trainer = User.objects.get(username="trainer")
    _sessions(staff, trainer, at=at)
    _announcements(staff, trainer, at=at)
    renewals.open_due(at)


def _sessions(staff: Staff, trainer: User, *, at: datetime) -> None:
    """One of last week with its register half marked, one of the day after tomorrow with seats left."""
    room = Room.objects.create(name="三楼培训室", seats=20)
    Room.objects.create(name="小会议室", seats=6)
    mates = staff.agents[HOME_TEAM]
    courses = list(Course.objects.open().order_by("code")[:2])
    for course, days in zip(courses, (-1, 2), strict=True):
        starts_at = make_aware(datetime.combine(localdate(at) + days * DAY, time(14)))
        plan = scheduling.Plan(
            trainer=trainer, room=room, starts_at=starts_at, ends_at=starts_at + 2 * HOUR, seats=12
        )
        session = scheduling.schedule(course, plan, by=trainer, at=starts_at - 5 * DAY)
        for agent in mates[:9]:
            _book(session, agent, trainer, at=starts_at - 4 * DAY)
        if days < 0:
            seats = list(session.bookings.standing().order_by("pk"))
            marks = {
                seat.pk: register.Mark(
                    presence=Presence.LATE if number == 1 else Presence.PRESENT, seen=Presence.UNMARKED
                )
                for number, seat in enumerate(seats[:6])
            }
            register.mark(session, marks, by=trainer, at=starts_at + HOUR)


def _book(session: TrainingSession, agent: Agent, trainer: User, *, at: datetime) -> None:
    """Whoever is on leave or in another session then stays out of it."""
    try:
        booking.book(session, [agent], by=trainer, at=at, reason="班长已安排替班")
    except DomainError:
        return


def _announcements(staff: Staff, trainer: User, *, at: datetime) -> None:
    for (title, body, topic), days in zip(NEWS, (1, 6), strict=True):
        quiz = Question.objects.active().filter(topic__code=topic, kind=QuestionKind.SINGLE)[:ASKED]
        text = announcements.Text(
            title=title, body=body, due_on=localdate(at) + 3 * DAY, questions=list(quiz)
        )
        made = announcements.draft(text, by=trainer, at=at - days * DAY)
        made = publishing.publish(made, by=trainer, at=at - days * DAY)
        rows = made.readings.select_related("agent__user").exclude(agent=staff.handler)
        for number, row in enumerate(rows.order_by("pk")):
            if number % 3 and not quiz:
                reading.confirm(row, answers={}, version=made.version, by=row.agent.user, at=at - DAY)
