"""Attendance by the register, and what comes of it: completion and participation. # T2"""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, Stale, WrongState
from portal.models import AuditEntry, User
from portal.templatetags.portal_audit import changes_of
from staffing.models import Agent
from tests.factories import NOW, TODAY, AgentFactory
from tests.session_factories import DAY, HOUR, SeatFactory, SessionFactory
from tests.training_factories import EnrolmentFactory
from training.choices import EnrolmentState, Presence, SessionState
from training.models import SessionBooking, TrainingSession
from training.sessions import figures, register, scheduling
from training.sessions.register import Mark

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(trainer: User) -> TrainingSession:
    """Under way."""
    return SessionFactory.create(trainer=trainer, starts_at=NOW - HOUR, course__needs_session=True)


def mark(session: TrainingSession, by: User | None, *lines: Any, reason: str = "") -> int:
    """Lines of seat, mark, and what stood there (not marked, unless said)."""
    marks = {
        seat.pk: Mark(presence=presence, seen=rest[0] if rest else Presence.UNMARKED)
        for seat, presence, *rest in lines
    }
    return register.mark(session, marks, by=by, at=NOW, reason=reason)


def stands(seat: SessionBooking) -> str:
    seat.refresh_from_db()
    return seat.presence


def test_the_register_is_saved_at_once_and_who_is_not_marked_stays_so(session, trainer):
    first, second, third = SeatFactory.create_batch(3, session=session)
    lines = ((first, Presence.PRESENT), (second, Presence.LATE), (third, Presence.UNMARKED))
    assert mark(session, trainer, *lines) == 2
    assert [stands(seat) for seat in (first, second, third)] == ["present", "late", "unmarked"]
    assert (first.marked_at, first.marked_by, third.marked_at) == (NOW, trainer, None)
    assert len(AuditEntry.objects.of(session).get().changes["presence"]) == 2


def test_two_of_one_name_are_two_lines_of_the_history(session, trainer):
    people = [AgentFactory.create(user__name="王磊") for _ in range(2)]
    seats = [SeatFactory.create(session=session, agent=one) for one in people]
    mark(session, trainer, *((seat, Presence.LATE) for seat in seats))
    entry = AuditEntry.objects.of(session).get()
    assert set(entry.changes["presence"]) == {f"王磊 {one.staff_no}" for one in people}
    with translation.override("zh-hans"):
        assert "迟到" in changes_of(entry)
        assert "late" not in changes_of(entry)


def test_a_note_of_somebody_else_is_neither_lost_nor_in_the_way(session, trainer):
    seat, other = SeatFactory.create_batch(2, session=session)
    unmarked = Mark(presence=Presence.UNMARKED, seen=Presence.UNMARKED)

    def save(line: SessionBooking, given: Mark) -> int:
        return register.mark(session, {line.pk: given}, by=trainer, at=NOW)

    assert save(seat, Mark(presence=Presence.LATE, seen=Presence.UNMARKED, note="堵车")) == 1
    assert save(seat, unmarked) == 0  # Loaded before, and not touched.
    assert save(other, Mark(presence=Presence.UNMARKED, seen=Presence.UNMARKED, note="线上")) == 1
    assert save(other, Mark(presence=Presence.PRESENT, seen=Presence.UNMARKED)) == 1
    assert [(stands(one), one.note) for one in (seat, other)] == [("late", "堵车"), ("present", "线上")]
    with pytest.raises(Stale):
        save(seat, Mark(presence=Presence.LATE, seen=Presence.LATE, note="生病", seen_note=""))
    assert save(seat, Mark(presence=Presence.LATE, seen=Presence.LATE, note="", seen_note="堵车")) == 1
    history = AuditEntry.objects.of(session).order_by("pk").values_list("changes", flat=True)
    assert list(history)[-1] == {"note": {f"{seat.agent} {seat.agent.staff_no}": ["堵车", ""]}}


