"""Read, answered, confirmed; who has not, and is reminded. # T9"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from portal.choices import Role
from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, Stale, WrongState
from portal.models import AuditEntry, OutboxMessage, User
from tests.announcement_factories import DUE_ON, published
from tests.complaints.test_races import Meeting, kinds, race
from tests.factories import NOW, TODAY, AgentFactory, UserFactory
from tests.training_factories import QuestionFactory
from training.announcements import figures, publishing, quiz, reading, reminders
from training.announcements.writing import Text
from training.choices import QuestionKind
from training.exams import bank
from training.models import AnnouncementReading

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def told(user: User) -> list[str]:
    keys = OutboxMessage.objects.filter(user=user).order_by("pk").values_list("key", flat=True)
    return [key.split(":")[0] for key in keys]


def confirm(row: AnnouncementReading, answers: Any = None, **facts: Any) -> reading.Outcome:
    given = {"answers": answers or {}, "version": 1, "by": row.agent.user, "at": NOW}
    return reading.confirm(row, **given | facts)


def right(question: Any) -> set[int]:
    return set(question.options.filter(is_correct=True).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("answer", "is_right"), [({1, 2}, True), ({1}, False), ({1, 2, 3}, False), (set(), False), ({3}, False)]
)
def test_an_answer_is_right_with_all_right_options_and_no_other(answer: set[int], is_right):
    assert (quiz.wrong({7: answer}, {7: {1, 2}}) == frozenset()) is is_right
    assert quiz.unanswered({7: answer}, {7: {1, 2}}) == (frozenset() if answer else {7})


def test_one_confirms_oneself_and_once(agent, supervisor):
    row = published().readings.get(agent=agent)
    for other in (supervisor, None):
        with pytest.raises(NotAllowed):
            confirm(row, by=other)
    assert confirm(row).is_confirmed
    assert confirm(row, at=NOW + DAY).is_confirmed
    row.refresh_from_db()
    assert (row.confirmed_at, row.opened_at, row.quiz_tries) == (NOW, NOW, 0)
    assert AuditEntry.objects.of(row).count() == 1


def test_what_is_wrong_is_told_counted_and_asked_again(agent):
    options = [("订单号", True), ("金额", True), ("生日", False)]
    single = QuestionFactory.create()
    many = QuestionFactory.create(kind=QuestionKind.MULTIPLE, options=options)
    row = published(questions=[single, many]).readings.get(agent=agent)
    with pytest.raises(MissingInformation):
        confirm(row, {single.pk: right(single)})
    half = set(list(right(many))[:1])
    outcome = confirm(row, {single.pk: right(single), many.pk: half})
    assert outcome == reading.Outcome(is_confirmed=False, wrong=frozenset({many.pk}))
    row.refresh_from_db()
    assert (row.quiz_tries, row.confirmed_at) == (1, None)
    assert confirm(row, {single.pk: right(single), many.pk: right(many)}).is_confirmed
    row.refresh_from_db()
    assert row.quiz_tries == 2


def test_a_question_that_no_machine_judges_any_more_bars_nobody(agent, trainer):
    question = QuestionFactory.create()
    row = published(questions=[question]).readings.get(agent=agent)
    short = replace(
        bank.wording_of(question), kind=QuestionKind.SHORT, options=(), model_answer="先致歉，再核实。"
    )
    facts = {"topic": question.topic, "difficulty": question.difficulty, "by": trainer, "at": NOW}
    bank.change(question, wording=short, **facts)
    assert confirm(row).is_confirmed


def test_an_auditor_reads_along_and_reminds_nobody(agent):
    out = published()
    auditor, director = (UserFactory.create(roles=[role]) for role in (Role.AUDITOR, Role.DIRECTOR))
    assert figures.board(out, seen_by=auditor, today=TODAY).missing[0].agent == agent
    with pytest.raises(NotAllowed):
        reminders.remind_missing(out, by=auditor, at=NOW)
    assert reminders.remind_missing(out, by=director, at=NOW) == 1


def test_what_has_changed_since_is_read_again(agent, trainer):
    out = published(author=trainer)
    row = out.readings.get(agent=agent)
    text = Text(title="新", body="新的流程", due_on=DUE_ON)
    publishing.revise(out, text, matters=True, by=trainer, at=NOW)
    with pytest.raises(Stale):
        confirm(row)
    new = out.readings.get(agent=agent, version=2)
    with pytest.raises(Stale):
        confirm(new)
    assert confirm(new, version=2).is_confirmed


def test_the_first_look_is_kept(agent):
    row = published().readings.get(agent=agent)
    reading.open_first(row, at=NOW)
    reading.open_first(row, at=NOW + DAY)
    row.refresh_from_db()
    assert row.opened_at == NOW


def test_what_one_has_to_confirm_is_one_query(agent, django_assert_num_queries):
    later, sooner = published(due_on=DUE_ON + DAY), published(due_on=TODAY)
    confirm(published().readings.get(agent=agent))
    with django_assert_num_queries(1):
        assert [row.announcement.title for row in figures.own(agent)] == [sooner.title, later.title]
    assert [row.agent for row in figures.confirmed_by(agent)] == [agent]


def test_the_board_tells_by_team_of_whom_one_looks_after(team, agent, stranger, supervisor, trainer):
    gone = AgentFactory.create(team=team)
    out = published()
    confirm(out.readings.get(agent=agent))
    gone.left_on = TODAY - DAY
    gone.save()
    own = figures.board(out, seen_by=supervisor, today=TODAY)
    assert [(one.name, len(one.confirmed), len(one.missing)) for one in own.teams] == [("售后一组", 1, 1)]
    assert (own.asked, own.confirmed, own.missing[0].agent.user) == (2, 1, supervisor)
    everybody = figures.board(out, seen_by=trainer, today=TODAY)
    assert stranger in [row.agent for row in everybody.missing]


def test_a_handler_reads_nobody_elses_confirmation(agent, stranger, supervisor, trainer):
    published()
    inspector = AgentFactory.create(user__roles=[Role.INSPECTOR]).user
    auditor = UserFactory.create(roles=[Role.AUDITOR])
    people = (agent.user, supervisor, trainer, auditor, inspector, stranger.user)
    seen = [AnnouncementReading.objects.visible_to(one).count() for one in people]
    assert seen == [1, 2, 3, 3, 0, 1]


def test_one_click_reminds_the_missing_of_ones_teams_once_a_day(team, agent, stranger, supervisor, trainer):
    mate = AgentFactory.create(team=team)
    out = published()
    confirm(out.readings.get(agent=mate))
    with pytest.raises(NotAllowed):
        reminders.remind_missing(out, by=agent.user, at=NOW)
    assert reminders.remind_missing(out, by=supervisor, at=NOW) == 2  # The agent, and the supervisor himself.
    with pytest.raises(AlreadyTaken):
        reminders.remind_missing(out, by=supervisor, at=NOW)
    assert reminders.remind_missing(out, by=trainer, at=NOW) == 1
    assert told(agent.user) == told(stranger.user) == ["announcement", "announcement-reminded"]
    assert told(mate.user) == ["announcement"]
    assert reminders.remind_missing(out, by=supervisor, at=NOW + DAY) == 2


def test_nobody_is_reminded_of_what_is_withdrawn_or_confirmed_by_all(agent, supervisor, trainer):
    out = published(teams=[agent.team])
    for row in out.readings.select_related("agent__user"):
        confirm(row)
    with pytest.raises(WrongState):
        reminders.remind_missing(out, by=supervisor, at=NOW)
    publishing.withdraw(out, reason="旧", by=None, at=NOW)
    with pytest.raises(WrongState):
        reminders.remind_missing(out, by=trainer, at=NOW)


def test_the_sweep_reminds_on_the_day_before_and_tells_leaders_on_the_day_after(agent, supervisor):
    out = published(teams=[agent.team])
    confirm(out.readings.get(agent__user=supervisor))
    assert reminders.remind(NOW) == 0
    assert reminders.remind(NOW + 2 * DAY) == 1
    assert reminders.remind(NOW + 2 * DAY) == 0
    assert reminders.remind(NOW + 3 * DAY) == 0
    assert reminders.remind(NOW + 4 * DAY) == 1
    assert reminders.remind(NOW + 5 * DAY) == 0
    assert told(agent.user) == ["announcement", "announcement-due", "announcement-late"]
    assert told(supervisor) == ["announcement", "announcement-team"]


def test_leaders_hear_of_a_team_in_one_line(team, supervisor):
    AgentFactory.create_batch(3, team=team)
    published(teams=[team])
    assert reminders.remind(NOW + 4 * DAY) == 4
    assert told(supervisor).count("announcement-team") == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_sweeps_at_once_one_tells():
    supervisor = AgentFactory.create(user__roles=[Role.SUPERVISOR])
    published()
    assert sorted(race(2, lambda _n: reminders.remind(NOW + 4 * DAY))) == [0, 1]
    assert told(supervisor.user) == ["announcement", "announcement-late", "announcement-team"]


@pytest.mark.django_db(transaction=True)
def test_a_double_click_confirms_once():
    agent = AgentFactory.create()
    row = published().readings.get()
    outcomes = race(2, lambda _n: confirm(row, by=agent.user))
    assert kinds(outcomes) == {"won": 2}
    assert AuditEntry.objects.of(row).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_a_double_click_is_recorded_twice(monkeypatch):
    agent = AgentFactory.create()
    row, meeting, keys_of = published().readings.get(), Meeting(2), reading.keys_of

    def late(announcement: Any) -> Any:
        meeting.wait()
        return keys_of(announcement)

    monkeypatch.setattr(reading, "keys_of", late)
    rows = type(AnnouncementReading.objects.all())
    monkeypatch.setattr(rows, "select_for_update", lambda self, **_options: self)
    assert kinds(race(2, lambda _n: confirm(row, by=agent.user))) == {"won": 2}
    assert AuditEntry.objects.of(row).count() == 2
