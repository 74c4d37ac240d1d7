"""The home page: who sees what, what it costs, where it leads. # P9"""

import html
import json
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import callbacks, closing, surveys
from complaints.choices import CallbackPurpose
from complaints.models import Ticket
from portal.choices import Role
from portal.models import User
from tests.factories import (
    NOW,
    AgentFactory,
    TeamFactory,
    TicketFactory,
    UserFactory,
    agent_on_duty,
    resolved_ticket,
    standard_policy,
    ticket_in_hand,
)
from tests.peak_factories import PeakTaskFactory

pytestmark = pytest.mark.django_db
HOME = "/admin/"
HOUR = timedelta(hours=1)

MINE, NOW_OPEN, TODAY, PEOPLE, SENDING, LOG = (
    "My desk",
    "Now",
    "Today",
    "People",
    "Outgoing messages",
    "Audit log",
)
TAUGHT, KNOWN = "Training", "Knowledge"
SEEN_BY = {
    Role.DIRECTOR: [NOW_OPEN, TODAY, PEOPLE, TAUGHT, KNOWN],
    Role.SUPERVISOR: [NOW_OPEN, TODAY, PEOPLE, TAUGHT, KNOWN],
    Role.HANDLER: [MINE],
    Role.TRAINER: [PEOPLE, TAUGHT, KNOWN],
    Role.INSPECTOR: [NOW_OPEN, TODAY, PEOPLE],
    Role.ADMINISTRATOR: [PEOPLE, TAUGHT, KNOWN, SENDING],
    Role.AUDITOR: [PEOPLE, LOG],
    Role.FULFILMENT: [],
}
AGENTS = (Role.SUPERVISOR, Role.HANDLER)


@pytest.fixture(autouse=True)
def working_day():
    standard_policy()
    with time_machine.travel(NOW, tick=False):
        yield


def somebody(role: Role) -> User:
    if role in AGENTS:
        return AgentFactory.create(user__roles=[role], user__language="en").user
    return UserFactory.create(roles=[role], language="en")


def home(client, user: User) -> str:
    client.force_login(user)
    response = client.get(HOME)
    assert response.status_code == 200
    return response.content.decode()


def cards(page: str) -> dict[str, str]:
    """Each card's title and value, as they stand on the page."""
    found = re.findall(r'home-card-title">(.*?)</span>\s*<span class="home-card-value">(.*?)</span>', page)
    return {html.unescape(title): value for title, value in found}


def busy_department() -> None:
    """Two teams at work: one matter late, one due soon, one waiting, one solved and praised."""
    first, second = TeamFactory.create(name="甲组"), TeamFactory.create(name="乙组")
    for team, away in ((first, -HOUR), (second, HOUR)):
        agent = agent_on_duty(team=team)
        ticket = ticket_in_hand(agent)
        Ticket.objects.filter(pk=ticket.pk).update(next_due_at=NOW + away)
        callbacks.schedule(
            customer=ticket.customer,
            purpose=CallbackPurpose.PROACTIVE,
            due_at=NOW + timedelta(seconds=1),
            by=agent.user,
            at=NOW,
        )
        solved = closing.close(resolved_ticket(agent), by=agent.user, at=NOW)
        surveys.answer(solved.surveys.get(), surveys.Answer(score=4), at=NOW)
    TicketFactory.create(channel="email")


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_what_fits_it(client, role):
    page = home(client, somebody(role))
    assert re.findall(r'<h2 id="home-\d+">(.*?)</h2>', page) == SEEN_BY[role]
    assert ("<canvas" in page) == (NOW_OPEN in SEEN_BY[role])


@pytest.mark.parametrize("role", list(Role))
def test_the_page_needs_few_queries_however_much_there_is_to_count(client, role):
    user = somebody(role)
    busy_department()
    client.force_login(user)
    with CaptureQueriesContext(connection) as few:
        client.get(HOME)
    busy_department_again()
    with CaptureQueriesContext(connection) as many:
        client.get(HOME)
    assert len(many) == len(few)
    assert len(many) <= 38


def busy_department_again() -> None:
    for _number in range(5):
        ticket_in_hand(agent_on_duty())
        TicketFactory.create()


