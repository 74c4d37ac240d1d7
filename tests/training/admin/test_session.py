"""The pages of sessions. # T2"""

import pytest
import time_machine
from django.urls import reverse

from tests.factories import NOW, AgentFactory, DutyFactory
from tests.session_factories import HOUR, TOMORROW_14, RoomFactory, SeatFactory, SessionFactory
from tests.training_factories import CourseFactory, EnrolmentFactory
from training.choices import Presence, SessionState
from training.models import Room, SessionBooking, TrainingSession

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def url(page: str, *args: object) -> str:
    return reverse(f"admin:training_{page}", args=args)


def page_of(session: TrainingSession) -> str:
    return url("trainingsession_change", session.pk)


def dialog(client, address: str, **given: object):
    return client.post(address, {"_form_submitted": "on", **given})


def test_the_form_plans_with_what_is_usual_and_leads_on_to_booking(client, trainer):
    client.force_login(trainer)
    course, room = CourseFactory.create(minutes=90), RoomFactory.create(seats=12)
    given = {
        "course": course.pk, "trainer": trainer.pk, "starts_at": "2026-03-12T14:00", "room": room.pk,
        "state": "held", "reason": "",
    }  # fmt: skip
    answer = client.post(url("trainingsession_add"), given)
    session = TrainingSession.objects.get()
    assert answer.headers["Location"] == page_of(session)
    assert (session.ends_at - session.starts_at, session.seats) == (1.5 * HOUR, 12)
    assert session.state == SessionState.PLANNED
    taken = client.post(url("trainingsession_add"), given)
    assert taken.context["adminform"].form.errors["room"]
    assert TrainingSession.objects.count() == 1


def test_the_page_offers_who_has_the_course_to_do_and_books_in_one_go(client, trainer, agent):
    session = SessionFactory.create()
    busy = AgentFactory.create()
    for one in (agent, busy):
        EnrolmentFactory.create(agent=one, course=session.course)
    DutyFactory.create(agent=busy, on=TOMORROW_14.date())
    client.force_login(trainer)
    shown = client.get(page_of(session))
    assert "白班 03-12 09:00–18:00" in shown.content.decode()
    assert [one.agent for one in shown.context["candidates"]] == [agent, busy]
    both = {"book-agents": [agent.pk, busy.pk]}
    refused = client.post(url("trainingsession_book", session.pk), both)
    assert refused.context["book_form"].errors["reason"]
    assert refused.context["ticked"] == {str(agent.pk), str(busy.pk)}
    client.post(url("trainingsession_book", session.pk), both | {"book-reason": "已顶班"})
    assert SessionBooking.objects.count() == 2


def test_who_was_booked_by_somebody_else_meanwhile_is_named(client, trainer, agent):
    session = SessionFactory.create()
    other = EnrolmentFactory.create(course=session.course).agent
    SeatFactory.create(session=session, agent=agent)
    client.force_login(trainer)
    both = {"book-agents": [agent.pk, other.pk]}
    refused = client.post(url("trainingsession_book", session.pk), both)
    assert agent.user.name in str(refused.context["book_form"].non_field_errors())
    assert agent.user.name in refused.content.decode()
    assert session.bookings.count() == 1
    hidden = client.post(url("trainingsession_book", session.pk), {"book-agents": [9_999]})
    assert "9999" in hidden.content.decode()


def test_a_supervisor_sees_and_books_only_the_own_people(client, supervisor, agent):
    session, stranger = SessionFactory.create(), AgentFactory.create(user__name="外组")
    seat = SeatFactory.create(session=session, agent=stranger)
    EnrolmentFactory.create(agent=stranger, course=session.course)
    client.force_login(supervisor)
    assert "外组" not in client.get(page_of(session)).content.decode()
    other = AgentFactory.create()
    client.post(url("trainingsession_book", session.pk), {"book-agents": [other.pk]})
    client.post(url("trainingsession_book", session.pk), {"book-other": other.pk})
    client.post(url("trainingsession_book", session.pk), {"book-other": agent.pk})
    assert {one.agent for one in SessionBooking.objects.all()} == {stranger, agent}
    assert client.post(url("trainingsession_give_back", seat.pk), {"reason": "乱按"}).status_code == 404


