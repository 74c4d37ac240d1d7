"""Who in the department is told what, in his own language. Writes outbox rows, sends nothing."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Model, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal import outbox
from portal.choices import MessageChannel, Role
from portal.models import User
from staffing.choices import DutyState
from staffing.models import (
    ActionItem,
    Agent,
    Certificate,
    DutyAssignment,
    HandOver,
    HousekeepingTurn,
    Meeting,
    RosterEdit,
    ShiftType,
    Team,
)

Wording = Callable[[], str]


def tell(people: Iterable[User], key: str, wording: Wording, *, link: str = "", at: datetime) -> None:
    """One line on the bell of each; the same key is told once, for ever."""
    for user in {user.pk: user for user in people if user.is_active}.values():
        with override(user.language):
            subject = wording()
        outbox.post(
            key=f"{key}:{user.pk}",
            channel=MessageChannel.PORTAL,
            user=user,
            subject=subject,
            link=link,
            at=at,
            due_at=at,
        )


def supervisors_of(team: Team) -> list[User]:
    """Those who look after the team; where nobody does, all supervisors."""
    people = User.objects.filter(is_active=True, groups__name=Role.SUPERVISOR)
    own = people.filter(Q(agent__team=team) | Q(agent__led_teams=team)).distinct()
    return list(own) or list(people)


def shifts_changed(edit: RosterEdit) -> None:
    """To whom a shift of a roster that is out was given, or from whom it was taken."""
    names = dict(ShiftType.objects.values_list("code", "name"))

    def sentence() -> str:
        before, after = (
            " ".join(names.get(code, code) for code in codes) or _("off")
            for codes in (edit.before, edit.after)
        )
        day = f"{date_format(edit.on, 'MONTH_DAY_FORMAT')} {before} → {after}"
        return _("Your shifts have changed: %(days)s") % {"days": day}

    link = f"{reverse('admin:staffing_dutyassignment_week')}?{urlencode({'on': edit.on})}"
    tell([edit.agent.user], f"roster-edit:{edit.pk}", sentence, link=link, at=edit.at)


def taken_off_duty(agent: Agent, duties: Sequence[DutyAssignment], *, at: datetime) -> None:
    """Of duties cancelled together, in their order: the agent, and those who look after the team."""
    first = duties[0]
    key = f"off-duty:{first.pk}"
    link = f"{reverse('admin:staffing_dutyassignment_changelist')}?{urlencode({'q': agent.staff_no})}"

    def words() -> dict[str, object]:
        return {"agent": agent, "date": date_format(first.on), "count": len(duties)}

    own = _("You hold no valid certificate: %(count)s of your shifts are cancelled, the first on %(date)s.")
    theirs = _("%(agent)s holds no valid certificate: %(count)s shifts are cancelled, the first on %(date)s.")
    if any(each.state == DutyState.PUBLISHED for each in duties):  # Of drafts he knows nothing.
        tell([agent.user], key, lambda: str(own) % words(), link=link, at=at)
    others = [user for user in supervisors_of(agent.team) if user.pk != agent.user_id]
    tell(others, key, lambda: str(theirs) % words(), link=link, at=at)


def certificate_ends(certificate: Certificate, *, at: datetime) -> None:
    """In good time before it ends, unless it is renewed: the holder, and those who look after the team."""
    agent, key = certificate.agent, f"certificate-ends:{certificate.pk}"
    link = reverse("admin:staffing_certificate_change", args=[certificate.pk])

    def words() -> dict[str, object]:
        return {
            "agent": agent,
            "skill": certificate.skill,
            "date": date_format(certificate.valid_until),
        }

    own = _("Your certificate for “%(skill)s” ends on %(date)s; without renewal you are off duty after it.")
    theirs = _(
        "%(agent)s: the certificate for “%(skill)s” ends on %(date)s; no duty after it without renewal."
    )
    tell([agent.user], key, lambda: str(own) % words(), at=at)
    others = [user for user in supervisors_of(agent.team) if user.pk != agent.user_id]
    tell(others, key, lambda: str(theirs) % words(), link=link, at=at)


def handed_over(hand_over: HandOver, people: Iterable[User], *, at: datetime) -> None:
    """The next shift learns that something waits for its word."""
    tell(
        people,
        f"handed-over:{hand_over.pk}",
        lambda: (
            _("%(name)s has handed the shift over: please read and acknowledge") % {"name": hand_over.agent}
        ),
        link=_to(hand_over),
        at=at,
    )


def hand_over_acknowledged(hand_over: HandOver, by: User, *, at: datetime) -> None:
    tell(
        [hand_over.agent.user],
        f"hand-over-acknowledged:{hand_over.pk}",
        lambda: _("%(name)s has acknowledged your hand-over") % {"name": by},
        link=_to(hand_over),
        at=at,
    )


def hand_over_owed(hand_over: HandOver, *, at: datetime) -> None:
    """Once for each shift: its end comes near, and there is something open."""
    tell(
        [hand_over.agent.user],
        f"hand-over-owed:{hand_over.pk}",
        lambda: _("Your shift ends: please hand over what is open"),
        link=reverse("admin:staffing_handover_shift"),
        at=at,
    )


def _to(row: Model) -> str:
    return reverse(f"admin:staffing_{row._meta.model_name}_change", args=[row.pk])


def turn_moved(turn: HousekeepingTurn, *, giver: Agent, at: datetime) -> None:
    """Whose turn it is now, and whose it was."""
    facts = {"task": turn.task, "to": turn.agent}
    key, link = f"turn-moved:{turn.pk}:{turn.agent_id}:{at.timestamp():.0f}", _week_of(turn)
    tell(
        [turn.agent.user],
        key,
        lambda: _("Your housekeeping turn on %(date)s: %(task)s") % {**facts, "date": date_format(turn.on)},
        link=link,
        at=at,
    )
    tell(
        [giver.user],
        key,
        lambda: (
            _("%(to)s does “%(task)s” on %(date)s in your place") % {**facts, "date": date_format(turn.on)}
        ),
        link=link,
        at=at,
    )


def turn_without_anybody(turn: HousekeepingTurn, *, at: datetime) -> None:
    tell(
        supervisors_of(turn.task.team),
        f"turn-without:{turn.pk}",
        lambda: (
            _("Nobody is there for “%(task)s” on %(date)s")
            % {"task": turn.task, "date": date_format(turn.on)}
        ),
        link=_week_of(turn),
        at=at,
    )


def _week_of(turn: HousekeepingTurn) -> str:
    page = reverse("admin:staffing_housekeepingturn_week")
    return f"{page}?team={turn.task.team_id}&on={turn.on.isoformat()}"


def meeting_called(meeting: Meeting, people: Iterable[User], *, at: datetime) -> None:
    tell(
        people,
        f"meeting:{meeting.pk}",
        lambda: _("You are asked to “%(title)s” on %(time)s") % _of_meeting(meeting),
        link=_to(meeting),
        at=at,
    )


def meeting_moved(meeting: Meeting, people: Iterable[User], *, at: datetime) -> None:
    tell(
        people,
        f"meeting-moved:{meeting.pk}:{at.timestamp():.0f}",
        lambda: _("“%(title)s” is moved: %(time)s %(place)s") % _of_meeting(meeting),
        link=_to(meeting),
        at=at,
    )


def meeting_cancelled(meeting: Meeting, people: Iterable[User], *, at: datetime) -> None:
    tell(
        people,
        f"meeting-cancelled:{meeting.pk}",
        lambda: _("“%(title)s” on %(time)s is cancelled") % _of_meeting(meeting),
        link=_to(meeting),
        at=at,
    )


def minutes_ready(meeting: Meeting, people: Iterable[User], *, at: datetime) -> None:
    tell(
        people,
        f"minutes:{meeting.pk}",
        lambda: _("The minutes of “%(title)s” are there") % _of_meeting(meeting),
        link=_to(meeting),
        at=at,
    )


def action_given(item: ActionItem, *, at: datetime) -> None:
    tell(
        [item.owner.user],
        f"action:{item.pk}:{item.owner_id}:{at.timestamp():.0f}",
        lambda: _("To do by %(date)s: %(text)s") % {"date": date_format(item.due_on), "text": item.text},
        link=_to(item.meeting),
        at=at,
    )


def action_done(item: ActionItem, by: User, *, at: datetime) -> None:
    tell(
        [item.meeting.chaired_by.user],
        f"action-done:{item.pk}",
        lambda: _("%(name)s has done: %(text)s") % {"name": by, "text": item.text},
        link=_to(item.meeting),
        at=at,
    )


def action_dropped(item: ActionItem, *, at: datetime) -> None:
    tell(
        [item.owner.user],
        f"action-dropped:{item.pk}",
        lambda: _("No longer to do: %(text)s") % {"text": item.text},
        link=_to(item.meeting),
        at=at,
    )


def action_overdue(item: ActionItem, *, at: datetime) -> None:
    """Whose it is, and who chaired the meeting: once for each day it was due."""
    tell(
        [item.owner.user, item.meeting.chaired_by.user],
        f"action-overdue:{item.pk}:{item.due_on.isoformat()}",
        lambda: (
            _("Overdue since %(date)s (%(name)s): %(text)s")
            % {"date": date_format(item.due_on), "name": item.owner, "text": item.text}
        ),
        link=_to(item.meeting),
        at=at,
    )


def _of_meeting(meeting: Meeting) -> dict[str, object]:
    starts_at = localtime(meeting.starts_at, meeting.team.department.zone)
    return {
        "title": meeting.title,
        "time": date_format(starts_at, "SHORT_DATETIME_FORMAT"),
        "place": meeting.place,
    }
