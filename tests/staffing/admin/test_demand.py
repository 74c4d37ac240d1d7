"""S7: the pages of the demand for people."""

import json
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from portal.choices import Role
from portal.models import AuditEntry, User
from staffing.demand import volumes
from staffing.demand.volumes import Count
from staffing.models import Agent, ContactVolume, DemandEvent, RequiredStaff, ServiceLine, Team
from tests.demand_factories import (
    MORNING,
    ContactVolumeFactory,
    DemandEventFactory,
    ServiceLineFactory,
    counted_line,
    forecast_line,
    instant,
)
from tests.factories import NOW, TODAY, AgentFactory, DutyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def line(team: Team) -> ServiceLine:
    return forecast_line(team=team, name="售后热线", contacts=100, seconds=180).line


def url(page: str, *args: object, table: str = "serviceline") -> str:
    return reverse(f"admin:staffing_{table}_{page}", args=args)


def dialog(client, address: str, **given: object):
    return client.post(address, {"_form_submitted": "on", **given})


def text_of(response) -> str:
    assert response.status_code == 200
    return unescape(response.content.decode())


# The week


def test_the_page_shows_the_own_line_with_what_is_short(client, supervisor: User, line: ServiceLine):
    forecast_line(name="外组热线")
    DutyFactory.create(agent=supervisor.agent)
    client.force_login(supervisor)
    response = client.get(url("demand"))
    text = text_of(response)
    assert response.context["line"] == line
    assert "外组热线" not in text
    day = response.context["day"]
    assert day.on == TODAY
    nine = next(cell for cell in day.cells if cell.slot == MORNING)
    assert (nine.agents, nine.scheduled, nine.rostered, nine.is_short) == (14, 20, 1, True)
    assert day.short_hours == 6 * 19 / 2
    assert ">-19<" in text


def test_half_hours_in_which_nothing_happens_are_left_out(client, supervisor: User, line: ServiceLine):
    client.force_login(supervisor)
    week = client.get(url("demand")).context["week"]
    assert week.labels == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    DutyFactory.create(agent=supervisor.agent)
    week = client.get(url("demand")).context["week"]
    assert (week.labels[0], week.labels[-1]) == ("09:00", "17:30")
    assert line.pk


def test_the_charts_carry_needed_and_rostered(client, supervisor: User, line: ServiceLine):
    DutyFactory.create(agent=supervisor.agent)
    client.force_login(supervisor)
    agents, contacts = client.get(url("demand"), {"line": line.pk}).context["charts"]
    assert len(json.loads(contacts.data)["datasets"]) == 1
    rostered, needed = json.loads(agents.data)["datasets"]
    assert (rostered["data"][0], needed["data"][0]) == (1, 20)
    assert needed["stepped"] == "middle"
    assert json.loads(contacts.data)["datasets"][0]["data"][0] == pytest.approx(100, abs=2)


def test_another_day_of_another_week_is_shown(client, supervisor: User, line: ServiceLine):
    client.force_login(supervisor)
    context = client.get(url("demand"), {"line": line.pk, "on": "2026-03-17"}).context
    assert context["day"].on.isoformat() == "2026-03-17"
    assert context["week"].days[0].on.isoformat() == "2026-03-16"
    assert context["day"].is_known


@pytest.mark.parametrize(
    "asked", [{"on": "gestern"}, {"line": "x"}, {"line": "9" * 30}, {"on": "9999-12-31"}]
)
def test_an_odd_address_shows_today(client, supervisor: User, line: ServiceLine, asked: dict[str, str]):
    client.force_login(supervisor)
    context = client.get(url("demand"), asked).context
    assert (context["line"], context["day"].on) == (line, TODAY)


def test_a_line_of_another_team_is_not_shown(client, supervisor: User, line: ServiceLine):
    foreign = forecast_line(name="外组热线").line
    client.force_login(supervisor)
    assert client.get(url("demand"), {"line": foreign.pk}).context["line"] == line
    for page in ("change", "backtest", "forecast", "set_by_hand"):
        assert client.get(url(page, foreign.pk)).status_code in {302, 404}, page


