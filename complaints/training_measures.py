"""Figures of an agent's matters by which training is judged, before and after (see training.needs.effects).

A matter counts for its first-responsible agent, else for its handler. All matters count, whatever the topic:
a topic of training is no category of tickets.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from complaints.choices import Act, Kind
from complaints.models import SurveyAnswer, Ticket, TicketEvent
from staffing.models import Agent
from training.models import Topic

COMES_BACK_WITHIN = timedelta(days=7)
"""So long after a matter was resolved it counts as having come back. Source: domain.md, recheck_rate."""


class MeanSatisfaction:
    """The mean of the scores, 1 to 5, that his customers gave in the time. One query."""

    key, label = "satisfaction", _("Mean satisfaction of his surveys")
    is_share, is_higher_better = False, True
    least = Decimal("0.2")
    """A fifth of a point: of thirty answers, six have to be better by one. House default."""

    def value(self, agent: Agent, topic: Topic, since: datetime, until: datetime) -> Decimal | None:
        answers = SurveyAnswer.objects.filter(answered_at__gte=since, answered_at__lt=until)
        mean = answers.filter(_of(agent, "invitation__ticket__")).aggregate(mean=Avg("score"))["mean"]
        return None if mean is None else Decimal(str(mean))


class CameBack:
    """The share of what he resolved in the time that came back within a week of it. One query.

    It was reopened, or the customer complained of the same category again. What was resolved in the last week
    of the time does not count: it may still come back, so that the share would hang on when it is asked for.
    """

    key, label = "came_back", _("Share of his resolved matters that came back")
    is_share, is_higher_better = True, False
    least = Decimal("0.05")
    """Five of a hundred matters. House default."""

    def value(self, agent: Agent, topic: Topic, since: datetime, until: datetime) -> Decimal | None:
        resolved = TicketEvent.objects.filter(
            _of(agent, "ticket__"), act=Act.RESOLVE, at__gte=since, at__lt=until - COMES_BACK_WITHIN
        )
        counts = resolved.order_by().aggregate(
            all=Count("ticket", distinct=True),
            back=Count("ticket", distinct=True, filter=Exists(_reopened()) | Exists(_complained_again())),
        )
        return Decimal(counts["back"]) / counts["all"] if counts["all"] else None


def _of(agent: Agent, path: str) -> Q:
    return Q(**{f"{path}first_responsible": agent}) | Q(
        **{f"{path}first_responsible": None, f"{path}handler": agent}
    )


def _reopened() -> QuerySet[TicketEvent]:
    """After the event that is looked at, within the time."""
    return TicketEvent.objects.filter(
        ticket=OuterRef("ticket"),
        act=Act.REOPEN,
        sequence__gt=OuterRef("sequence"),
        at__lte=OuterRef("at") + COMES_BACK_WITHIN,
    )


def _complained_again() -> QuerySet[Ticket]:
    return Ticket.objects.filter(
        ~Q(pk=OuterRef("ticket")),
        kind=Kind.COMPLAINT,
        customer=OuterRef("ticket__customer"),
        category=OuterRef("ticket__category"),
        received_at__gt=OuterRef("at"),
        received_at__lte=OuterRef("at") + COMES_BACK_WITHIN,
    )


MEASURES = (MeanSatisfaction(), CameBack())
