"""What waits although the worker runs: matters that only two may take, who have enough in hand.

The accounts `handler` and `supervisor` alone are certified for the press, and both are at their maximum. So
dispatching parks the matters at any hour, supervisors are told, and a person may still claim them by hand.
"""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from complaints import assignment, handling, ownership
from complaints.choices import Channel, Severity
from complaints.models import OwnershipEntry
from config.demo import desk, texts
from config.demo.people import Staff
from staffing import people
from staffing.models import Agent, Skill

MINUTE = timedelta(minutes=1)
VALID_FOR = timedelta(days=180)


def fill(staff: Staff, *, at: datetime) -> None:
    """Comes last: what the two have in hand by now is the most that they get."""
    skill = Skill.objects.get(code=texts.PRESS)
    _escalated(staff.supervisor, at=at)
    for agent in (staff.handler, staff.supervisor):
        today = localdate(at)
        people.certify(agent, skill, valid_from=today, valid_until=today + VALID_FOR, by=staff.root, at=at)
        people.amend(agent, max_open_tickets=_kept_by(agent), by=staff.root, at=at)
    for number, (subject, name) in enumerate(texts.PRESS_MATTERS, start=1):
        matter = desk.bring(
            "media",
            subject,
            name,
            f"1360013600{number}",
            severity=Severity.HIGH,
            channel=Channel.EMAIL,
            at=at - number * 7 * MINUTE,
        )
        assignment.dispatch(matter, at=at - number * 7 * MINUTE + MINUTE)


def _escalated(supervisor: Agent, *, at: datetime) -> None:
    """A complaint that the supervisor has taken on."""
    matter = desk.bring("attitude", "要求主管回电，客服态度敷衍", "宋涛", "13800138011", at=at - 80 * MINUTE)
    ownership.claim(matter, by=supervisor.user, at=at - 78 * MINUTE)
    text = "您好，我是主管周敏，非常抱歉，这件事由我负责到底，谢谢。"
    handling.reply(matter, text=text, by=supervisor.user, at=at - 75 * MINUTE)


def _kept_by(agent: Agent) -> int:
    """How many matters the agent has accepted; one that nobody accepts goes back to the queue in time."""
    accepted = OwnershipEntry.objects.holding().filter(receiver=agent, accepted_at__isnull=False)
    return accepted.filter(ticket__in=agent.handled_tickets.open()).count()
