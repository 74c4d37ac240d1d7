"""The pages of a peak plan: its list, its one page, its dialogs, the file, and the tasks. # S9"""

import io
from html import unescape

import pytest
import time_machine
from django.urls import reverse
from python_calamine import CalamineWorkbook

from portal.choices import AuditAction, Role
from portal.models import AuditEntry, User
from staffing.choices import Employment, NeedState, PeakState
from staffing.models import Agent, PeakPlan, Team
from staffing.peaks import plans
from staffing.peaks.standard_tasks import STANDARD_TASKS
from tests.factories import NOW, AgentFactory, AttendanceFactory, DutyFactory, UserFactory
from tests.peak_factories import (
    FIRST_ON,
    LAST_ON,
    PeakContingencyFactory,
    PeakNeedFactory,
    PeakPhaseFactory,
    PeakPlanFactory,
    PeakTaskFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def director() -> User:
    return UserFactory.create(roles=[Role.DIRECTOR])


@pytest.fixture
def plan(team: Team, supervisor: User) -> PeakPlan:
    plan = PeakPlanFactory.create(teams=[team], created_by=supervisor)
    PeakPhaseFactory.create(plan=plan)
    PeakNeedFactory.create(plan=plan, team=team)
    PeakTaskFactory.create(plan=plan, owner=supervisor)
    PeakContingencyFactory.create(plan=plan)
    return plan


def url(page: str, *args: object) -> str:
    return reverse(f"admin:staffing_peakplan_{page}", args=args)


def dialog(client, page: str, key: int, **given: object):
    return client.post(url(page, key), {"_form_submitted": "on", **given})


def is_done(answer) -> bool:
    return bool(answer.headers.get("HX-Refresh") or answer.headers.get("HX-Redirect"))


def offered(client, plan: PeakPlan) -> list[str]:
    return [act.name for act in client.get(url("change", plan.pk)).context["acts"]]


# The list and the page


def test_the_list_shows_how_far_each_plan_is(client, supervisor: User, plan: PeakPlan) -> None:
    client.force_login(supervisor)
    text = client.get(url("changelist")).content.decode()
    assert plan.name in text
    assert "0 / 1" in text
    assert "0 / 3" in text


def test_an_empty_list_and_an_empty_plan_say_what_to_do(client, supervisor: User, team: Team) -> None:
    client.force_login(supervisor)
    supervisor.language = "en"
    supervisor.save()
    assert "copy the last one" in client.get(url("changelist")).content.decode()
    bare = PeakPlanFactory.create(teams=[team], created_by=supervisor)
    page = unescape(client.get(url("change", bare.pk)).content.decode())
    for hint in ("Begin here", "Nobody is wanted yet", "The check-list is empty", "No contingencies yet"):
        assert hint in page


def test_the_page_takes_few_queries_however_much_the_plan_holds(
    client, supervisor: User, plan: PeakPlan, team: Team, django_assert_max_num_queries
) -> None:
    for need in PeakNeedFactory.create_batch(10, plan=plan, team=team):
        need.people.add(AgentFactory.create(team=team, employment=Employment.TEMPORARY))
    PeakTaskFactory.create_batch(10, plan=plan, owner=supervisor)
    client.force_login(supervisor)
    client.get(url("change", plan.pk))
    with django_assert_max_num_queries(22):
        client.get(url("change", plan.pk))


def test_a_foreign_supervisor_opens_neither_page_nor_dialog(client, plan: PeakPlan) -> None:
    client.force_login(AgentFactory.create(user__roles=[Role.SUPERVISOR]).user)
    assert client.get(url("change", plan.pk)).status_code == 302
    assert client.get(url("add_need", plan.pk)).status_code == 404
    assert client.get(url("need", plan.needs.get().pk)).status_code == 404
    assert client.post(url("workbook", plan.pk)).status_code == 404


def test_each_is_offered_what_is_next(client, supervisor: User, director: User, plan: PeakPlan) -> None:
    client.force_login(supervisor)
    assert offered(client, plan) == ["submit", "amend", "copy_plan"]
    assert is_done(dialog(client, "submit", plan.pk))
    assert offered(client, plan) == ["amend", "copy_plan"]
    client.force_login(director)
    assert offered(client, plan) == ["approve", "amend", "send_back", "copy_plan"]
    assert is_done(dialog(client, "approve", plan.pk))
    assert PeakPlan.objects.get().approved_by == director
    assert offered(client, plan) == ["send_back", "copy_plan"]


def test_a_reader_changes_nothing(client, trainer: User, plan: PeakPlan) -> None:
    client.force_login(trainer)
    page = client.get(url("change", plan.pk))
    assert page.context["acts"] == []
    assert "/staffing/peakplan/need/" not in page.content.decode()
    assert url("add_need", plan.pk) not in page.content.decode()
    assert client.get(url("amend", plan.pk)).status_code == 403
    assert client.post(url("workbook", plan.pk)).status_code == 403


def test_the_history_tells_of_the_rows_too(client, supervisor: User, plan: PeakPlan) -> None:
    client.force_login(supervisor)
    phase = plan.phases.get()
    given = {"kind": "encore", "factor": "3", "first_on": FIRST_ON, "last_on": LAST_ON, "note": ""}
    assert is_done(dialog(client, "phase", phase.pk, **given))
    assert "3" in client.get(url("history", plan.pk)).content.decode()
    assert len(client.get(url("history", plan.pk)).context["page"].object_list) == 1


# Opening, amending, copying


def test_the_form_opens_a_plan_for_the_own_team_and_leads_to_its_page(
    client, supervisor: User, team: Team
) -> None:
    client.force_login(supervisor)
    form = client.get(url("add")).context["adminform"].form
    assert (form.initial["department"], form.initial["teams"]) == (team.department_id, [team.pk])
    given = {
        "name": "双12", "kind": "double_12", "department": team.department_id, "teams": [team.pk],
        "prepared_from": "2026-11-01", "first_on": "2026-12-01", "last_on": "2026-12-12",
        "service_level": 80, "first_response": 60, "baseline": "", "note": "",
    }  # fmt: skip
    answer = client.post(url("add"), given)
    made = PeakPlan.objects.get()
    assert answer["Location"] == url("change", made.pk)
    assert (made.created_by, list(made.teams.all())) == (supervisor, [team])


def test_a_refusal_of_the_step_stays_on_the_form(client, supervisor: User, team: Team) -> None:
    client.force_login(supervisor)
    given = {
        "name": "双12", "kind": "double_12", "department": team.department_id,
        "prepared_from": "2026-11-01", "first_on": "2026-12-01", "last_on": "2026-12-12",
        "service_level": 80, "first_response": 60,
    }  # fmt: skip
    answer = client.post(url("add"), given)
    assert answer.status_code == 200
    assert "teams" in answer.context["adminform"].form.errors
    assert not PeakPlan.objects.exists()


def test_the_dialog_amends_the_terms(client, supervisor: User, plan: PeakPlan) -> None:
    client.force_login(supervisor)
    form = client.get(url("amend", plan.pk)).context["form"]
    given = {name: form[name].value() for name in form.fields if name not in {"_form_submitted", "baseline"}}
    assert is_done(dialog(client, "amend", plan.pk, **given | {"service_level": 95}))
    changed = PeakPlan.objects.get()
    assert (changed.service_level, changed.baseline, changed.teams.count()) == (95, None, 1)


def test_the_copy_suggests_the_next_year_and_leads_to_it(client, supervisor: User, team: Team) -> None:
    old = PeakPlanFactory.create(teams=[team], name="2026双12")
    client.force_login(supervisor)
    form = client.get(url("copy_plan", old.pk)).context["form"]
    assert form["name"].value() == "2027双12"
    answer = dialog(client, "copy_plan", old.pk, name="2027双12", first_on="2027-04-01")
    made = PeakPlan.objects.exclude(pk=old.pk).get()
    assert answer["HX-Redirect"] == url("change", made.pk)


# Rows


def test_rows_are_added_by_dialogs_and_removed_by_them(
    client, supervisor: User, plan: PeakPlan, team: Team
) -> None:
    client.force_login(supervisor)
    given = {
        "source": "outsourced", "head_count": 5, "team": team.pk, "from_team": "", "first_on": FIRST_ON,
        "last_on": LAST_ON, "hired_by": "", "trained_by": "", "skill": "", "responsible": "", "note": "",
    }  # fmt: skip
    assert is_done(dialog(client, "add_need", plan.pk, **given))
    made = plan.needs.get(source="outsourced")
    assert is_done(dialog(client, "need", made.pk, **given | {"state": NeedState.FOUND}))
    made.refresh_from_db()
    assert made.state == NeedState.FOUND
    assert is_done(dialog(client, "need", made.pk, **given | {"state": "found", "is_dropped": "on"}))
    assert plan.needs.count() == 1


def test_a_refusal_stays_in_the_dialog(client, supervisor: User, plan: PeakPlan) -> None:
    client.force_login(supervisor)
    given = {"kind": "encore", "factor": "1.5", "first_on": FIRST_ON, "last_on": FIRST_ON, "note": ""}
    answer = dialog(client, "add_phase", plan.pk, **given)
    assert answer.context["form"].non_field_errors()
    assert plan.phases.count() == 1


def test_what_was_approved_is_not_offered_to_be_removed(
    client, supervisor: User, director: User, plan: PeakPlan
) -> None:
    client.force_login(supervisor)
    need = plan.needs.get()
    assert "is_dropped" in client.get(url("need", need.pk)).context["form"].fields
    plans.approve(plan, by=director, at=NOW)
    assert "is_dropped" not in client.get(url("need", need.pk)).context["form"].fields


def test_only_people_who_fit_and_are_seen_are_offered(
    client, supervisor: User, plan: PeakPlan, team: Team
) -> None:
    fits = AgentFactory.create(team=team, employment=Employment.TEMPORARY)
    AgentFactory.create(employment=Employment.TEMPORARY)
    client.force_login(supervisor)
    need = plan.needs.get()
    assert list(client.get(url("people", need.pk)).context["form"].fields["people"].queryset) == [fits]
    assert is_done(dialog(client, "people", need.pk, people=[fits.pk]))
    assert list(need.people.all()) == [fits]


def test_the_standard_tasks_are_loaded_with_one_click(client, supervisor: User, plan: PeakPlan) -> None:
    client.force_login(supervisor)
    assert is_done(dialog(client, "load_standard", plan.pk, owner=supervisor.pk))
    assert plan.tasks.filter(owner=supervisor).count() == len(STANDARD_TASKS) + 1


# Tasks


def tasks(page: str, *args: object) -> str:
    return reverse(f"admin:staffing_peaktask_{page}", args=args)


def test_a_handler_finds_and_ticks_the_own_tasks_only(client, agent: Agent, plan: PeakPlan) -> None:
    foreign, own = plan.tasks.get(), PeakTaskFactory.create(plan=plan, owner=agent.user, text="我的")
    client.force_login(agent.user)
    text = client.get(tasks("changelist")).content.decode()
    assert "我的" in text
    assert foreign.text not in text
    assert client.post(tasks("mark", foreign.pk), {"done": "1"}).status_code == 404
    client.post(tasks("mark", own.pk), {"done": "1", "next": tasks("changelist")})
    own.refresh_from_db()
    assert own.done_by == agent.user
    assert client.get(url("changelist")).status_code == 403


def test_a_box_is_ticked_and_unticked_on_the_page_and_leads_back(
    client, supervisor: User, plan: PeakPlan
) -> None:
    client.force_login(supervisor)
    task = plan.tasks.get()
    answer = client.post(tasks("mark", task.pk), {"done": "1", "next": "https://elsewhere.example"})
    assert answer["Location"] == f"{url('change', plan.pk)}#tasks"
    task.refresh_from_db()
    assert task.done_at == NOW
    client.post(tasks("mark", task.pk), {"done": "0"})
    task.refresh_from_db()
    assert task.done_at is None


@pytest.mark.parametrize(("state", "found"), [("mine", 1), ("open", 2), ("overdue", 1), ("done", 1)])
def test_tasks_are_filtered_by_what_is_left_to_do(
    client, supervisor: User, plan: PeakPlan, state: str, found: int
) -> None:
    PeakTaskFactory.create(plan=plan, due_on=NOW.date().replace(day=1))
    PeakTaskFactory.create(plan=plan, done_at=NOW)
    client.force_login(supervisor)
    assert client.get(tasks("changelist"), {"state": state}).context["cl"].result_count == found


def test_several_tasks_are_ticked_together(client, supervisor: User, plan: PeakPlan) -> None:
    client.force_login(supervisor)
    client.post(tasks("changelist"), {"action": "tick_chosen", "_selected_action": [plan.tasks.get().pk]})
    assert plan.tasks.get().done_at == NOW


# The day, and the file


def test_plan_against_actual_is_shown_once_the_event_has_begun(
    client, supervisor: User, plan: PeakPlan, agent: Agent
) -> None:
    duty = DutyFactory.create(agent=agent, on=FIRST_ON)
    AttendanceFactory.create(duty=duty, signed_out_at=duty.ends_at)
    client.force_login(supervisor)
    assert client.get(url("change", plan.pk)).context["day"] is None
    with time_machine.travel(NOW.replace(month=5), tick=False):
        client.force_login(supervisor)
        shown = client.get(url("change", plan.pk)).context["day"]
        assert (shown.on, len(shown.charts), len(shown.busy)) == (FIRST_ON, 1, 18)
        empty = client.get(url("change", plan.pk), {"day": LAST_ON.isoformat()}).context["day"]
        assert (empty.on, empty.is_empty) == (LAST_ON, True)
        odd = client.get(url("change", plan.pk), {"day": "2026-02-31"}).context["day"]
        assert odd.on == FIRST_ON


def test_the_file_holds_what_the_page_shows_and_is_logged(client, supervisor: User, plan: PeakPlan) -> None:
    plan.tasks.update(text="=1+1")
    client.force_login(supervisor)
    assert client.get(url("workbook", plan.pk)).status_code == 405
    answer = client.post(url("workbook", plan.pk))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 1 + 2 + 4
    assert rows[1][2] == FIRST_ON
    assert any("系统宕机" in str(row[1]) for row in rows)
    assert not any(str(row[1]).startswith("=") for row in rows)
    assert AuditEntry.objects.latest("pk").action == AuditAction.EXPORT


def test_a_review_closes_the_plan_on_its_page(
    client, supervisor: User, director: User, plan: PeakPlan
) -> None:
    plans.approve(plan, by=director, at=NOW)
    with time_machine.travel(NOW.replace(month=5), tick=False):
        client.force_login(supervisor)
        assert offered(client, plan)[0] == "review"
        given = {"went_well": "快", "went_badly": "缺人", "conclusions": "早招"}
        assert is_done(dialog(client, "review", plan.pk, **given))
        page = client.get(url("change", plan.pk))
        assert "早招" in page.content.decode()
        assert (page.context["may_edit"], page.context["may_follow_up"]) == (False, True)
        assert client.post(url("workbook", plan.pk)).status_code == 200
    assert PeakPlan.objects.get().state == PeakState.REVIEWED
