"""S3 S11: the list of rosters, drawing up a new one, publishing, versions, minimum staffing, the week."""

from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from portal.choices import Role
from portal.models import User
from staffing.admin.roster import NEXT_MONTH, NEXT_WEEK, OWN, THIS_WEEK, span_of
from staffing.models import Agent, MinimumStaffing, Roster, RosterVersion, RuleException, ShiftType
from staffing.rosters import editing, publishing
from staffing.rosters.editing import CellChange
from tests.factories import (
    NOW,
    AgentFactory,
    DutyFactory,
    MinimumStaffingFactory,
    RestrictionFactory,
    RosterFactory,
    ShiftTypeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def day() -> ShiftType:
    return ShiftTypeFactory.create()


@pytest.fixture(autouse=True)
def night() -> ShiftType:
    return ShiftTypeFactory.create(is_night=True)


@pytest.fixture
def roster(agent: Agent) -> Roster:
    return RosterFactory.create(team=agent.team)


def url(page: str, *args: object) -> str:
    return reverse(f"admin:staffing_roster_{page}", args=args)


def plan(roster: Roster, agent: Agent, code: str, number: int = 0) -> None:
    change = CellChange(agent.pk, roster.first_on + timedelta(days=number), (code,))
    editing.change_cells(roster, [change], by=None, at=NOW)
    roster.refresh_from_db()


def draw_up(client, **given: object):
    return client.post(url("draw_up"), {"_form_submitted": "on", **given})


# The list and the dialog


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        (THIS_WEEK, date(2026, 3, 9), date(2026, 3, 15)),
        (NEXT_WEEK, date(2026, 3, 16), date(2026, 3, 22)),
        (NEXT_MONTH, date(2026, 4, 1), date(2026, 4, 30)),
    ],
)
def test_a_preset_names_whole_weeks_and_months(preset, first, last):
    assert span_of(preset, NOW.date()) == (first, last)


def test_the_month_after_december_is_in_the_next_year():
    assert span_of(NEXT_MONTH, date(2026, 12, 31)) == (date(2027, 1, 1), date(2027, 1, 31))


def test_a_new_roster_opens_as_a_grid_with_the_pattern_of_the_week_before(client, supervisor, agent, day):
    DutyFactory.create(agent=agent, shift_type=day, on=date(2026, 3, 10))
    client.force_login(supervisor)
    answer = draw_up(client, team=agent.team.pk, span=NEXT_WEEK, copies="on")
    made = Roster.objects.get()
    assert answer["HX-Redirect"] == url("grid", made.pk)
    assert (made.first_on, made.last_on, made.created_by) == (
        date(2026, 3, 16),
        date(2026, 3, 22),
        supervisor,
    )
    assert made.duties.get().on == date(2026, 3, 17)


def test_a_new_roster_can_begin_empty(client, supervisor, agent, day):
    DutyFactory.create(agent=agent, shift_type=day, on=date(2026, 3, 10))
    client.force_login(supervisor)
    draw_up(client, team=agent.team.pk, span=OWN, first_on="2026-03-16", last_on="2026-03-20")
    made = Roster.objects.get()
    assert made.last_on == date(2026, 3, 20)
    assert not made.duties.exists()


@pytest.mark.parametrize(
    "days", [{}, {"first_on": "2026-03-16"}, {"first_on": "2026-03-16", "last_on": "2026-03-01"}]
)
def test_days_of_ones_own_must_make_a_span(client, supervisor, agent, days):
    client.force_login(supervisor)
    assert draw_up(client, team=agent.team.pk, span=OWN, **days).context["form"].errors
    assert not Roster.objects.exists()


def test_a_day_that_is_in_a_roster_already_is_told_in_the_dialog(client, supervisor, roster):
    client.force_login(supervisor)
    answer = draw_up(client, team=roster.team_id, span=THIS_WEEK)
    assert answer.context["form"].non_field_errors()
    assert Roster.objects.count() == 1


def test_a_supervisor_draws_up_for_the_own_teams_only(client, supervisor, stranger):
    client.force_login(supervisor)
    assert "team" in draw_up(client, team=stranger.team.pk, span=NEXT_WEEK).context["form"].errors
    assert not Roster.objects.exists()