def test_being_there_completes_a_course_that_asks_for_it(session, trainer):
    there, absent = SeatFactory.create_batch(2, session=session)
    enrolments = [EnrolmentFactory.create(agent=one.agent, course=session.course) for one in (there, absent)]
    mark(session, trainer, (there, Presence.PRESENT), (absent, Presence.ABSENT))
    for enrolment in enrolments:
        enrolment.refresh_from_db()
    assert [one.state for one in enrolments] == [EnrolmentState.COMPLETED, EnrolmentState.TO_DO]
    mark(session, trainer, (absent, Presence.LATE, Presence.ABSENT))
    enrolments[1].refresh_from_db()
    assert enrolments[1].state == EnrolmentState.COMPLETED


def test_who_teaches_marks_all_and_a_supervisor_the_own_people(session, supervisor, agent, stranger):
    own, foreign = (SeatFactory.create(session=session, agent=one) for one in (agent, stranger))
    assert mark(session, supervisor, (own, Presence.PRESENT)) == 1
    with pytest.raises(NotAllowed):
        mark(session, supervisor, (foreign, Presence.PRESENT))
    with pytest.raises(NotAllowed):
        mark(session, agent.user, (own, Presence.ABSENT, Presence.PRESENT))
    teacher = AgentFactory.create()
    TrainingSession.objects.filter(pk=session.pk).update(trainer=teacher.user)
    assert mark(session, teacher.user, (foreign, Presence.PRESENT)) == 1


def test_a_seat_of_another_session_is_not_marked(session, trainer):
    with pytest.raises(NotAllowed):
        mark(session, trainer, (SeatFactory.create(), Presence.PRESENT))
    with pytest.raises(NotAllowed):
        mark(session, trainer, (SeatFactory.create(session=session, is_cancelled=True), Presence.PRESENT))


def test_two_who_mark_do_not_undo_each_other(session, trainer):
    first, second = SeatFactory.create_batch(2, session=session)
    mark(session, trainer, (first, Presence.PRESENT), (second, Presence.UNMARKED))
    # Read before, this page knows nothing of the first line, and does not touch it.
    assert mark(session, trainer, (first, Presence.UNMARKED), (second, Presence.LATE)) == 1
    assert (stands(first), stands(second)) == ("present", "late")
    with pytest.raises(Stale):
        mark(session, trainer, (first, Presence.ABSENT))
    assert mark(session, trainer, (first, Presence.PRESENT)) == 0


def test_a_closed_register_is_corrected_with_a_reason(session, trainer):
    seat = SeatFactory.create(session=session)
    mark(session, trainer, (seat, Presence.ABSENT))
    scheduling.hold(session, by=trainer, at=NOW)
    with pytest.raises(MissingInformation):
        mark(session, trainer, (seat, Presence.LATE, Presence.ABSENT))
    mark(session, trainer, (seat, Presence.LATE, Presence.ABSENT), reason="签到表有名字")
    assert AuditEntry.objects.of(session).latest("pk").reason == "签到表有名字"
    mark(session, trainer, (seat, Presence.UNMARKED, Presence.LATE), reason="记错人")
    seat.refresh_from_db()
    assert (seat.marked_at, seat.marked_by) == (None, None)


def test_a_register_opens_half_an_hour_before_and_never_for_a_cancelled_session(trainer):
    session = SessionFactory.create(trainer=trainer, starts_at=NOW + timedelta(minutes=31))
    seat = SeatFactory.create(session=session)
    with pytest.raises(WrongState):
        mark(session, trainer, (seat, Presence.PRESENT))
    TrainingSession.objects.update(starts_at=NOW + timedelta(minutes=30))
    assert mark(session, trainer, (seat, Presence.PRESENT)) == 1
    TrainingSession.objects.update(state=SessionState.CANCELLED)
    with pytest.raises(WrongState):
        mark(session, trainer, (seat, Presence.ABSENT, Presence.PRESENT))