def test_a_director_sees_every_line_but_plans_nothing(client, line: ServiceLine):
    director = AgentFactory.create(user__roles=[Role.DIRECTOR]).user
    client.force_login(director)
    text = text_of(client.get(url("demand"), {"line": line.pk}))
    assert url("forecast", line.pk) not in text
    assert url("set_by_hand", line.pk) not in text
    assert dialog(client, url("forecast", line.pk), first_on=TODAY, last_on=TODAY).status_code == 403


@pytest.mark.parametrize("role", [Role.HANDLER, Role.TRAINER, Role.INSPECTOR, Role.AUDITOR])
def test_others_see_no_demand(client, line: ServiceLine, role: Role):
    client.force_login(AgentFactory.create(team=line.team, user__roles=[role]).user)
    assert client.get(url("demand")).status_code == 403
    assert client.get(url("backtest", line.pk)).status_code == 403
    assert client.get(url("changelist", table="contactvolume")).status_code == 403


def test_without_lines_and_without_a_forecast_the_page_says_what_to_do(client, supervisor: User, team: Team):
    User.objects.filter(pk=supervisor.pk).update(language="en")
    client.force_login(supervisor)
    assert "No service line yet. Add one" in text_of(client.get(url("demand")))
    ServiceLineFactory.create(team=team)
    assert "Import the contacts of some weeks" in text_of(client.get(url("demand")))
    ServiceLine.objects.update(counts_tickets=True)
    assert "after a week press" in text_of(client.get(url("demand")))


def test_the_page_takes_as_many_queries_for_many_duties(
    client, supervisor: User, line: ServiceLine, django_assert_max_num_queries
):
    for _ in range(10):
        DutyFactory.create(agent__team=line.team)
    client.force_login(supervisor)
    with django_assert_max_num_queries(18):
        client.get(url("demand"))


def test_what_came_stands_beside_what_was_expected(client, supervisor: User, line: ServiceLine):
    counted = {TODAY: {MORNING: Count(90, 9000), 21: Count(7, 70), 30: Count(1, 1)}}
    volumes.replace_days(line, counted, by=None, at=NOW)
    client.force_login(supervisor)
    context = client.get(url("demand"), {"line": line.pk}).context
    came = {cell.label: cell.came for cell in context["day"].cells}
    assert came == {"09:00": 90, "09:30": 0, "10:00": 0, "10:30": None, "11:00": None, "11:30": None}
    assert context["day"].came == 90
    assert json.loads(context["charts"][1].data)["datasets"][1]["data"][0] == 90


# What if


def test_what_if_changes_nothing_but_tells_whom_it_would_need(client, supervisor: User, line: ServiceLine):
    client.force_login(supervisor)
    asked = {"line": line.pk, "level": "95", "within": "10", "handling": "240", "patience": ""}
    context = client.get(url("demand"), asked).context
    nine = context["day"].cells[0]
    assert nine.what_if > nine.scheduled == 20
    assert context["what_if"]["peak"] == nine.what_if
    assert RequiredStaff.objects.filter(line=line, starts_at=instant(TODAY, MORNING)).get().scheduled == 20


def test_patience_makes_what_if_reckon_with_people_who_hang_up(client, supervisor: User, line: ServiceLine):
    client.force_login(supervisor)
    context = client.get(url("demand"), {"line": line.pk, "patience": "300"}).context
    assert context["day"].cells[0].what_if == 19  # 13 at work.


@pytest.mark.parametrize("odd", [{"level": "120"}, {"level": "x"}, {"within": "-1"}, {"handling": "0"}])
def test_a_question_without_sense_is_told_at_its_field(client, supervisor: User, line: ServiceLine, odd):
    client.force_login(supervisor)
    context = client.get(url("demand"), {"line": line.pk, **odd}).context
    assert list(context["question_form"].errors) == list(odd)
    assert context["what_if"] is None


def test_a_question_beyond_all_measure_is_told_and_not_suffered(client, supervisor: User, line: ServiceLine):
    line.required.filter(starts_at=instant(TODAY, MORNING)).update(contacts=90_000)
    client.force_login(supervisor)
    context = client.get(url("demand"), {"line": line.pk, "handling": "86400"}).context
    assert "handling" in context["question_form"].errors
    assert context["what_if"] is None


# Dialogs


