"""Who in the department is told what, in his own language. Writes outbox rows, sends nothing."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import override

from portal import outbox
from portal.choices import MessageChannel, Role
from portal.models import User
from staffing.models import Team

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
