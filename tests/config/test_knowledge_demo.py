"""What the demonstration tells of articles fits what it tells of tickets. # T10"""

import pytest

from complaints.choices import Status
from config.demo import knowledge
from tests.factories import NOW, TicketFactory, agent_on_duty, resolved_ticket, standard_policy
from tests.training_factories import ArticleFactory
from training.models import ArticleUse

pytestmark = pytest.mark.django_db


def test_articles_are_used_for_matters_that_are_solved_by_whoever_solved_them():
    standard_policy()
    for code in knowledge.LIKED:
        ArticleFactory.create(code=code)
    TicketFactory.create()
    solved = resolved_ticket(agent_on_duty())
    assert solved.status == Status.RESOLVED
    knowledge._uses(at=NOW + 9 * knowledge.DAY)
    uses = ArticleUse.objects.all()
    assert {use.reference for use in uses} == {solved.number}
    assert {(use.by, use.at) for use in uses} == {(solved.handler.user, solved.resolved_at)}
