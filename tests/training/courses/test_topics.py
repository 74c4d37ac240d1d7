"""A topic, and what stands below it: one rule for every list. # T1 T3 T5"""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portal.models import User
from tests.factories import NOW
from tests.need_factories import raised
from tests.training_factories import ArticleFactory, CourseFactory, QuestionFactory, TopicFactory
from training.admin import need_forms
from training.courses import editing
from training.models import Article, Course, Question, Topic, TrainingNeed

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> list[Topic]:
    """From the root down."""
    top = TopicFactory.create(name="售后")
    middle = TopicFactory.create(name="退货", parent=top)
    return [top, middle, TopicFactory.create(name="运费", parent=middle)]


@pytest.mark.parametrize(
    ("model", "make"),
    [
        (Course, lambda topic: CourseFactory.create(topic=topic)),
        (Question, lambda topic: QuestionFactory.create(topic=topic)),
        (Article, lambda topic: ArticleFactory.create(topic=topic)),
        (TrainingNeed, lambda topic: raised(topic=topic)),
    ],
)
def test_a_topic_holds_what_is_of_those_below_it(chain: list[Topic], model, make):
    made = [make(topic) for topic in chain]
    make(TopicFactory.create())
    for place, topic in enumerate(chain):
        assert set(model.objects.within(topic)) == set(made[place:])
        assert set(model.objects.within(topic.pk)) == set(made[place:])


def test_the_board_offers_courses_two_levels_below_as_of_the_topic(chain: list[Topic]):
    low, other = CourseFactory.create(topic=chain[2]), CourseFactory.create()
    assert need_forms.grouped(chain[0], [low, other]) == ([low], [other])


@pytest.mark.parametrize("page", ["course", "trainingneed", "question", "article"])
def test_lists_are_narrowed_alike(client, chain: list[Topic], trainer: User, page: str):
    makers = {"course": CourseFactory, "question": QuestionFactory, "article": ArticleFactory}
    made = makers[page].create(topic=chain[2]) if page in makers else raised(topic=chain[2])
    client.force_login(trainer)
    shown = client.get(reverse(f"admin:training_{page}_changelist"), {"topic": chain[0].pk})
    assert list(shown.context["cl"].result_list) == [made]
    assert "售后 › 退货 › 运费" in shown.content.decode()


def test_a_branch_does_not_move_to_where_its_twigs_would_be_too_deep(chain: list[Topic], trainer: User):
    root = TopicFactory.create(name="服务")
    with pytest.raises(ValidationError):
        editing.define_topic(chain[0].code, name="售后", parent=root, by=trainer, at=NOW)
    editing.define_topic(chain[1].code, name="退货", parent=root, by=trainer, at=NOW)
    assert [each.name for each in Topic.objects.get(pk=chain[2].pk).path] == ["服务", "退货", "运费"]
