"""The sidebar: by task, and for each person only what opens. # X1"""

import html
import re
from datetime import timedelta

import pytest
from django.contrib import admin

from complaints.models import Ticket
from config import sidebar
from portal.choices import Role
from portal.models import User
from tests.factories import NOW, AgentFactory, TicketFactory, UserFactory, ticket_in_hand

pytestmark = pytest.mark.django_db
OWN = ["My desk", "My schedule", "My action items"]
CASES = ["Waiting queue", "Ticket list", "Callbacks", "Surveys", "Customers"]
ROSTERS, WEEK = ["Current roster", "Rosters"], "Duty this week"
PLANNING = [*ROSTERS, WEEK, "Requests to approve", "Demand forecast"]
PEAKS, HOURS = ["Peak plans", "Peak tasks"], "Hours ledger"
PRESENCE, DAILY = ["Who is on duty", "Attendance"], ["Shift hand-over", "Housekeeping roster", "Meetings"]
PEOPLE, PROTECTED = ["Agents", "Teams", "Skills", "Certificates"], "Work restrictions"
PLACES, RULES = ["Shifts", "Calendars"], "Rules of working time"
READERS = [WEEK, *PEAKS, HOURS, *PRESENCE, *PEOPLE, *PLACES]
READING, WORDS = ["Missing answers"], ["Standard phrases", "Forbidden phrases"]
WRITING = ["Review board", "Articles"]
KNOWLEDGE = [*WRITING, *READING, *WORDS]
KNOWN_TO_LEADERS = [*KNOWLEDGE, "Synonyms", "Bot conversations"]
LEARNT = ["Courses", "Sessions", "Exams", "Announcements"]
LED = [
    "Who has completed what",
    "Courses",
    "Sessions",
    "Exams",
    "Exam attempts",
    "Announcements",
    "Training needs",
]
TAUGHT = [
    "Who has completed what",
    "Courses",
    "Sessions",
    "Papers to mark",
    "Exams",
    "Question bank",
    "Exam attempts",
    "Announcements",
    "Training needs",
]
OPENS = {
    Role.DIRECTOR: [
        "Knowledge library",
        "Overview",
        *CASES,
        *KNOWN_TO_LEADERS,
        *LED,
        *PLANNING,
        *PEAKS,
        HOURS,
        *PRESENCE,
        *DAILY,
        *PEOPLE,
        *PLACES,
        RULES,
        "Categories",
        "Service policies",
        "Users",
    ],
    Role.SUPERVISOR: [
        *OWN,
        "My training",
        "Knowledge library",
        "Overview",
        *CASES,
        "Import tickets",
        *KNOWN_TO_LEADERS,
        *LED,
        *PLANNING,
        *PEAKS,
        HOURS,
        *PRESENCE,
        *DAILY,
        *PEOPLE,
        PROTECTED,
        *PLACES,
        RULES,
        "Categories",
        "Service policies",
        "Transfers",
    ],
    Role.HANDLER: [
        *OWN,
        "My training",
        "Knowledge library",
        "Overview",
        *CASES,
        *KNOWLEDGE,
        *LEARNT,
        WEEK,
        "Peak tasks",
        HOURS,
        *DAILY,
        "Agents",
        "Teams",
        "Skills",
        *PLACES,
        "Categories",
    ],
    Role.TRAINER: ["Knowledge library", "Overview", *KNOWN_TO_LEADERS, *TAUGHT, *READERS, "Transfers"],
    Role.INSPECTOR: ["Knowledge library", "Overview", *CASES, *KNOWLEDGE, *LEARNT, *READERS, "Categories"],
    Role.ADMINISTRATOR: [
        "Knowledge library",
        "Overview",
        *KNOWN_TO_LEADERS,
        *TAUGHT,
        *PLANNING,
        *PEAKS,
        HOURS,
        *PRESENCE,
        *PEOPLE,
        PROTECTED,
        *PLACES,
        RULES,
        "Categories",
        "Service policies",
        "Users",
        "Connected systems",
        "Transfers",
        "Outgoing messages",
    ],
    Role.AUDITOR: [
        "Knowledge library",
        "Overview",
        *READING,
        *WORDS,
        "Synonyms",
        *LED,
        *READERS,
        "Audit log",
    ],
    Role.FULFILMENT: ["Overview", "Peak tasks"],
}


