"""S3: one's own shifts in a phone's calendar."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from icalendar import Calendar

from portal.errors import NotAllowed
from staffing import feeds, people
from tests.factories import NOW, DutyFactory, ShiftTypeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    cache.clear()  # Who guessed in another test.
    with time_machine.travel(NOW, tick=False):
        yield


def read(client, token):
    return client.get(reverse("duty_feed", args=[token]))


def events(response):
    return Calendar.from_ical(response.content).walk("VEVENT")


def test_the_feed_tells_the_published_shifts_of_its_agent_only(client, agent, stranger):
    night = ShiftTypeFactory.create(is_night=True)
    mine = DutyFactory.create(agent=agent, shift_type=night)
    DutyFactory.create(agent=agent, is_draft=True, on=NOW.date() + timedelta(days=1))
    DutyFactory.create(agent=stranger)
    token = feeds.make_address(agent, by=agent.user, at=NOW)
    (event,) = events(read(client, token))
    assert event["summary"] == "夜班"
    assert event.decoded("dtstart") == mine.starts_at
    assert event.decoded("dtend") == mine.ends_at


def test_no_search_engine_lists_the_address_and_no_other_site_is_told_of_it(client, agent):
    headers = read(client, feeds.make_address(agent, by=agent.user, at=NOW)).headers
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_a_new_address_ends_the_old_one(client, agent):
    old = feeds.make_address(agent, by=agent.user, at=NOW)
    new = feeds.make_address(agent, by=agent.user, at=NOW)
    assert read(client, old).status_code == 404
    assert read(client, new).status_code == 200


def test_nobody_makes_the_address_of_another(agent, supervisor):
    with pytest.raises(NotAllowed):
        feeds.make_address(agent, by=supervisor, at=NOW)


def test_who_has_left_or_may_not_sign_in_is_told_nothing(client, agent):
    token = feeds.make_address(agent, by=agent.user, at=NOW)
    agent.user.is_active = False
    agent.user.save()
    assert read(client, token).status_code == 404
    agent.user.is_active = True
    agent.user.save()
    people.leave(agent, on=NOW.date() - timedelta(days=1), by=None, at=NOW)
    assert read(client, token).status_code == 404


def test_who_guesses_is_soon_answered_no_more(client, agent):
    token = feeds.make_address(agent, by=agent.user, at=NOW)
    answers = [read(client, f"guess{number}").status_code for number in range(22)]
    assert answers[0] == 404
    assert answers[-1] == 429
    assert read(client, token).status_code == 200


def test_line_breaks_in_a_note_cannot_forge_an_event(client, agent):
    DutyFactory.create(agent=agent, note="见附件\r\nEND:VEVENT\r\nBEGIN:VEVENT")
    token = feeds.make_address(agent, by=agent.user, at=NOW)
    assert len(events(read(client, token))) == 1
