"""S7: tickets counted as demand."""

from datetime import timedelta

import pytest

from complaints import volumes
from complaints.models import Ticket, TicketEvent
from staffing.demand import half_hours
from staffing.models import ContactVolume, ServiceLine
from tests.demand_factories import ServiceLineFactory, instant
from tests.factories import (
    NOW,
    SHANGHAI,
    TODAY,
    AgentFactory,
    CategoryFactory,
    CertificateFactory,
    SkillFactory,
    TicketFactory,
    resolved_ticket,
    standard_policy,
    ticket_in_hand,
)

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
TEN_THIRTY = 21


@pytest.fixture(autouse=True)
def _policy() -> None:
    standard_policy()


@pytest.fixture
def line() -> ServiceLine:
    return ServiceLineFactory.create(counts_tickets=True, default_handling_seconds=600)


def counts(line: ServiceLine) -> dict[object, int]:
    return dict(line.volumes.exclude(contacts=0).values_list("starts_at", "contacts"))


def test_matters_are_counted_by_the_half_hour_in_which_they_came(line: ServiceLine):
    agent = AgentFactory.create(team=line.team)
    for at in (NOW, NOW + 29 * MINUTE, NOW + 30 * MINUTE, NOW - DAY):
        ticket_in_hand(agent, at=at)
    ticket_in_hand(at=NOW)  # Of another team.
    TicketFactory.create()  # Of nobody yet.
    volumes.keep_current(NOW + DAY)
    assert counts(line) == {
        instant(TODAY, TEN_THIRTY): 2,
        instant(TODAY, TEN_THIRTY + 1): 1,
        instant(TODAY - DAY, TEN_THIRTY): 1,
    }


def test_a_line_with_a_skill_counts_the_matters_that_need_it_and_the_general_one_the_rest():
    skill = SkillFactory.create()
    general = ServiceLineFactory.create(counts_tickets=True)
    special = ServiceLineFactory.create(counts_tickets=True, team=general.team, skill=skill)
    top = CategoryFactory.create(skill=skill)
    leaf = CategoryFactory.create(parent=CategoryFactory.create(parent=top))
    other = CategoryFactory.create(skill=SkillFactory.create())
    agent = AgentFactory.create(team=general.team)
    for one in (skill, other.skill):
        CertificateFactory.create(agent=agent, skill=one)
    for category in (leaf, top, other, None):
        ticket_in_hand(agent, category=category)
    volumes.keep_current(NOW)
    volumes.keep_current(NOW + MINUTE)
    assert sum(counts(special).values()) == 2
    assert sum(counts(general).values()) == 2


def test_what_arrived_settled_and_lines_that_are_imported_count_nothing(line: ServiceLine):
    imported = ServiceLineFactory.create(counts_tickets=False)
    ticket_in_hand(AgentFactory.create(team=imported.team))
    settled = TicketFactory.create(settled="退款成功")
    Ticket.objects.filter(pk=settled.pk).update(team=line.team)
    volumes.keep_current(NOW + DAY)
    assert counts(line) == counts(imported) == {}


def test_one_sitting_tells_how_long_the_work_took_and_anything_longer_does_not(line: ServiceLine):
    agent = AgentFactory.create(team=line.team)
    quick, slow = resolved_ticket(agent), resolved_ticket(agent)
    Ticket.objects.filter(pk=quick.pk).update(resolved_at=NOW + 7 * MINUTE)
    Ticket.objects.filter(pk=slow.pk).update(resolved_at=NOW + 31 * MINUTE)
    volumes.keep_current(NOW + DAY)
    volume = line.volumes.get(starts_at=instant(TODAY, TEN_THIRTY))
    assert (volume.contacts, volume.handling_seconds_total) == (2, 7 * 60 + 600)


def test_a_matter_that_is_handed_on_is_counted_with_its_new_team(line: ServiceLine):
    agent, other = AgentFactory.create(team=line.team), ServiceLineFactory.create(counts_tickets=True)
    ticket = ticket_in_hand(agent)
    volumes.keep_current(NOW)
    Ticket.objects.filter(pk=ticket.pk).update(team=other.team)
    volumes.keep_current(NOW + MINUTE)
    assert (counts(line), sum(counts(other).values())) == ({}, 1)


def test_counting_again_changes_nothing(line: ServiceLine):
    ticket_in_hand(AgentFactory.create(team=line.team))
    assert [volumes.keep_current(NOW + MINUTE) for _ in range(2)] == [1, 0]


def test_a_new_line_is_counted_back_and_one_left_behind_catches_up(line: ServiceLine):
    agent = AgentFactory.create(team=line.team)
    for days in (50, 9, 8):
        ticket_in_hand(agent, at=NOW - days * DAY)
    volumes.keep_current(NOW - 9 * DAY + MINUTE)
    assert len(counts(line)) == 2
    volumes.keep_current(NOW)
    assert len(counts(line)) == 3
    starts = line.volumes.values_list("starts_at", flat=True)
    counted = {half_hours.slot_of(at, SHANGHAI)[0] for at in starts}
    assert len(counted) == 51, "days on which nothing came are known, too"


def test_days_before_the_first_matter_are_not_counted(line: ServiceLine):
    ticket_in_hand(AgentFactory.create(team=line.team), at=NOW - 2 * DAY)
    volumes.keep_current(NOW)
    assert line.volumes.earliest("starts_at").starts_at >= NOW - 3 * DAY
    assert ContactVolume.objects.count() == 3


def test_without_any_matter_there_is_nothing_to_count(line: ServiceLine):
    assert not TicketEvent.objects.exists()
    assert volumes.keep_current(NOW) == 0
    assert not line.volumes.exists()