def test_the_register_is_one_form(client, trainer):
    session = SessionFactory.create(trainer=trainer, starts_at=NOW)
    first, second = SeatFactory.create_batch(2, session=session)
    client.force_login(trainer)
    shown = client.get(page_of(session)).content.decode()
    assert f'name="mark-{first.pk}"' in shown
    lines = {
        f"mark-{first.pk}": "late", f"seen-{first.pk}": "unmarked", f"note-{first.pk}": "堵车",
        f"mark-{second.pk}": "unmarked", f"seen-{second.pk}": "unmarked",
    }  # fmt: skip
    assert client.post(url("trainingsession_register", session.pk), lines).status_code == 302
    assert list(session.bookings.order_by("pk").values_list("presence", "note")) == [
        ("late", "堵车"), ("unmarked", ""),
    ]  # fmt: skip


def test_a_register_that_is_refused_keeps_what_was_typed(client, trainer):
    session = SessionFactory.create(trainer=trainer, starts_at=NOW, state=SessionState.HELD)
    seat, other = SeatFactory.create_batch(2, session=session)
    client.force_login(trainer)
    lines = {
        f"mark-{seat.pk}": "late", f"seen-{seat.pk}": "unmarked", f"note-{seat.pk}": "堵车",
        f"mark-{other.pk}": "unmarked", f"seen-{other.pk}": "unmarked",
    }  # fmt: skip
    refused = client.post(url("trainingsession_register", session.pk), lines | {"reason": ""})
    assert refused.context["refusal"]
    shown = {line.pk: line.shown for line in refused.context["lines"]}
    assert (shown[seat.pk].presence, shown[seat.pk].seen, shown[seat.pk].note) == ("late", "unmarked", "堵车")
    assert 'value="堵车"' in refused.content.decode()
    assert shown[other.pk].presence == "unmarked"


def test_forged_lines_mark_nothing(client, supervisor, agent):
    session = SessionFactory.create(starts_at=NOW)
    own, foreign = SeatFactory.create(session=session, agent=agent), SeatFactory.create(session=session)
    client.force_login(supervisor)
    address = url("trainingsession_register", session.pk)
    forged = {f"mark-{foreign.pk}": "absent", f"seen-{foreign.pk}": "unmarked"}
    assert client.post(address, forged | {f"mark-{own.pk}": "present", f"seen-{own.pk}": "unmarked"})
    assert client.post(address, {f"mark-{own.pk}": "king", f"seen-{own.pk}": "unmarked"}).status_code == 400
    assert client.post(address, {f"mark-{'9' * 18}": "late", f"seen-{'9' * 18}": "unmarked"})
    client.force_login(agent.user)
    client.post(address, {f"mark-{own.pk}": "present", f"seen-{own.pk}": "unmarked"})
    assert set(session.bookings.values_list("presence", flat=True)) == {Presence.UNMARKED}


def test_who_came_without_a_seat_is_added(client, trainer, agent):
    session = SessionFactory.create(trainer=trainer, starts_at=NOW)
    client.force_login(trainer)
    client.post(url("trainingsession_walk_in", session.pk), {"walk_in-agent": agent.pk})
    assert session.bookings.get().presence == Presence.PRESENT
    again = client.post(url("trainingsession_walk_in", session.pk), {"walk_in-agent": agent.pk})
    assert again.context["walk_in_form"].errors["agent"]


