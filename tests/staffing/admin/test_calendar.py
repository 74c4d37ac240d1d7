"""S2: calendars in the admin: hours as text, a year to look at, days and years by dialog."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from portal.models import AuditEntry
from staffing.calendars import schedule_of, seed_standard_calendars
from staffing.choices import DayKind
from staffing.models import Calendar
from staffing.windows import to_text
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db

BLACKOUTS = "blackouts"
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-18:00") | {"sat": "", "sun": ""}


@pytest.fixture
def office():
    return seed_standard_calendars(by=None, at=NOW)[0]


def person_who_may(*codenames: str):
    user = UserFactory.create()
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


@pytest.fixture
def planner(client):
    user = person_who_may("view_calendar", "change_calendar", "add_calendar")
    client.force_login(user)
    return user


@pytest.fixture
def reader(client):
    user = person_who_may("view_calendar")
    client.force_login(user)
    return user


def page(name: str, *args: object) -> str:
    return reverse(f"admin:staffing_calendar_{name}", args=args)


def form_of(calendar: Calendar, **changes: object) -> dict[str, object]:
    management = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    facts = {"name": calendar.name, "timezone": calendar.timezone, "needs_years": "on"}
    return (
        facts
        | WEEK
        | {"read_version": calendar.version}
        | {f"{BLACKOUTS}-{key}": value for key, value in management.items()}
        | changes
    )


# --- The list and the form


@pytest.mark.usefixtures("planner", "office")
def test_the_list_tells_hours_and_recorded_years(client):
    text = client.get(page("changelist")).content.decode()
    assert "09:00-18:00" in text
    assert "2024, 2025, 2026" in text


@pytest.mark.usefixtures("planner")
def test_the_list_needs_the_same_queries_for_more_calendars(client, django_assert_max_num_queries):
    seed_standard_calendars(by=None, at=NOW)
    with django_assert_max_num_queries(12):
        client.get(page("changelist"))


@pytest.mark.usefixtures("planner")
def test_hours_are_typed_as_text(client, office):
    sent = form_of(office, mon="9:00-12:00，13:00-18:00", sat="20:00-02:00")
    assert client.post(page("change", office.pk), sent).status_code == 302
    office.refresh_from_db()
    week = [to_text(day) for day in schedule_of(office).week]
    assert week[0] == "09:00-12:00, 13:00-18:00"
    assert week[5] == "20:00-02:00"


@pytest.mark.usefixtures("planner")
def test_the_form_shows_the_stored_hours_as_text(client, office):
    form = client.get(page("change", office.pk)).context["adminform"].form
    assert form["mon"].value() == "09:00-18:00"
    assert form["sun"].value() == ""


@pytest.mark.usefixtures("planner")
@pytest.mark.parametrize("hours", ["9 to 5", "09:00-12:00, 11:00-13:00", "09:00-09:00"])
def test_hours_that_make_no_sense_come_back_on_their_line(client, office, hours):
    answer = client.post(page("change", office.pk), form_of(office, mon=hours))
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == ["mon"]
    assert answer.context["adminform"].form["mon"].value() == hours


@pytest.mark.usefixtures("planner")
def test_a_time_zone_must_exist(client, office):
    answer = client.post(page("change", office.pk), form_of(office, timezone="Asia/Peking"))
    assert "timezone" in answer.context["adminform"].form.errors


@pytest.mark.usefixtures("planner")
@pytest.mark.parametrize("change", [{"read_version": 1}, dict.fromkeys(WEEK, "")])
def test_a_refusal_of_the_step_is_shown_on_the_form(client, office, change):
    answer = client.post(page("change", office.pk), form_of(office, name="总部", **change))
    assert answer.status_code == 200
    assert answer.context["adminform"].form.non_field_errors()
    office.refresh_from_db()
    assert office.name != "总部"


def test_a_calendar_is_added_with_its_week(client, planner):
    sent = form_of(Calendar(name="夜班", timezone="Asia/Shanghai"), code="night", mon="20:00-02:00")
    client.post(page("add"), sent)
    night = Calendar.objects.get(code="night")
    assert night.week["mon"] == [["20:00", "02:00"]]
    assert AuditEntry.objects.of(night).get().actor == planner


def test_a_saved_form_leaves_one_row_in_the_history(client, office, planner):
    before = AuditEntry.objects.of(office).count()
    client.post(page("change", office.pk), form_of(office, name="总部"))
    entries = AuditEntry.objects.of(office)
    assert entries.count() == before + 1
    assert entries.first().actor == planner


@pytest.mark.usefixtures("planner")
def test_blackouts_stand_below_the_form(client, office):
    row = {
        "TOTAL_FORMS": 1,
        "0-starts_at_0": "2026-02-10",
        "0-starts_at_1": "00:00",
        "0-ends_at_0": "2026-02-24",
        "0-ends_at_1": "00:00",
        "0-reason": "平台春节暂停",
    }
    client.post(
        page("change", office.pk),
        form_of(office, **{f"{BLACKOUTS}-{key}": value for key, value in row.items()}),
    )
    assert office.blackouts.get().reason == "平台春节暂停"
    kept = office.blackouts.get()
    removal = row | {"INITIAL_FORMS": 1, "0-id": kept.pk, "0-calendar": office.pk, "0-DELETE": "on"}
    office.refresh_from_db()
    client.post(
        page("change", office.pk),
        form_of(office, **{f"{BLACKOUTS}-{key}": value for key, value in removal.items()}),
    )
    assert not office.blackouts.exists()


# --- The year


@pytest.mark.usefixtures("planner")
def test_the_year_shows_what_each_day_is(client, office):
    view = client.get(page("change", office.pk), {"year": "2026"}).context["year_view"]
    looks = {day.on: day.look for month in view["months"] for week in month.weeks for day in week if day}
    assert len(looks) == 365
    assert looks[date(2026, 2, 13)] == "work"
    assert looks[date(2026, 2, 14)] == "workday"
    assert looks[date(2026, 2, 15)] == "holiday"
    assert looks[date(2026, 2, 17)] == "statutory"
    assert looks[date(2026, 3, 14)] == "rest"
    assert [month.workdays for month in view["months"]] == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]


@pytest.mark.usefixtures("planner")
@pytest.mark.parametrize(("year", "is_missing"), [("2026", False), ("2027", True)])
def test_a_year_that_is_not_recorded_says_so(client, office, year, is_missing):
    answer = client.get(page("change", office.pk), {"year": year})
    assert answer.context["year_view"]["is_missing"] is is_missing


@pytest.mark.usefixtures("planner")
@pytest.mark.parametrize("year", ["", "next", "0", "99999", "²"])
def test_a_year_that_makes_no_sense_is_this_year(client, office, year):
    view = client.get(page("change", office.pk), {"year": year}).context["year_view"]
    assert view["year"] == view["today"].year


@pytest.mark.usefixtures("planner")
def test_the_page_needs_a_bounded_number_of_queries(client, office, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        client.get(page("change", office.pk), {"year": "2026"})


# --- One day


@pytest.mark.usefixtures("planner")
def test_the_dialog_of_a_day_begins_with_what_the_day_is(client, office):
    text = client.get(page("set_day", office.pk), {"on": "2026-02-14"}).content.decode()
    assert 'value="2026-02-14"' in text
    assert 'value="workday" selected' in text


def test_a_day_is_changed_by_post_with_a_reason(client, office, planner):
    sent = {
        "_form_submitted": "True",
        "on": "2026-03-13",
        "kind": "holiday",
        "windows": "",
        "name": "店庆",
        "reason": "公司安排",
    }
    answer = client.post(page("set_day", office.pk), sent)
    assert answer.headers["HX-Refresh"] == "true"
    day = office.days.get(on=date(2026, 3, 13))
    assert (day.kind, day.name) == (DayKind.HOLIDAY, "店庆")
    entry = AuditEntry.objects.of(office).first()
    assert (entry.actor, entry.reason) == (planner, "公司安排")


@pytest.mark.usefixtures("planner")
def test_looking_at_the_dialog_changes_nothing(client, office):
    version = office.version
    client.get(page("set_day", office.pk), {"on": "2026-03-13", "kind": "holiday", "reason": "公司安排"})
    office.refresh_from_db()
    assert office.version == version


@pytest.mark.usefixtures("planner")
def test_a_day_is_not_changed_without_a_reason(client, office):
    sent = {"_form_submitted": "True", "on": "2026-03-13", "kind": "holiday", "reason": " "}
    answer = client.post(page("set_day", office.pk), sent)
    assert "HX-Refresh" not in answer.headers
    assert not office.days.filter(on=date(2026, 3, 13)).exists()


# --- One year


@pytest.mark.usefixtures("planner")
def test_the_dialog_of_a_year_begins_with_the_first_unrecorded_one(client, office):
    assert 'value="2027"' in client.get(page("announce_year", office.pk)).content.decode()


@pytest.mark.usefixtures("planner")
def test_a_year_is_announced_from_typed_lists(client, office):
    sent = {
        "_form_submitted": "True",
        "year": "2027",
        "closes": "on",
        "holidays": "2027-01-01 ~ 2027-01-03 元旦\n2027-02-06～2027-02-12 春节",
        "workdays": "2027-01-30 春节",
        "statutory": "2027-01-01\n2027-02-06 至 2027-02-08",
        "source": "通知",
    }
    client.post(page("announce_year", office.pk), sent)
    kinds = {str(day.on): day.kind for day in office.days.filter(on__year=2027)}
    assert kinds["2027-01-01"] == kinds["2027-02-07"] == DayKind.STATUTORY
    assert kinds["2027-01-03"] == kinds["2027-02-12"] == DayKind.HOLIDAY
    assert kinds["2027-01-30"] == DayKind.WORKDAY
    assert len(kinds) == 11
    assert office.years.get(year=2027).source == "通知"


@pytest.mark.usefixtures("planner")
def test_empty_lists_stand_for_what_the_portal_knows(client):
    branch = Calendar.objects.create(code="branch", name="分部", week={"mon": [["09:00", "18:00"]]})
    client.post(page("announce_year", branch.pk), {"_form_submitted": "True", "year": "2026", "closes": "on"})
    assert branch.days.filter(kind=DayKind.STATUTORY).count() == 13


@pytest.mark.usefixtures("planner")
@pytest.mark.parametrize(
    "sent",
    [
        {"year": "2027"},  # unknown to the portal, and no lists
        {"year": "2026"},  # recorded
        {"year": "2027", "holidays": "New Year"},
        {"year": "2027", "holidays": "2027-01-03 ~ 2027-01-01"},
        {"year": "2027", "holidays": "2028-01-01"},
    ],
)
def test_a_year_that_cannot_be_recorded_stays_in_the_dialog(client, office, sent):
    answer = client.post(page("announce_year", office.pk), sent | {"_form_submitted": "True", "closes": "on"})
    assert "HX-Refresh" not in answer.headers
    assert answer.status_code == 200
    assert not office.years.filter(year=2027).exists()


@pytest.mark.usefixtures("planner")
@pytest.mark.parametrize("object_id", ["0", "abc"])
def test_a_calendar_that_is_none_has_no_days(client, object_id):
    sent = {"_form_submitted": "True", "on": "2026-03-13", "kind": "holiday", "reason": "公司安排"}
    assert client.post(page("set_day", object_id) + "?on=2026-03-13", sent).status_code == 404
    assert (
        client.post(page("announce_year", object_id), {"_form_submitted": "True", "year": "2026"}).status_code
        == 404
    )


# --- Who may


@pytest.mark.usefixtures("reader")
def test_a_reader_sees_hours_and_year_and_nothing_to_click(client, office):
    answer = client.get(page("change", office.pk), {"year": "2026"})
    text = answer.content.decode()
    assert answer.context["year_view"]["day_url"] is None
    assert "09:00-18:00" in text
    assert page("set_day", office.pk) not in text
    assert page("announce_year", office.pk) not in text


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("act", ["set_day", "announce_year"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_reader_cannot_act(client, office, act, method):
    assert getattr(client, method)(page(act, office.pk)).status_code == 403


@pytest.mark.usefixtures("reader")
def test_a_reader_cannot_save_the_form(client, office):
    assert client.post(page("change", office.pk), form_of(office, name="总部")).status_code == 403


@pytest.mark.usefixtures("planner")
def test_calendars_are_not_deleted(client, office):
    assert client.post(page("delete", office.pk), {"post": "yes"}).status_code == 403
    assert Calendar.objects.filter(pk=office.pk).exists()
