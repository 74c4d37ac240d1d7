"""Who in the department is told what, in his own language. Writes outbox rows, sends nothing."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal import outbox
from portal.choices import MessageChannel, Role
from portal.models import User
from staffing.choices import DutyState
from staffing.models import Agent, Certificate, DutyAssignment, Team

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
