"""S7: events that lift the demand."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from portal.errors import MissingInformation, NotAllowed
from portal.models import AuditEntry, User
from staffing.choices import DemandEventKind
from staffing.demand import events
from staffing.models import Agent, DemandEvent, Team
from tests.demand_factories import DemandEventFactory, ServiceLineFactory
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DOUBLE_ELEVEN = {
    "name": "双11",
    "kind": DemandEventKind.PEAK,
    "first_on": date(2026, 10, 31),
    "last_on": date(2026, 11, 11),
    "factor": 2.8,
}


def declare(event: DemandEvent | None = None, *, by: User | None = None, **more: object) -> DemandEvent:
    return events.declare(event, **DOUBLE_ELEVEN | {"team": None} | more, by=by, at=NOW)


def test_a_supervisor_declares_for_the_own_team_and_its_lines(supervisor: User, team: Team):
    line = ServiceLineFactory.create(team=team)
    event = declare(team=team, lines=[line], by=supervisor)
    assert (event.factor, list(event.lines.all())) == (2.8, [line])
    assert AuditEntry.objects.of(event).get().actor == supervisor


def test_for_all_teams_only_those_declare_who_look_after_all(supervisor: User, administrator: User):
    with pytest.raises(NotAllowed):
        declare(by=supervisor)
    assert declare(by=administrator).team is None


def test_nobody_declares_for_another_team_or_without_the_right(supervisor: User, agent: Agent):
    with pytest.raises(NotAllowed):
        declare(team=ServiceLineFactory.create().team, by=supervisor)
    with pytest.raises(NotAllowed):
        declare(team=agent.team, by=agent.user)


def test_an_event_of_others_cannot_be_drawn_into_the_own_team(supervisor: User, team: Team):
    for event in (
        DemandEventFactory.create(),
        DemandEventFactory.create(team=ServiceLineFactory.create().team),
    ):
        with pytest.raises(NotAllowed):
            declare(event, team=team, by=supervisor)


def test_lines_of_another_team_are_refused(team: Team):
    with pytest.raises(MissingInformation) as refusal:
        declare(team=team, lines=[ServiceLineFactory.create()])
    assert "lines" in refusal.value.fields
    assert not DemandEvent.objects.exists()


def test_what_is_changed_is_logged_and_nothing_else(administrator: User):
    event = declare(by=administrator)
    declare(event, factor=3.0, by=administrator)
    declare(event, factor=3.0, by=administrator)
    entries = AuditEntry.objects.of(event)
    assert [entry.changes.get("factor") for entry in entries if entry.action == "change"] == [[2.8, 3.0]]


@pytest.mark.parametrize(
    "odd", [{"factor": 0}, {"factor": -1}, {"last_on": date(2026, 10, 30)}, {"name": ""}, {"kind": "x"}]
)
def test_an_event_that_cannot_be_meant_is_refused(odd: dict[str, object]):
    with pytest.raises(ValidationError):
        declare(**odd)
    assert not DemandEvent.objects.exists()
