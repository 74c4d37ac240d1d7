"""Who in the department is told what, in his own language. Writes outbox rows, sends nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Model, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal import outbox
from portal.choices import MessageChannel, Role
from portal.errors import Text
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

day = lazy(date_format, str)
"""A date in the language of whoever reads it."""


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
        days = f"{date_format(edit.on, 'MONTH_DAY_FORMAT')} {before} → {after}"
        return _("Your shifts have changed: %(days)s") % {"days": days}

    link = f"{reverse('admin:staffing_dutyassignment_week')}?{urlencode({'on': edit.on})}"
    tell([edit.agent.user], f"roster-edit:{edit.pk}", sentence, link=link, at=edit.at)


def taken_off_duty(agent: Agent, duties: Sequence[DutyAssignment], *, at: datetime) -> None:
    """Of duties cancelled together, in their order: the agent, and those who look after the team."""
    first = duties[0]
    key = f"off-duty:{first.pk}"
    link = f"{reverse('admin:staffing_dutyassignment_changelist')}?{urlencode({'q': agent.staff_no})}"
    facts = {"agent": agent, "date": day(first.on), "count": len(duties)}
    own = _("You hold no valid certificate: %(count)s of your shifts are cancelled, the first on %(date)s.")
    theirs = _("%(agent)s holds no valid certificate: %(count)s shifts are cancelled, the first on %(date)s.")
    if any(each.state == DutyState.PUBLISHED for each in duties):  # Of drafts he knows nothing.
        _say([agent.user], key, own, facts, link=link, at=at)
    _say(_supervisors_beside(agent), key, theirs, facts, link=link, at=at)


def certificate_ends(certificate: Certificate, *, at: datetime) -> None:
    """In good time before it ends, unless it is renewed: the holder, and those who look after the team."""
    agent, key = certificate.agent, f"certificate-ends:{certificate.pk}"
    facts = {"agent": agent, "skill": certificate.skill, "date": day(certificate.valid_until)}
    own = _("Your certificate for “%(skill)s” ends on %(date)s; without renewal you are off duty after it.")
    theirs = _(
        "%(agent)s: the certificate for “%(skill)s” ends on %(date)s; no duty after it without renewal."
    )
    _say([agent.user], key, own, facts, at=at)
    _say(_supervisors_beside(agent), key, theirs, facts, link=_to(certificate), at=at)


def handed_over(hand_over: HandOver, people: Iterable[User], *, at: datetime) -> None:
    """The next shift learns that something waits for its word."""
    text = _("%(name)s has handed the shift over: please read and acknowledge")
    key, facts = f"handed-over:{hand_over.pk}", {"name": hand_over.agent}
    _say(people, key, text, facts, link=_to(hand_over), at=at)


def hand_over_acknowledged(hand_over: HandOver, by: User, *, at: datetime) -> None:
    text = _("%(name)s has acknowledged your hand-over")
    key, facts = f"hand-over-acknowledged:{hand_over.pk}", {"name": by}
    _say([hand_over.agent.user], key, text, facts, link=_to(hand_over), at=at)


def hand_over_owed(hand_over: HandOver, *, at: datetime) -> None:
    """Once for each shift: its end comes near, and there is something open."""
    text, link = _("Your shift ends: please hand over what is open"), reverse("admin:staffing_handover_shift")
    _say([hand_over.agent.user], f"hand-over-owed:{hand_over.pk}", text, {}, link=link, at=at)


def turn_moved(turn: HousekeepingTurn, *, giver: Agent, at: datetime) -> None:
    """Whose turn it is now, and whose it was."""
    facts = {"task": turn.task, "to": turn.agent, "date": day(turn.on)}
    key, link = f"turn-moved:{turn.pk}:{turn.agent_id}:{_moment(at)}", _week_of(turn)
    theirs = _("Your housekeeping turn on %(date)s: %(task)s")
    _say([turn.agent.user], key, theirs, facts, link=link, at=at)
    _say([giver.user], key, _("%(to)s does “%(task)s” on %(date)s in your place"), facts, link=link, at=at)


def turn_without_anybody(turn: HousekeepingTurn, *, at: datetime) -> None:
    text, facts = _("Nobody is there for “%(task)s” on %(date)s"), {"task": turn.task, "date": day(turn.on)}
    people = supervisors_of(turn.task.team)
    _say(people, f"turn-without:{turn.pk}", text, facts, link=_week_of(turn), at=at)


def meeting_called(meeting: Meeting, people: Iterable[User], *, at: datetime) -> None:
    text = _("You are asked to “%(title)s” on %(time)s")
    _of_meeting(meeting, people, f"meeting:{meeting.pk}", text, at=at)


def meeting_moved(meeting: Meeting, people: Iterable[User], *, at: datetime) -> None:
    text = _("“%(title)s” is moved: %(time)s %(place)s")
    _of_meeting(meeting, people, f"meeting-moved:{meeting.pk}:{_moment(at)}", text, at=at)


def meeting_cancelled(meeting: Meeting, people: Iterable[User], *, at: datetime) -> None:
    text = _("“%(title)s” on %(time)s is cancelled")
    _of_meeting(meeting, people, f"meeting-cancelled:{meeting.pk}", text, at=at)


def minutes_ready(meeting: Meeting, people: Iterable[User], *, at: datetime) -> None:
    text = _("The minutes of “%(title)s” are there")
    _of_meeting(meeting, people, f"minutes:{meeting.pk}", text, at=at)


def action_given(item: ActionItem, *, at: datetime) -> None:
    key, text = f"action:{item.pk}:{item.owner_id}:{_moment(at)}", _("To do by %(date)s: %(text)s")
    _of_action(item, [item.owner], key, text, at=at)


def action_done(item: ActionItem, by: User, *, at: datetime) -> None:
    key, text = f"action-done:{item.pk}", _("%(name)s has done: %(text)s")
    _of_action(item, [item.meeting.chaired_by], key, text, name=by, at=at)


def action_dropped(item: ActionItem, *, at: datetime) -> None:
    _of_action(item, [item.owner], f"action-dropped:{item.pk}", _("No longer to do: %(text)s"), at=at)


def action_overdue(item: ActionItem, *, at: datetime) -> None:
    """Whose it is, and who chaired the meeting: once for each day it was due."""
    key = f"action-overdue:{item.pk}:{item.due_on.isoformat()}"
    text = _("Overdue since %(date)s (%(name)s): %(text)s")
    _of_action(item, [item.owner, item.meeting.chaired_by], key, text, name=item.owner, at=at)


def _say(
    people: Iterable[User],
    key: str,
    text: Text,
    facts: Mapping[str, object],
    *,
    link: str = "",
    at: datetime,
) -> None:
    """The text and the dates among its facts are lazy: they are put into words for each reader."""
    tell(people, key, lambda: str(text) % facts, link=link, at=at)


def _of_meeting(meeting: Meeting, people: Iterable[User], key: str, text: Text, *, at: datetime) -> None:
    starts_at = localtime(meeting.starts_at, meeting.team.department.zone)
    facts = {"title": meeting.title, "time": day(starts_at, "SHORT_DATETIME_FORMAT"), "place": meeting.place}
    _say(people, key, text, facts, link=_to(meeting), at=at)


def _of_action(
    item: ActionItem, agents: Iterable[Agent], key: str, text: Text, *, name: object = None, at: datetime
) -> None:
    facts = {"date": day(item.due_on), "text": item.text, "name": name}
    _say([agent.user for agent in agents], key, text, facts, link=_to(item.meeting), at=at)


def _supervisors_beside(agent: Agent) -> list[User]:
    return [user for user in supervisors_of(agent.team) if user.pk != agent.user_id]


def _moment(at: datetime) -> str:
    """In a key: the same may be told again at another time."""
    return f"{at.timestamp():.0f}"


def _to(row: Model) -> str:
    return reverse(f"admin:staffing_{row._meta.model_name}_change", args=[row.pk])


def _week_of(turn: HousekeepingTurn) -> str:
    page = reverse("admin:staffing_housekeepingturn_week")
    return f"{page}?team={turn.task.team_id}&on={turn.on.isoformat()}"
