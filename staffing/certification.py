"""Who may work a shift by his certificates, and where he counts: one rule for all who ask.

What counts is the day on which the shift starts: a night that begins on a certificate's last day counts to
its end.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from portal.errors import WrongState
from staffing.models import Agent, Certificate, ShiftType


@dataclass(frozen=True)
class Held:
    """A certificate somebody was given, with the days on which it counts."""

    skill_id: int
    valid_from: date
    valid_until: date
    revoked_on: date | None = None

    def is_valid(self, on: date) -> bool:
        return self.valid_from <= on <= self.valid_until and (self.revoked_on is None or on < self.revoked_on)


def counts_for(held: Iterable[Held], skill_id: int | None, on: date) -> bool:
    """Whether somebody with these certificates is a head for a skill (None: for none) on a shift of a day."""
    return skill_id is None or any(each.skill_id == skill_id and each.is_valid(on) for each in held)


def permits(held: Iterable[Held], skill_id: int | None, on: date) -> bool:
    """Whether somebody with these certificates may work a shift that starts on a day.

    A shift for holders of a skill asks for a certificate of that skill. Any other shift asks for no
    certificate from whoever never had one; whoever had one by then needs one that counts.
    """
    if skill_id is not None:
        return counts_for(held, skill_id, on)
    given = [each for each in held if each.valid_from <= on]
    return not given or any(each.is_valid(on) for each in given)


def held_by(agents: Iterable[int]) -> Mapping[int, list[Held]]:
    """All certificates of some agents, by the agent's id. One query."""
    found: dict[int, list[Held]] = defaultdict(list)
    rows = Certificate.objects.filter(agent__in=list(agents)).order_by("pk")
    for row in rows.only("agent", "skill", "valid_from", "valid_until", "revoked_on"):
        found[row.agent_id].append(Held(row.skill_id, row.valid_from, row.valid_until, row.revoked_on))
    return found


def require(agent: Agent, shift_type: ShiftType, on: date, *, held: Iterable[Held] | None = None) -> None:
    """`held` are the agent's certificates, if they are at hand; else they are looked up.

    Raises: WrongState, when no certificate permits the shift on the day.
    """
    if permits(held_by([agent.pk])[agent.pk] if held is None else held, shift_type.skill_id, on):
        return
    facts = {"agent": agent, "date": date_format(on), "skill": shift_type.skill}
    text = _("%(agent)s holds no certificate that is valid on %(date)s.")
    if shift_type.skill_id is not None:
        text = _("%(agent)s holds no certificate for “%(skill)s” that is valid on %(date)s.")
    raise WrongState(text % facts, fields={"agent": text % facts})