def test_the_numbers_are_those_of_the_department(client):
    busy_department()
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        shown = cards(home(client, somebody(Role.DIRECTOR)))
    assert shown == {
        "Waiting in the queue": "1",
        "Parked": "0",
        "Late": "1",
        "Due in an hour": "2",
        "Received": "5",
        "Answered": "2",
        "Resolved": "2",
        "Satisfaction today": "4.00",
        "Satisfaction, 30 days": "4.00",
        "Callbacks overdue": "2",
        "On duty now": "2",
        "Planned, not signed in": "0",
        "Certificates running out": "0",
        "Training coverage": "100 %",
        "Courses overdue": "0",
        "Announcements not confirmed": "0",
        "Articles published": "0",
        "Waiting for review": "0",
        "Due for review": "0",
        "Flagged": "0",
        "Questions without an answer": "0",
    }


def test_a_supervisor_reads_only_the_own_team(client):
    busy_department()
    supervisor = AgentFactory.create(user__roles=[Role.SUPERVISOR], user__language="en", team__name="丙组")
    page = home(client, supervisor.user)
    shown = cards(page)
    assert (shown["Resolved"], shown["Callbacks overdue"], shown["On duty now"]) == ("0", "0", "0")
    assert "甲组" not in page


def test_without_answers_there_is_no_satisfaction_rather_than_nought(client):
    shown = cards(home(client, somebody(Role.DIRECTOR)))
    assert (shown["Satisfaction today"], shown["Satisfaction, 30 days"]) == ("–", "–")


@pytest.mark.parametrize(
    ("yesterday", "today", "arrow"),
    [(1, 2, "trending_up"), (2, 1, "trending_down"), (1, 1, "trending_flat")],
)
def test_an_arrow_compares_with_yesterday_by_this_hour(client, yesterday, today, arrow):
    for _number in range(yesterday):
        TicketFactory.create(received_at=NOW - timedelta(days=1))
    for _number in range(today):
        TicketFactory.create()
    received = re.search(r"Received</span>.*?</li>", home(client, somebody(Role.DIRECTOR)), re.DOTALL)
    assert received is not None
    assert arrow in received[0]
    assert f"{yesterday} yesterday by this hour" in received[0]


def test_the_charts_carry_their_numbers_and_fetch_nothing(client):
    busy_department()
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        TicketFactory.create(received_at=NOW + timedelta(days=1))  # Of a day that is not over yet.
        page = home(client, somebody(Role.DIRECTOR))
    received, statuses, teams = (
        json.loads(html.unescape(data)) for data in re.findall(r'data-value="(.*?)"', page)
    )
    assert [len(series["data"]) for series in received["datasets"]] == [14, 14]
    assert [series["data"][-1] for series in received["datasets"]] == [5, 2]
    assert received["labels"][-1] == "03-11"
    assert statuses["labels"] == ["New", "In progress"]
    assert sorted(teams["labels"]) == ["乙组", "甲组"]
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_every_number_leads_to_its_rows(client):
    """The links of the page open, and the list behind one shows what was counted."""
    busy_department()
    user = somebody(Role.DIRECTOR)
    page = home(client, user)
    main = page[page.index('class="home"') :]
    links = {html.unescape(link) for link in re.findall(r'href="(/admin/[^"]*)"', main)}
    assert len(links) >= 10
    for link in sorted(links):
        response = client.get(link)
        assert response.status_code == 200, link
        assert response.request["PATH_INFO"] == urlsplit(link).path


def test_the_late_ones_of_a_team_are_one_click_away(client):
    busy_department()
    Ticket.objects.filter(team=None).update(next_due_at=NOW - HOUR)  # Late, too, but nobody's yet.
    page = home(client, somebody(Role.DIRECTOR))
    link, count = re.findall(r'class="is-late" href="([^"]*)">(\d+)<', page)[0]
    shown = client.get(html.unescape(link)).context["cl"].result_list
    assert (count, [ticket.team.name for ticket in shown]) == ("1", ["甲组"])


def test_whoever_took_something_on_for_a_peak_event_reads_how_much_is_left(client):  # S9
    user = somebody(Role.FULFILMENT)
    for days in (-1, 1):
        PeakTaskFactory.create(owner=user, due_on=NOW.date() + timedelta(days=days))
    PeakTaskFactory.create(due_on=NOW.date())
    assert cards(home(client, user)) == {"To do": "2", "Overdue": "1"}