def test_who_comes_without_a_seat_is_added_as_long_as_there_is_one(trainer):
    session = SessionFactory.create(trainer=trainer, starts_at=NOW, seats=1)
    seat, guest = SeatFactory.create(session=session), AgentFactory.create()
    with pytest.raises(AlreadyTaken):
        register.walk_in(session, guest, by=trainer, at=NOW)
    mark(session, trainer, (seat, Presence.ABSENT))
    added = register.walk_in(session, guest, by=trainer, at=NOW)
    assert (added.is_walk_in, added.presence) == (True, Presence.PRESENT)
    with pytest.raises(AlreadyTaken):
        register.walk_in(session, guest, by=trainer, at=NOW)


def test_whoever_teaches_does_not_come_as_one_who_learns(agent):
    session = SessionFactory.create(trainer=agent.user, starts_at=NOW)
    with pytest.raises(WrongState):
        register.walk_in(session, agent, by=agent.user, at=NOW)


def test_a_supervisor_adds_the_own_people_only(session, supervisor, agent, stranger):
    assert register.walk_in(session, agent, by=supervisor, at=NOW)
    with pytest.raises(NotAllowed):
        register.walk_in(session, stranger, by=supervisor, at=NOW)
    with pytest.raises(NotAllowed):
        register.walk_in(session, stranger, by=agent.user, at=NOW)
    with pytest.raises(WrongState):
        register.walk_in(session, AgentFactory.create(has_left=True, team=agent.team), by=supervisor, at=NOW)


def held(agent: Agent, presence: Presence, **facts: Any) -> SessionBooking:
    usual = {"starts_at": NOW - DAY, "state": SessionState.HELD}
    session = SessionFactory.create(**usual | facts)
    return SeatFactory.create(session=session, agent=agent, presence=presence)


def of(agents: Any) -> figures.Participation:
    everybody = Agent.objects.filter(pk__in=[agent.pk for agent in agents])
    return figures.total(figures.participation(everybody, TODAY - DAY * 7, TODAY + DAY * 7, at=NOW))


def test_participation_is_attended_out_of_required(agent):
    for presence in (Presence.PRESENT, Presence.LATE, Presence.LATE, Presence.ABSENT):
        held(agent, presence)
    held(agent, Presence.EXCUSED)
    held(agent, Presence.UNMARKED)
    held(agent, Presence.UNMARKED, starts_at=NOW + DAY, state=SessionState.PLANNED)
    held(agent, Presence.ABSENT, state=SessionState.CANCELLED)
    held(agent, Presence.ABSENT, starts_at=NOW - DAY * 30)
    SeatFactory.create(agent=agent, is_cancelled=True)
    found = of([agent])
    assert (found.attended, found.required, found.rate) == (3, 4, 0.75)
    assert (found.excused, found.unmarked, found.planned) == (1, 1, 1)


def test_a_session_that_has_ended_is_not_to_come_though_its_register_is_open(agent):
    held(agent, Presence.UNMARKED, state=SessionState.PLANNED)
    found = of([agent])
    assert (found.unmarked, found.planned, found.rate) == (1, 0, None)


def test_without_anything_required_there_is_no_rate(agent):
    held(agent, Presence.EXCUSED)
    assert of([agent]).rate is None


def test_teams_are_told_with_their_people_in_one_query(agent, stranger, django_assert_num_queries):
    held(agent, Presence.PRESENT)
    held(stranger, Presence.ABSENT)
    with django_assert_num_queries(1):
        teams = figures.participation(Agent.objects.all(), TODAY - DAY * 7, TODAY, at=NOW)
        found = [(team.name, team.agents[0].agent.user.name, team.participation.rate) for team in teams]
    assert found == [("售后一组", "组员", 1.0), ("热线一组", "外组", 0.0)]


def test_own_sessions_are_those_to_come_in_one_query(agent, django_assert_num_queries):
    later, sooner = (SeatFactory.create(agent=agent, session__starts_at=NOW + DAY * n) for n in (2, 1))
    SeatFactory.create(agent=agent, session__state=SessionState.CANCELLED)
    SeatFactory.create(agent=agent, is_cancelled=True)
    SeatFactory.create(agent=agent, session__starts_at=NOW - DAY)
    with django_assert_num_queries(1):
        own = figures.own(agent, NOW)
        assert [(str(seat.session), seat.session.place) for seat in own]
    assert own == [sooner, later]
