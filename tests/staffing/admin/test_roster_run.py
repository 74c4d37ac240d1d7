"""S8: the pages of planning by machine."""

import pytest
import time_machine
from django.urls import reverse

from portal.choices import Role
from staffing.choices import RunKind
from staffing.models import DutyAssignment, RosterRun
from staffing.planning import generation
from staffing.rosters import editing
from staffing.rosters.editing import CellChange
from tests.factories import NOW, DutyFactory, RosterFactory, ShiftTypeFactory, UserFactory
from tests.roster_factories import NEXT_MONDAY, proposed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def day():
    return ShiftTypeFactory.create()


@pytest.fixture
def roster(agent, day):  # noqa: ARG001 - a shift to plan with
    return RosterFactory.create(team=agent.team, first_on=NEXT_MONDAY)


@pytest.fixture
def director():
    return UserFactory.create(roles=[Role.DIRECTOR])


def url(page, *args):
    return reverse(f"admin:staffing_rosterrun_{page}", args=args)


def test_the_form_begins_with_the_weights_of_the_roster(client, supervisor, roster):
    roster.weights = {"cover": 5}
    roster.save()
    client.force_login(supervisor)
    form = client.get(url("plan", roster.pk)).context["form"]
    assert (form["cover"].value(), form["wishes"].value()) == (5, 3)


def test_what_is_asked_is_a_run_that_waits(client, supervisor, roster, day):
    client.force_login(supervisor)
    given = {
        "cover": 4,
        "wishes": 2,
        "fairness": 3,
        "pattern": 1,
        "seconds": 60,
        "seed": 9,
        "shifts": [day.pk],
    }
    answer = client.post(url("plan", roster.pk), given)
    run = RosterRun.objects.get()
    assert answer.url == url("change", run.pk)
    assert (run.seconds, run.seed, run.weights["cover"], run.options["shift_codes"]) == (60, 9, 4, ["D"])
    again = client.post(url("plan", roster.pk), given)
    assert again.status_code == 400
    assert RosterRun.objects.count() == 1


def test_an_absence_opens_with_the_cell_it_was_asked_for(client, supervisor, roster, agent, day):
    DutyFactory.create(agent=agent, shift_type=day, on=NEXT_MONDAY, roster=roster)
    client.force_login(supervisor)
    form = client.get(url("repair", roster.pk), {"agent": agent.pk, "on": str(NEXT_MONDAY)}).context["form"]
    assert (form["agent"].value(), form["first_on"].value()) == (str(agent.pk), NEXT_MONDAY)
    client.post(
        url("repair", roster.pk),
        {"agent": agent.pk, "first_on": str(NEXT_MONDAY), "last_on": str(NEXT_MONDAY)},
    )
    assert RosterRun.objects.get().kind == RunKind.REPAIR


def test_progress_is_told_and_a_run_is_stopped(client, supervisor, roster):
    run = generation.claim(generation.ask(roster, by=supervisor, at=NOW).pk, at=NOW)
    generation.report(run, at=NOW, progress={"phase": "parts", "percent": 40, "value": 12.0, "trace": []})
    client.force_login(supervisor)
    told = client.get(url("progress", run.pk)).json()
    assert (told["is_open"], told["percent"], told["value"]) == (True, 40, 12.0)
    assert client.get(url("stop", run.pk)).status_code == 405
    client.post(url("stop", run.pk))
    run.refresh_from_db()
    assert run.is_stop_asked


def test_proposals_stand_side_by_side_with_what_could_not_be_met(client, director, roster, agent):
    proposal = proposed(roster, agent)
    client.force_login(director)
    answer = client.get(url("change", proposal.run_id))
    page = answer.context["page"]
    figures = {str(row.label): [figure.text for figure in row.figures] for row in page.rows}
    assert ["–", "1 / 2"] in figures.values()
    assert page.lines[0].cells[0].is_changed
    (shortage,) = page.shortages
    assert "14" in shortage.arithmetic
    assert "10" in shortage.arithmetic
    html = answer.content.decode()
    assert agent.user.name in html
    assert url("apply", proposal.pk) not in html  # A director only looks.


def test_a_proposal_is_applied(client, supervisor, roster, agent):
    proposal = proposed(roster, agent)
    client.force_login(supervisor)
    cells = client.get(url("cells", proposal.pk)).json()["cells"]
    assert cells == [{"agent": agent.pk, "on": str(NEXT_MONDAY), "codes": ["D"]}]
    assert client.get(url("apply", proposal.pk)).status_code == 405
    client.post(url("apply", proposal.pk))
    assert DutyAssignment.objects.planned().get().on == NEXT_MONDAY


def test_where_a_cell_was_changed_since_the_rest_is_offered(client, supervisor, roster, agent):
    proposal = proposed(roster, agent)
    ShiftTypeFactory.create(is_night=True)
    editing.change_cells(roster, [CellChange(agent.pk, NEXT_MONDAY, ("N",))], by=None, at=NOW)
    client.force_login(supervisor)
    answer = client.post(url("apply", proposal.pk), follow=True)
    assert 'name="takes_rest"' in answer.content.decode()
    client.post(url("apply", proposal.pk), {"takes_rest": "on"})
    assert DutyAssignment.objects.planned().get().shift_type.code == "N"
    proposal.refresh_from_db()
    assert proposal.is_applied


def test_only_who_plans_the_team_asks_and_applies(client, director, roster, agent):
    proposal = proposed(roster, agent)
    foreign = UserFactory.create(roles=[Role.SUPERVISOR])
    for by, status in ((director, 403), (agent.user, 403), (foreign, 404)):
        client.force_login(by)
        assert client.get(url("plan", roster.pk)).status_code == status
        assert client.get(url("repair", roster.pk)).status_code == status
        assert client.post(url("apply", proposal.pk)).status_code == status
        assert client.get(url("cells", proposal.pk)).status_code == status
    assert not DutyAssignment.objects.exists()
    client.force_login(foreign)
    assert client.get(url("change", proposal.run_id)).status_code == 404
    client.force_login(director)
    client.post(url("stop", proposal.run_id))
    assert client.get(url("change", proposal.run_id)).status_code == 200


def test_a_director_reads_of_no_protection(client, supervisor, director, roster, agent):  # X6
    proposal = proposed(roster, agent)
    day = {"on": NEXT_MONDAY.isoformat(), "needed": 1, "staffed": 0, "ways": []}
    day["obstacles"] = {"no_nights": [agent.pk]}
    fact = {"rule": "minimum", "code": "N", "skill": None, "needed": 1, "possible": 0, "missing": 1}
    proposal.shortfalls = [fact | {"days": [day], "more": 0}]
    proposal.save()
    pages = []
    for user in (supervisor, director):
        client.force_login(user)
        pages.append(client.get(url("change", proposal.run.pk)).content.decode())
    assert ["不安排夜班" in page for page in pages] == [True, False]
