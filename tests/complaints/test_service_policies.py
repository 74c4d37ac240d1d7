"""Editions of the service policy. C8"""

from datetime import timedelta

import pytest

from complaints import service_policies
from complaints.choices import Channel, ClockKind, Kind
from complaints.models import ServicePolicy
from complaints.service_policies import Line, Terms
from portal.choices import Role
from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry
from staffing.models import Calendar
from tests.factories import NOW, TicketFactory, UserFactory, standard_policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("edition")]

TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def edition() -> ServicePolicy:
    return standard_policy()


@pytest.fixture
def supervisor():
    return UserFactory.create(roles=[Role.SUPERVISOR])


def draft(**terms) -> ServicePolicy:
    terms = {"in_force_from": TOMORROW, "by": None, "at": NOW} | terms
    return service_policies.draft(**terms)


def terms_of(edition: ServicePolicy, **changes) -> Terms:
    names = ("in_force_from", "note", "crisis_factor", "key_account_factor", "warn_share")
    return Terms(**({name: getattr(edition, name) for name in names} | changes))


def test_the_first_edition_is_what_the_sources_say(edition):
    chat = edition.targets.get(clock=ClockKind.FIRST_RESPONSE, channel=Channel.CHAT, kind="")
    assert chat.limit == timedelta(minutes=5)
    assert chat.calendar.code == "chat"
    assert edition.targets.get(clock=ClockKind.COMPLAINT_ANSWER).limit == timedelta(hours=24)


def test_seeding_again_changes_nothing(edition):
    again = service_policies.seed_standard_policy(by=None, at=NOW)
    assert again == edition
    assert ServicePolicy.objects.count() == 1


def test_a_new_edition_is_a_copy_of_the_last(edition):
    new = draft(note="大促")
    assert (new.number, new.note) == (edition.number + 1, "大促")
    assert service_policies.compare(edition, new) == []
    assert new.targets.count() == edition.targets.count()


def test_an_edition_comes_into_force_at_its_time_and_not_before(edition):
    new = draft()
    assert ServicePolicy.objects.in_force(TOMORROW - timedelta(seconds=1)) == edition
    assert ServicePolicy.objects.in_force(TOMORROW) == new


@pytest.mark.parametrize("in_force_from", [NOW, NOW - timedelta(days=1)])
def test_no_edition_reaches_back(in_force_from):
    with pytest.raises(MissingInformation) as refusal:
        draft(in_force_from=in_force_from)
    assert "in_force_from" in refusal.value.fields


def test_a_draft_is_amended_and_the_change_recorded(edition, supervisor):
    new = draft()
    lines = service_policies.lines_of(new)
    shorter = Line(**(vars(lines[0]) | {"limit": timedelta(minutes=1)}))
    service_policies.amend(new, terms_of(new, note="更快"), [shorter, *lines[1:]], by=supervisor, at=NOW)
    [difference] = service_policies.compare(edition, new)
    assert difference.after.limit == timedelta(minutes=1)
    entry = AuditEntry.objects.of(new).first()
    assert entry.actor == supervisor
    assert entry.changes["note"] == ["", "更快"]


def test_amending_to_the_same_records_nothing():
    new = draft()
    before = AuditEntry.objects.count()
    service_policies.amend(new, terms_of(new), service_policies.lines_of(new), by=None, at=NOW)
    assert AuditEntry.objects.count() == before


def test_what_is_in_force_is_never_edited(edition):
    lines = service_policies.lines_of(edition)
    with pytest.raises(WrongState):
        service_policies.amend(edition, terms_of(edition, in_force_from=TOMORROW), lines, by=None, at=NOW)
    with pytest.raises(WrongState):
        service_policies.publish(edition, by=None, at=NOW)


def test_an_edition_is_published_at_once():
    new = service_policies.publish(draft(), by=None, at=NOW)
    assert ServicePolicy.objects.in_force(NOW) == new


def test_an_edition_without_targets_promises_nothing():
    new = draft()
    with pytest.raises(MissingInformation):
        service_policies.amend(new, terms_of(new), [], by=None, at=NOW)


def test_two_targets_for_the_same_matters_contradict_each_other():
    new = draft()
    lines = service_policies.lines_of(new)
    with pytest.raises(MissingInformation):
        service_policies.amend(new, terms_of(new), [*lines, lines[0]], by=None, at=NOW)


def test_a_limit_is_longer_than_nothing():
    new = draft()
    nothing = Line(
        clock=ClockKind.NEXT_REPLY,
        kind=Kind.ORDER,
        limit=timedelta(0),
        calendar=Calendar.objects.get(code="chat"),
    )
    with pytest.raises(MissingInformation):
        service_policies.amend(new, terms_of(new), [nothing], by=None, at=NOW)


def test_comparing_tells_what_was_added_removed_and_changed(edition):
    new = draft()
    first, second, *rest = service_policies.lines_of(new)
    added = Line(**(vars(first) | {"kind": Kind.ORDER}))
    longer = Line(**(vars(second) | {"limit": second.limit * 2}))
    service_policies.amend(new, terms_of(new), [longer, added, *rest], by=None, at=NOW)
    seen = {
        difference.fit: (bool(difference.before), bool(difference.after))
        for difference in service_policies.compare(edition, new)
    }
    assert seen == {first.fit: (True, False), second.fit: (True, True), added.fit: (False, True)}


@pytest.mark.parametrize("role", [Role.HANDLER, Role.INSPECTOR, Role.DIRECTOR])
def test_only_supervisors_and_administrators_change_policies(role):
    user = UserFactory.create(roles=[role])
    with pytest.raises(NotAllowed):
        draft(by=user)


def test_a_ticket_is_measured_by_the_edition_in_force_when_it_came(edition):
    ticket = TicketFactory.create()
    service_policies.publish(draft(), by=None, at=NOW)
    assert {clock.policy for clock in ticket.clocks.all()} == {edition}