def somebody(role: Role) -> User:
    if role in (Role.SUPERVISOR, Role.HANDLER):
        return AgentFactory.create(user__roles=[role], user__language="en").user
    return UserFactory.create(roles=[role], language="en")


def drawn(client, path: str = "/admin/") -> str:
    """The sidebar as it stands on a page."""
    page = client.get(path).content.decode()
    return page[page.index('id="nav-sidebar-apps"') : page.index('id="main"')]


def items(nav: str) -> list[tuple[str, str]]:
    """Title and link of each item."""
    found = re.findall(r'<li>\s*<a href="([^"]*)".*?<span>(.*?)</span>', nav, re.DOTALL)
    return [(html.unescape(title), html.unescape(link)) for link, title in found]


def active(nav: str) -> list[str]:
    return re.findall(r'class="[^"]* active">.*?<span>(.*?)</span>', nav, re.DOTALL)


def badge(nav: str, title: str) -> str:
    found = re.search(rf"<span>{title}</span>\s*(?:<span[^>]*>(.*?)</span>)?", nav, re.DOTALL)
    assert found is not None
    return (found[1] or "").strip()


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_shown_what_it_may_open_and_every_item_opens(client, role):
    client.force_login(somebody(role))
    shown = items(drawn(client))
    assert [title for title, _link in shown] == OPENS[role]
    for title, link in shown:
        assert client.get(link).status_code == 200, title


def test_every_item_belongs_to_a_registered_admin():
    registered = {model._meta.label for model in admin.site._registry}
    named = {item.model for _title, group in sidebar.GROUPS for item in group if item.model}
    assert named <= registered


@pytest.mark.parametrize(
    ("path", "item"),
    [
        ("/admin/", "Overview"),
        ("/admin/desk/", "My desk"),
        ("/admin/complaints/ticket/?queue=unassigned", "Waiting queue"),
        ("/admin/complaints/ticket/?queue=late", "Ticket list"),
        ("/admin/complaints/customer/", "Customers"),
        ("/admin/staffing/attendance/on-duty/", "Who is on duty"),
        ("/admin/staffing/attendance/", "Attendance"),
        ("/admin/staffing/dutyassignment/week/", "Duty this week"),
        ("/admin/staffing/serviceline/demand/", "Demand forecast"),
        ("/admin/staffing/roster/current/", "Current roster"),
        ("/admin/staffing/roster/", "Rosters"),
    ],
)
def test_the_item_of_the_open_page_is_marked_and_no_other(client, path, item):
    client.force_login(somebody(Role.SUPERVISOR))
    assert active(drawn(client, path)) == [item]


def test_a_page_below_a_list_marks_the_list(client):
    agent = AgentFactory.create(user__roles=[Role.SUPERVISOR], user__language="en")
    ticket = ticket_in_hand(agent)
    client.force_login(agent.user)
    assert active(drawn(client, f"/admin/complaints/ticket/{ticket.pk}/change/")) == ["Ticket list"]


def test_badges_count_what_is_late_on_the_desk_and_what_waits(client):
    agent = AgentFactory.create(user__language="en")
    client.force_login(agent.user)
    nav = drawn(client)
    assert (badge(nav, "My desk"), badge(nav, "Waiting queue")) == ("", "")
    for due_at in (NOW - timedelta(days=1), NOW + timedelta(days=3650)):
        Ticket.objects.filter(pk=ticket_in_hand(agent).pk).update(next_due_at=due_at)
    Ticket.objects.filter(pk=ticket_in_hand().pk).update(next_due_at=NOW - timedelta(days=1))
    for _number in range(3):
        TicketFactory.create()
    nav = drawn(client)
    assert (badge(nav, "My desk"), badge(nav, "Waiting queue")) == ("1", "3")


def test_a_badge_says_when_it_stopped_counting(client, monkeypatch):
    monkeypatch.setattr(sidebar, "COUNTED", 3)
    client.force_login(somebody(Role.DIRECTOR))
    for _number in range(4):
        TicketFactory.create()
    assert badge(drawn(client), "Waiting queue") == "2+"