def test_a_session_is_moved_cancelled_and_closed_in_dialogs(client, trainer):
    session, other = SessionFactory.create(trainer=trainer), SessionFactory.create()
    over = SessionFactory.create(starts_at=NOW - HOUR)
    client.force_login(trainer)
    new = {
        "trainer": trainer.pk, "room": session.room_id, "starts_at": "2026-03-13T09:00",
        "ends_at": "2026-03-13T10:00", "seats": 5,
    }  # fmt: skip
    dialog(client, url("trainingsession_move", session.pk), **new)
    dialog(client, url("trainingsession_cancel", other.pk), reason="讲师生病")
    dialog(client, url("trainingsession_close", over.pk))
    for one in (session, other, over):
        one.refresh_from_db()
    assert (session.seats, other.state, over.state) == (5, SessionState.CANCELLED, SessionState.HELD)
    assert dialog(client, url("trainingsession_close", session.pk)).status_code == 200
    session.refresh_from_db()
    assert session.state == SessionState.PLANNED


def test_an_agent_takes_a_seat_and_gives_it_back_on_the_own_page(client, agent):
    session = SessionFactory.create(course=EnrolmentFactory.create(agent=agent).course)
    client.force_login(agent.user)
    assert session in client.get(url("trainingsession_mine")).context["open_sessions"]
    client.post(url("trainingsession_take_seat", session.pk))
    seat = session.bookings.get(agent=agent)
    assert client.get(url("trainingsession_mine")).context["seats"] == [seat]
    assert client.get(url("trainingsession_give_back", seat.pk)).status_code == 405
    client.post(url("trainingsession_give_back", seat.pk))
    seat.refresh_from_db()
    assert seat.is_cancelled


def test_an_agent_neither_plans_nor_books_others_nor_reads_who_comes(client, agent):
    session = SessionFactory.create()
    mate = SeatFactory.create(session=session, agent=AgentFactory.create(team=agent.team, user__name="同事"))
    client.force_login(agent.user)
    text = client.get(page_of(session)).content.decode()
    assert mate.agent.user.name not in text
    assert client.get(url("trainingsession_add")).status_code == 403
    assert client.get(url("trainingsession_participation")).status_code == 403
    other = AgentFactory.create(team=agent.team)
    client.post(url("trainingsession_book", session.pk), {"book-other": other.pk})
    dialog(client, url("trainingsession_cancel", session.pk), reason="乱按")
    dialog(client, url("trainingsession_close", session.pk))
    session.refresh_from_db()
    assert session.state == SessionState.PLANNED
    assert session.bookings.count() == 1


def test_the_week_shows_the_sessions_of_its_days(client, agent):
    session = SessionFactory.create()
    client.force_login(agent.user)
    assert page_of(session) in client.get(url("trainingsession_week")).content.decode()
    assert (
        page_of(session) not in client.get(url("trainingsession_week"), {"on": "2026-03-20"}).content.decode()
    )


def test_participation_is_shown_of_the_own_teams(client, supervisor, agent):
    held = SessionFactory.create(starts_at=NOW - 24 * HOUR, state=SessionState.HELD)
    SeatFactory.create(session=held, agent=agent, presence=Presence.LATE)
    SeatFactory.create(session=held, presence=Presence.ABSENT)
    client.force_login(supervisor)
    shown = client.get(url("trainingsession_participation"))
    assert (shown.context["total"].percent, len(shown.context["teams"])) == ("100%", 1)


def test_attendance_is_taken_away_of_whom_one_looks_after(client, supervisor, agent):
    session = SessionFactory.create()
    SeatFactory.create(session=session, agent=agent)
    SeatFactory.create(session=session, agent=AgentFactory.create(user__name="外组"))
    client.force_login(supervisor)
    file = client.post(url("sessionbooking_export"), {"format": "1", "resource": ""})
    text = file.content.decode("utf-8-sig")
    assert "组员" in text
    assert "外组" not in text


def test_rooms_are_kept_in_djangos_form_by_the_steps(client, trainer):
    client.force_login(trainer)
    client.post(url("room_add"), {"name": "大会议室", "seats": 30, "is_active": "on"})
    room = Room.objects.get()
    SessionFactory.create(room=room, seats=25)
    refused = client.post(url("room_change", room.pk), {"name": "大会议室", "seats": 20, "is_active": "on"})
    assert refused.context["adminform"].form.errors["seats"]