def test_the_dialog_forecasts_by_post_only(client, supervisor: User, team: Team):
    line = counted_line(team=team)
    client.force_login(supervisor)
    shown = client.get(url("forecast", line.pk)).context["form"]
    assert shown["last_on"].value() == TODAY + timedelta(days=34)
    assert not line.forecasts.exists()
    given = {"first_on": TODAY, "last_on": TODAY + timedelta(days=6)}
    assert dialog(client, url("forecast", line.pk), **given)["HX-Refresh"] == "true"
    assert line.forecasts.get().by == supervisor
    assert line.required.count() == 7 * 48


def test_why_nothing_can_be_forecast_is_told_in_the_dialog(client, supervisor: User, team: Team):
    line = counted_line(team=team, days=2)
    client.force_login(supervisor)
    response = dialog(client, url("forecast", line.pk), first_on=TODAY, last_on=TODAY)
    (told,) = response.context["form"].non_field_errors()
    assert "7" in told
    assert not line.required.exists()


def test_a_number_is_set_by_hand_for_some_half_hours(client, supervisor: User, line: ServiceLine):
    client.force_login(supervisor)
    shown = client.get(url("set_by_hand", line.pk), {"on": "2026-03-12", "slot": "20"}).context["form"]
    assert (shown["on"].value().isoformat(), shown["starts"].value(), shown["ends"].value()) == (
        "2026-03-12",
        20,
        21,
    )
    given = {"on": TODAY, "starts": 18, "ends": 20, "agents": 3, "reason": "直播"}
    dialog(client, url("set_by_hand", line.pk), **given)
    assert line.required.filter(override=3).count() == 2
    assert AuditEntry.objects.of(line).get().reason == "直播"
    day = client.get(url("demand"), {"line": line.pk}).context["day"]
    assert [cell.scheduled for cell in day.cells[:3]] == [3, 3, 20]
    dialog(client, url("set_by_hand", line.pk), **given | {"agents": ""})
    assert not line.required.exclude(override=None).exists()


def test_an_end_before_the_start_is_refused(client, supervisor: User, line: ServiceLine):
    client.force_login(supervisor)
    given = {"on": TODAY, "starts": 20, "ends": 20, "agents": 3, "reason": "直播"}
    response = dialog(client, url("set_by_hand", line.pk), **given)
    assert "ends" in response.context["form"].errors


# How good the forecast is


def test_the_backtest_tells_our_error_and_the_naive_one_by_week(client, supervisor: User, line: ServiceLine):
    client.force_login(supervisor)
    context = client.get(url("backtest", line.pk)).context
    assert [row.first_on.isoformat() for row in context["rows"]] == ["2026-02-18", "2026-02-25", "2026-03-04"]
    assert context["own_percent"] == pytest.approx(0, abs=0.5)
    assert context["naive_percent"] == 0
    assert len(context["charts"]) == 1


def test_without_two_weeks_the_backtest_says_what_is_missing(client, supervisor: User, team: Team):
    client.force_login(supervisor)
    context = client.get(url("backtest", counted_line(team=team, days=9).pk)).context
    assert context["rows"] == context["charts"] == []


# Lines


def test_shares_are_written_in_per_cent_and_kept_as_shares(client, supervisor: User, line: ServiceLine):
    client.force_login(supervisor)
    form = client.get(url("change", line.pk)).context["adminform"].form
    assert [form[name].value() for name in ("service_level", "max_occupancy", "shrinkage")] == [
        "80",
        "85",
        "30",
    ]
    given = {name: form[name].value() or "" for name in form.fields if name != "counts_tickets"}
    saved = client.post(url("change", line.pk), given | {"service_level": "92.5", "is_active": "on"})
    assert saved.status_code == 302
    line.refresh_from_db()
    assert line.service_level == pytest.approx(0.925)
    assert AuditEntry.objects.of(line).get().changes == {"service_level": [0.8, 0.925]}


@pytest.mark.parametrize(
    ("field", "value"), [("service_level", "100"), ("shrinkage", "95"), ("concurrency", "0")]
)
def test_a_promise_that_nobody_can_keep_is_refused(client, supervisor: User, line: ServiceLine, field, value):
    client.force_login(supervisor)
    form = client.get(url("change", line.pk)).context["adminform"].form
    given = {name: form[name].value() or "" for name in form.fields}
    response = client.post(url("change", line.pk), given | {field: value})
    assert field in response.context["adminform"].form.errors


