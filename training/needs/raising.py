"""A need is raised: by a person, or by the apps above out of a finding."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import privacy
from portal.errors import MissingInformation, Text, WrongState
from portal.models import User
from staffing import recording
from staffing.models import Agent
from training import rights
from training.choices import NeedSource
from training.models import NeedReason, Topic, TrainingNeed
from training.needs.holding import hold_agent

LONGEST_TEXT = 500
LONGEST_REFERENCE = 60


@transaction.atomic
def raise_need(
    agent: Agent,
    topic: Topic,
    *,
    text: str,
    source: NeedSource,
    by: User | None,
    at: datetime,
    reference: str = "",
) -> TrainingNeed:
    """Somebody lacks something on a topic. While that is open, what is said again adds to it.

    `reference` names the matter, such as a ticket: the same matter counts once, also after the need has been
    settled, so whoever reports may report again. Two who raise it at once raise it once.

    Raises: NotAllowed; MissingInformation without a text, or for one or a reference that is too long;
    WrongState for somebody who has left.
    """
    text, reference, agent = _checked(text), _checked_reference(reference), hold_agent(agent)
    rights.require_over(by, rights.RAISE_NEED, agent)
    if not agent.is_employed(agent.local_date(at)):
        raise WrongState(_("%(agent)s is not employed at this time.") % {"agent": agent})
    told = _told_before(agent, topic, source, reference)
    if told is not None:
        return told.need
    need = TrainingNeed.objects.open().filter(agent=agent, topic=topic).first()
    need = _again(need, by=by, at=at) if need else _first(agent, topic, by=by, at=at)
    NeedReason.objects.create(need=need, source=source, text=text, reference=reference, by=by, at=at)
    return need


def _checked(text: str) -> str:
    """Of a customer nothing is kept, whatever was copied into it."""
    text = privacy.without_contacts(text.strip())
    message: Text
    if not text:
        message = _("Say what is lacking.")
        raise MissingInformation(message, fields={"text": message})
    if len(text) > LONGEST_TEXT:
        message = _("At most %(count)s characters.") % {"count": LONGEST_TEXT}
        raise MissingInformation(message, fields={"text": message})
    return text


def _checked_reference(reference: str) -> str:
    reference = reference.strip()
    if len(reference) > LONGEST_REFERENCE:
        message = _("At most %(count)s characters.") % {"count": LONGEST_REFERENCE}
        raise MissingInformation(message, fields={"reference": message})
    return reference


def _told_before(agent: Agent, topic: Topic, source: NeedSource, reference: str) -> NeedReason | None:
    if not reference:
        return None
    reasons = NeedReason.objects.filter(need__agent=agent, need__topic=topic)
    return reasons.filter(source=source, reference=reference).select_related("need").first()


def _first(agent: Agent, topic: Topic, *, by: User | None, at: datetime) -> TrainingNeed:
    need = TrainingNeed.objects.create(agent=agent, topic=topic, raised_at=at, last_at=at)
    recording.added(need, {"topic": topic}, by=by, at=at)
    return need


def _again(need: TrainingNeed, *, by: User | None, at: datetime) -> TrainingNeed:
    changes = {"times": (need.times, need.times + 1)}
    need.times += 1
    need.last_at = at
    need.save(update_fields=["times", "last_at"])
    recording.changed(need, changes, by=by, at=at)
    return need
