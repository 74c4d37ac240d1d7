"""What the home page tells of training: as many as the lists behind it show, in few queries."""

from datetime import timedelta

import pytest
from django.utils import translation

from config import training_cards
from portal.choices import Role
from portal.models import User
from tests.announcement_factories import AnnouncementFactory
from tests.factories import NOW, TODAY, AgentFactory, UserFactory
from tests.need_factories import raised
from tests.training_factories import ArticleFactory, EnrolmentFactory
from training.models import MissingAnswer

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def trainer() -> User:
    return UserFactory.create(roles=[Role.TRAINER])


def shown(user: User) -> dict[str, str]:
    with translation.override("en"):
        return {
            card.title: card.value for each in training_cards.sections(user, at=NOW) for card in each.cards
        }


def test_numbers_are_of_people_who_are_here(trainer: User):
    here, gone = AgentFactory.create(), AgentFactory.create(has_left=True)
    announcement = AnnouncementFactory.create(state="published", version=1)
    for agent in (here, gone):
        EnrolmentFactory.create(agent=agent, due_on=TODAY - DAY)
        announcement.readings.create(agent=agent, version=announcement.version, due_on=TODAY)
    raised(here)
    cards = shown(trainer)
    wanted = {"Courses overdue": "1", "Announcements not confirmed": "1", "Open training needs": "1"}
    assert {title: cards.get(title) for title in wanted} == wanted, cards


def test_articles_are_counted_by_what_is_to_be_done(trainer: User):
    ArticleFactory.create()
    ArticleFactory.create(review_on=TODAY)
    MissingAnswer.objects.create(question="怎么开票", asked_in="search", first_at=NOW, last_at=NOW)
    assert list(shown(trainer).values())[-5:] == ["2", "0", "1", "0", "1"]


def test_three_queries_count_all(trainer: User, django_assert_num_queries):
    assert trainer.role_codes
    assert trainer.has_perm("training.export_enrolment")
    with django_assert_num_queries(3):
        assert shown(trainer)
