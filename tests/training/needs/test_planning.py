"""What is done about a need. # T5"""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, OutboxMessage, User
from staffing.models import Agent
from tests.factories import NOW, TODAY, AgentFactory
from tests.need_factories import Figure, planned, raised, to_read
from tests.training_factories import ArticleFactory, CourseFactory, EnrolmentFactory
from training import own_day, policy
from training.choices import Audience, CourseState, EnrolmentSource, NeedState
from training.models import Enrolment, TrainingNeed
from training.needs import planning

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def told_to(user: User, start: str) -> list[str]:
    messages = OutboxMessage.objects.filter(user=user, key__startswith=start)
    return [message.subject for message in messages]


def test_a_course_assigned_is_an_enrolment_for_the_need(agent: Agent, supervisor: User):
    need, course = raised(agent), CourseFactory.create()
    need = planning.assign_course(need, course, due_on=TODAY + DAY, by=supervisor, at=NOW)
    enrolment = Enrolment.objects.get()
    assert (enrolment.agent, enrolment.source, enrolment.due_on) == (
        agent,
        EnrolmentSource.NEED,
        TODAY + DAY,
    )
    assert (need.state, need.course, need.enrolment) == (NeedState.PLANNED, course, enrolment)
    assert (need.planned_at, need.planned_by) == (NOW, supervisor)
    assert AuditEntry.objects.of(need).filter(actor=supervisor).count() == 1


def test_what_he_has_to_do_already_is_linked_and_not_doubled(agent: Agent):
    enrolment = EnrolmentFactory.create(agent=agent)
    need = planning.assign_course(raised(agent), enrolment.course, by=None, at=NOW)
    assert need.enrolment == enrolment
    assert Enrolment.objects.count() == 1


def test_he_is_told_of_a_suggestion_and_not_of_a_shortfall(agent: Agent):
    planned(agent)
    to_read(agent)
    (course,), (article,) = told_to(agent.user, "need-course"), told_to(agent.user, "need-article")
    assert "退款时效答错" not in course + article


def test_an_article_is_to_be_read(agent: Agent, supervisor: User):
    need = to_read(agent, by=supervisor)
    assert (need.state, need.enrolment, need.planned_by) == (NeedState.PLANNED, None, supervisor)
    assert need.article is not None


def test_an_article_is_to_be_read_by_a_day(agent: Agent):
    need = to_read(agent)
    assert need.due_on == TODAY + policy.DAYS_TO_READ
    (told,) = told_to(agent.user, "need-article")
    assert "18" in told
    other = ArticleFactory.create()
    need = planning.assign_article(need, other, due_on=TODAY + DAY, by=None, at=NOW)
    assert need.due_on == TODAY + DAY
    with pytest.raises(MissingInformation) as refused:
        planning.assign_article(need, other, due_on=TODAY - DAY, by=None, at=NOW)
    assert list(refused.value.fields) == ["due_on"]
    need = planning.assign_course(need, CourseFactory.create(), due_on=TODAY + 9 * DAY, by=None, at=NOW)
    assert (need.read_by, need.due_on) == (None, TODAY + 9 * DAY)


def test_the_desk_shows_what_is_to_be_read(agent: Agent, django_assert_max_num_queries):
    later, soon = to_read(agent), to_read(agent)
    TrainingNeed.objects.filter(pk=soon.pk).update(read_by=TODAY)
    planned(agent)
    raised(agent)
    agent = Agent.objects.select_related("user", "team__department").get(pk=agent.pk)
    with django_assert_max_num_queries(6):
        told = own_day.read(agent, at=NOW)
    assert (told.to_read, told.has_work) == ([soon, later], True)


@pytest.mark.parametrize("facts", [{"audience": Audience.LEADERS}, {"valid_until": TODAY - DAY}])
def test_nobody_is_asked_to_read_what_he_may_not_read(agent: Agent, facts: dict):
    with pytest.raises(WrongState):
        planning.assign_article(raised(agent), ArticleFactory.create(**facts), by=None, at=NOW)


def test_another_remedy_takes_the_place_of_the_first(agent: Agent):
    need = planned(agent)
    need = planning.assign_article(need, ArticleFactory.create(), by=None, at=NOW + DAY)
    assert (need.course, need.enrolment, need.planned_at) == (None, None, NOW + DAY)
    assert Enrolment.objects.unfinished().count() == 1  # What he has begun stays his to do.


def test_the_figure_before_is_that_of_the_window_that_ends_now(agent: Agent, figure: Figure):
    need = planned(agent, measure=figure.key)
    assert (need.measure, need.before, need.after) == ("figure", Decimal(4), None)
    assert figure.asked == [(agent, need.topic, NOW - policy.EFFECT_WINDOW, NOW)]


def test_without_data_there_is_no_figure_before(agent: Agent, figure: Figure):
    figure.values.clear()
    assert planned(agent, measure=figure.key).before is None


def test_a_figure_that_nobody_knows_is_refused(agent: Agent):
    with pytest.raises(MissingInformation):
        planned(agent, measure="nobody-knows")


def test_a_day_that_is_over_is_refused(agent: Agent):
    with pytest.raises(MissingInformation):
        planning.assign_course(raised(agent), CourseFactory.create(), due_on=TODAY - DAY, by=None, at=NOW)


def test_a_course_that_is_not_open_is_refused_and_the_need_stays_open(agent: Agent):
    need = raised(agent)
    with pytest.raises(WrongState):
        planning.assign_course(need, CourseFactory.create(state=CourseState.DRAFT), by=None, at=NOW)
    need.refresh_from_db()
    assert need.state == NeedState.OPEN


def test_a_need_is_dismissed_with_a_reason_of_which_the_raiser_hears(
    agent: Agent, supervisor: User, inspector: User
):
    need = raised(agent, by=inspector)
    with pytest.raises(MissingInformation):
        planning.dismiss(need, reason=" ", by=supervisor, at=NOW)
    need = planning.dismiss(need, reason="系统显示错误", by=supervisor, at=NOW)
    assert (need.state, need.reason, need.settled_at) == (NeedState.DISMISSED, "系统显示错误", NOW)
    assert "系统显示错误" in told_to(inspector, "need-dismissed")[0]
    assert told_to(agent.user, "need") == []


def test_what_is_settled_is_not_planned(agent: Agent):
    need = planning.dismiss(raised(agent), reason="重复", by=None, at=NOW)
    with pytest.raises(WrongState):
        planning.assign_course(need, CourseFactory.create(), by=None, at=NOW)
    with pytest.raises(WrongState):
        planning.dismiss(need, reason="重复", by=None, at=NOW)


def test_only_whoever_looks_after_him_decides(agent: Agent, supervisor: User, inspector: User):
    need, course = raised(agent), CourseFactory.create()
    stranger = raised(AgentFactory.create())
    for by, one in [(agent.user, need), (inspector, need), (supervisor, stranger)]:
        with pytest.raises(NotAllowed):
            planning.assign_course(one, course, by=by, at=NOW)
        with pytest.raises(NotAllowed):
            planning.dismiss(one, reason="不需要", by=by, at=NOW)


def test_nobody_decides_on_his_own_need(supervisor: User):
    need = raised(supervisor.agent)
    with pytest.raises(NotAllowed):
        planning.dismiss(need, reason="我会", by=supervisor, at=NOW)