def test_the_list_tells_the_state(client, supervisor, roster, agent):
    client.force_login(supervisor)

    def state() -> str:
        return str(client.get(url("changelist")).context["cl"].model_admin.state(listed())[0])

    def listed() -> Roster:
        return client.get(url("changelist")).context["cl"].result_list[0]

    assert state() == "draft"
    plan(roster, agent, "D")
    publishing.publish(roster, by=None, at=NOW)
    assert state() == "published"
    plan(roster, agent, "N", 3)
    assert state() == "pending"


# Publishing


def publish(client, roster: Roster, **given: object):
    roster.refresh_from_db()
    return client.post(url("publish", roster.pk), {"revision": roster.revision, **given})


def test_publishing_says_what_changes_and_then_does_it(client, supervisor, roster, agent):
    plan(roster, agent, "D")
    client.force_login(supervisor)
    page = client.get(url("publish", roster.pk))
    assert "白班" in page.content.decode()
    assert publish(client, roster, note="第一版").status_code == 302
    version = RosterVersion.objects.get()
    assert (version.version, version.by, version.note) == (1, supervisor, "第一版")


def test_a_note_that_no_database_keeps_is_refused_on_the_page(client, supervisor, roster, agent):
    plan(roster, agent, "D")
    client.force_login(supervisor)
    page = publish(client, roster, note="第一\0版")
    assert page.context["refusal"]
    roster.refresh_from_db()
    assert not roster.is_published


def test_what_was_changed_since_the_page_was_opened_is_not_published(client, supervisor, roster, agent):
    plan(roster, agent, "D")
    seen = roster.revision
    plan(roster, agent, "D", 1)
    client.force_login(supervisor)
    page = client.post(url("publish", roster.pk), {"revision": seen})
    assert page.context["refusal"]
    assert f'name="revision" value="{roster.revision}"' in page.content.decode()
    assert not RosterVersion.objects.exists()


@pytest.mark.parametrize("seen", ["", "x", "²", "9" * 25])
def test_without_the_revision_that_was_looked_at_nothing_is_published(
    client, supervisor, roster, agent, seen
):
    plan(roster, agent, "D")
    client.force_login(supervisor)
    assert client.post(url("publish", roster.pk), {"revision": seen}).context["refusal"]
    assert not RosterVersion.objects.exists()


def test_one_reason_is_enough_for_all_breaches_of_a_rule(client, supervisor, roster, agent):
    other = AgentFactory.create(team=agent.team, user__name="另一组员")
    for person in (agent, other):
        plan(roster, person, "N")
        plan(roster, person, "D", 1)
    client.force_login(supervisor)
    page = publish(client, roster)
    assert page.context["refusal"]
    (rule,) = page.context["rules"]
    own = next(asked.name for asked in rule.asked if "另一组员" in str(asked.breach))
    answer = publish(client, roster, **{f"rule:{rule.code}": "大促缺人", own: "本人自愿"})
    assert answer.status_code == 302
    assert set(RuleException.objects.values_list("agent", "reason", "by")) == {
        (agent.pk, "大促缺人", supervisor.pk),
        (other.pk, "本人自愿", supervisor.pk),
    }


def test_a_refused_publication_keeps_what_was_typed(client, supervisor, roster, agent):
    plan(roster, agent, "N")
    plan(roster, agent, "D", 1)
    plan(roster, agent, "N", 2)
    plan(roster, agent, "D", 3)
    client.force_login(supervisor)
    (rule,) = publish(client, roster).context["rules"]
    page = publish(client, roster, note="试发", **{rule.asked[0].name: "自愿"})
    text = unescape(page.content.decode())
    assert 'value="试发"' in text
    assert 'value="自愿"' in text
    assert not RosterVersion.objects.exists()


def test_what_can_never_be_leaves_no_button(client, supervisor, roster, agent):
    RestrictionFactory.create(agent=agent, first_on=roster.first_on, last_on=roster.last_on)
    plan(roster, agent, "N")
    client.force_login(supervisor)
    page = client.get(url("publish", roster.pk))
    assert page.context["verdict"].forbidden
    foot = page.content.decode().split("<footer>")[1].split("</footer>")[0]
    assert "<button" not in foot
    assert publish(client, roster).context["refusal"]


def test_too_few_people_are_a_warning(client, supervisor, roster, agent):
    MinimumStaffingFactory.create(team=agent.team, agents=2, weekdays="1")
    plan(roster, agent, "D")
    client.force_login(supervisor)
    assert len(client.get(url("publish", roster.pk)).context["gaps"]) == 1
    assert publish(client, roster).status_code == 302