def test_a_supervisor_adds_lines_for_the_own_team_only(client, supervisor: User, team: Team):
    foreign = ServiceLineFactory.create().team
    client.force_login(supervisor)
    form = client.get(url("add")).context["adminform"].form
    given = {name: form[name].value() or "" for name in form.fields} | {"name": "新线"}
    refused = client.post(url("add"), given | {"team": foreign.pk})
    assert "team" in refused.context["adminform"].form.errors
    saved = client.post(url("add"), given | {"team": team.pk})
    assert saved.status_code == 302, saved.context["adminform"].form.errors
    assert ServiceLine.objects.get(name="新线").team == team


def test_the_tickets_of_a_team_and_skill_are_counted_for_one_line(client, supervisor: User, team: Team):
    ServiceLineFactory.create(team=team, counts_tickets=True)
    client.force_login(supervisor)
    form = client.get(url("add")).context["adminform"].form
    given = {name: form[name].value() or "" for name in form.fields}
    given |= {"name": "又一条", "team": team.pk, "counts_tickets": "on", "is_active": "on"}
    assert client.post(url("add"), given).status_code == 200
    assert ServiceLine.objects.count() == 1


# Volumes and events


def test_volumes_are_read_here_and_written_by_import_only(client, administrator: User):
    volume = ContactVolumeFactory.create()
    client.force_login(administrator)
    assert client.get(url("add", table="contactvolume")).status_code == 403
    assert client.post(url("change", volume.pk, table="contactvolume"), {"contacts": 99}).status_code == 403
    assert ContactVolume.objects.get().contacts == 12
    upload = reverse("admin:portal_transferjob_upload", args=["contact_volumes"])
    assert upload in client.get(url("changelist", table="contactvolume")).content.decode()


def test_a_supervisor_takes_away_the_own_volumes_only(client, supervisor: User, team: Team):
    ContactVolumeFactory.create(line=ServiceLineFactory.create(team=team, name="本组线"))
    ContactVolumeFactory.create(line=ServiceLineFactory.create(name="外组线"))
    client.force_login(supervisor)
    for table in ("contactvolume", "serviceline"):
        given = {"resource": "0", "format": "1"}
        text = client.post(url("export", table=table), given).content.decode()
        assert "本组线" in text
        assert "外组线" not in text


EVENT = {"name": "双11", "kind": "peak", "first_on": "2026-11-01", "last_on": "2026-11-11", "factor": "2.8"}


def test_an_event_is_declared_by_the_form(client, supervisor: User, line: ServiceLine):
    client.force_login(supervisor)
    given = EVENT | {"team": line.team_id, "lines": [line.pk]}
    assert client.post(url("add", table="demandevent"), given).status_code == 302
    event = DemandEvent.objects.get()
    assert (event.factor, list(event.lines.all())) == (2.8, [line])
    changed = given | {"factor": "3", "lines": []}
    assert client.post(url("change", event.pk, table="demandevent"), changed).status_code == 302
    event.refresh_from_db()
    assert (event.factor, event.lines.count()) == (3.0, 0)
    assert AuditEntry.objects.of(event).count() == 2


def test_a_supervisors_event_needs_the_own_team_and_the_form_says_so(
    client, supervisor: User, line: ServiceLine
):
    client.force_login(supervisor)
    response = client.post(url("add", table="demandevent"), EVENT)
    assert "team" in response.context["adminform"].form.errors
    foreign = ServiceLineFactory.create()
    response = client.post(
        url("add", table="demandevent"), EVENT | {"team": line.team_id, "lines": [foreign.pk]}
    )
    assert "lines" in response.context["adminform"].form.errors
    assert not DemandEvent.objects.exists()


def test_an_event_for_all_teams_is_seen_but_not_changed_by_a_supervisor(client, supervisor: User):
    event = DemandEventFactory.create()
    client.force_login(supervisor)
    page = url("change", event.pk, table="demandevent")
    assert client.get(page).status_code == 200
    assert client.post(page, EVENT).status_code == 403


def test_an_event_of_another_team_is_not_seen(client, supervisor: User, stranger: Agent):
    event = DemandEventFactory.create(team=stranger.team, name="外组大促")
    client.force_login(supervisor)
    assert client.get(url("change", event.pk, table="demandevent")).status_code == 302
    assert "外组大促" not in client.get(url("changelist", table="demandevent")).content.decode()