# Versions


def test_any_two_versions_are_compared(client, supervisor, roster, agent):
    for number in range(3):
        plan(roster, agent, "D", number)
        publishing.publish(roster, by=None, at=NOW)
    client.force_login(supervisor)

    def days(**asked: object) -> list[date]:
        page = client.get(url("versions", roster.pk), asked)
        return [change.on for each in page.context["changes"] for change in each.changes]

    first = roster.first_on
    assert days() == [first + timedelta(days=2)]
    assert days(older=1, newer=3) == [first + timedelta(days=1), first + timedelta(days=2)]
    assert days(older=3, newer=1) == days(older=1, newer=3)
    assert days(older="²", newer="9" * 25) == days()
    assert len(days(older=0, newer=99)) == 3


def test_before_the_first_version_there_is_nothing_to_compare(client, supervisor, roster):
    client.force_login(supervisor)
    assert client.get(url("versions", roster.pk)).context["versions"] == []


# Minimum staffing

MINIMUM = "admin:staffing_minimumstaffing_{}"


def test_a_minimum_is_set_for_some_weekdays_and_taken_away(client, supervisor, agent, day):
    client.force_login(supervisor)
    given = {"team": agent.team.pk, "shift_type": day.pk, "weekdays": ["7", "6"], "agents": 2}
    assert client.post(reverse(MINIMUM.format("add")), given).status_code == 302
    made = MinimumStaffing.objects.get()
    assert (made.weekdays, made.agents) == ("67", 2)
    form = client.get(reverse(MINIMUM.format("change"), args=[made.pk])).context["adminform"].form
    assert form["weekdays"].value() == ["6", "7"]
    client.post(reverse(MINIMUM.format("delete"), args=[made.pk]), {"post": "yes"})
    assert not MinimumStaffing.objects.exists()


def test_a_minimum_is_of_ones_own_teams(client, supervisor, stranger, day):
    foreign = MinimumStaffingFactory.create(team=stranger.team)
    client.force_login(supervisor)
    assert client.get(reverse(MINIMUM.format("changelist"))).context["cl"].result_count == 0
    given = {"team": stranger.team.pk, "shift_type": day.pk, "weekdays": ["1"], "agents": 2}
    assert client.post(reverse(MINIMUM.format("add")), given).status_code == 200
    assert client.get(reverse(MINIMUM.format("change"), args=[foreign.pk])).status_code == 302
    assert MinimumStaffing.objects.count() == 1


def test_no_day_at_all_is_no_minimum(client, supervisor, agent, day):
    client.force_login(supervisor)
    given = {"team": agent.team.pk, "shift_type": day.pk, "agents": 2}
    assert client.post(reverse(MINIMUM.format("add")), given).status_code == 200
    assert not MinimumStaffing.objects.exists()


# The week, for everybody

WEEK = "admin:staffing_dutyassignment_week"


def cells(page) -> list[str]:
    return [shift.name for row in page.context["rows"] for cell in row.cells for shift in cell.shifts]


def test_whoever_does_not_plan_sees_what_is_published(client, agent: Agent, supervisor: User, roster):
    plan(roster, agent, "D")
    client.force_login(agent.user)
    assert cells(client.get(reverse(WEEK))) == []
    client.force_login(supervisor)
    assert cells(client.get(reverse(WEEK))) == ["白班"]
    publishing.publish(roster, by=None, at=NOW)
    plan(roster, agent, "N", 4)
    client.force_login(agent.user)
    assert cells(client.get(reverse(WEEK))) == ["白班"]


def test_from_the_week_a_link_leads_to_its_roster_for_whoever_plans(client, agent, supervisor, roster):
    client.force_login(supervisor)
    assert url("grid", roster.pk) in client.get(reverse(WEEK)).content.decode()
    client.force_login(agent.user)
    assert "/staffing/roster/" not in client.get(reverse(WEEK)).content.decode()


@pytest.mark.usefixtures("roster")
def test_the_director_sees_the_drafts_and_draws_up_nothing(client):
    client.force_login(UserFactory.create(roles=[Role.DIRECTOR]))
    assert client.get(url("changelist")).context["cl"].result_count == 1
    assert client.get(url("draw_up")).status_code == 403
