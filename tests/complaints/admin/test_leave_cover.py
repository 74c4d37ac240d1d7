"""A supervisor gives the matters of an absent agent to one who covers. # C8"""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from complaints import classification
from complaints.choices import OwnershipKind
from complaints.models import Ticket
from portal.choices import Role
from staffing.models import Agent
from tests.complaints.admin.conftest import AT_WORK, FRAGMENT, is_done
from tests.factories import (
    NOW,
    AgentFactory,
    CategoryFactory,
    SkillFactory,
    TicketFactory,
    UserFactory,
    agent_on_duty,
    ticket_in_hand,
)

pytestmark = AT_WORK

COVER = "/admin/complaints/ticket/leave-cover/"
LIST = "/admin/complaints/ticket/"
ON_DUTY = "/admin/staffing/attendance/on-duty/"


@pytest.fixture
def absent(team) -> Agent:
    """A handler who did not come today."""
    return AgentFactory.create(team=team, user__name="王磊")


def ask(client, agent: Agent, to: Agent, **more: Any) -> Any:
    """Send the dialog, as it was first filled in."""
    return client.post(
        COVER, {"agent": agent.pk, "to": to.pk, "reason": "病假", "agreed": ""} | more, headers=FRAGMENT
    )


def confirm(client, asked: Any, agent: Agent, to: Agent) -> Any:
    """Send it again, as the dialog came back."""
    return ask(client, agent, to, agreed=asked.context["form"]["agreed"].value())


def offered(page: Any, name: str) -> set[Agent]:
    """Whom a field of the dialog lets one choose."""
    return set(page.context["form"].fields[name].queryset)


def test_all_open_matters_of_the_absent_go_to_the_one_who_covers(signed_in, supervisor, absent, handler):
    tickets = [ticket_in_hand(absent) for _ in range(2)]
    client = signed_in(supervisor)
    asked = ask(client, absent, handler)
    told = "2 tickets of 王磊 go to 林晓雨, who then has 2 in hand (limit: 30). First responsibility stays."
    assert told in asked.content.decode()
    assert not is_done(asked)
    assert {ticket.handler for ticket in Ticket.objects.all()} == {absent}
    assert is_done(confirm(client, asked, absent, handler))
    for ticket in Ticket.objects.all():
        assert (ticket.handler, ticket.first_responsible) == (handler, absent)
        entry = ticket.ownership.holding().get()
        assert (entry.kind, entry.reason, entry.by) == (OwnershipKind.LEAVE_COVER, "病假", supervisor)
    assert len(tickets) == 2
    [message] = client.get(LIST).context["messages"]
    assert str(message) == "2 tickets of 王磊 now lie with 林晓雨."


def test_what_has_changed_since_it_was_agreed_to_is_asked_anew(signed_in, supervisor, absent, handler):
    ticket_in_hand(absent)
    client = signed_in(supervisor)
    asked = ask(client, absent, handler)
    ticket_in_hand(absent)
    again = confirm(client, asked, absent, handler)
    assert not is_done(again)
    assert "2 tickets of 王磊 go to 林晓雨" in again.content.decode()
    assert is_done(confirm(client, again, absent, handler))


def test_what_the_other_may_not_take_is_named_with_the_reason_and_nothing_moves(
    signed_in, supervisor, absent, handler
):
    ticket_in_hand(absent)
    hard = ticket_in_hand(absent, subject="舆情")
    skill = SkillFactory.create(name="舆情处置")
    classification.classify(
        hard, category=CategoryFactory.create(skill=skill), by=absent.user, at=NOW - timedelta(minutes=1)
    )
    refused = ask(signed_in(supervisor), absent, handler)
    told = f"{hard.number} 舆情: 林晓雨 holds no valid certificate for “舆情处置”."
    assert refused.context["form"].non_field_errors() == [told]
    assert not refused.context["form"].question
    assert {ticket.handler for ticket in Ticket.objects.all()} == {absent}


def test_a_matter_out_of_sight_is_named_by_its_number_alone(signed_in, supervisor, absent, handler, stranger):
    ticket = ticket_in_hand(absent, subject="保密")
    Ticket.objects.filter(pk=ticket.pk).update(team=stranger.team)
    refused = ask(signed_in(supervisor), absent, handler)
    assert refused.context["form"].non_field_errors() == [
        f"{ticket.number}: This ticket belongs to another team."
    ]


def test_whoever_goes_off_duty_in_between_covers_nobody(signed_in, supervisor, absent, handler):
    ticket_in_hand(absent)
    client = signed_in(supervisor)
    asked = ask(client, absent, handler)
    handler.attendances.update(signed_out_at=NOW)
    assert not is_done(confirm(client, asked, absent, handler))
    assert Ticket.objects.get().handler == absent


def test_those_who_have_something_in_hand_are_offered_and_those_on_duty_to_cover(
    signed_in, supervisor, absent, handler, stranger
):
    ticket_in_hand(absent)
    gone = AgentFactory.create(team=absent.team, user__name="已离职")
    ticket_in_hand(gone)
    Agent.objects.filter(pk=gone.pk).update(left_on=NOW.date() - timedelta(days=1))
    ticket_in_hand(stranger)
    page = signed_in(supervisor).get(COVER)
    assert offered(page, "agent") == {absent, gone}
    assert offered(page, "to") == {supervisor.agent, handler}
    assert "王磊 · 售后一组 · 1 ticket<" in page.content.decode()
    assert "林晓雨 · 售后一组 · 0/30<" in page.content.decode()


def test_another_teams_matters_are_nobody_elses_to_give(signed_in, supervisor, absent, handler, stranger):
    ticket_in_hand(stranger)
    ticket_in_hand(absent)
    client = signed_in(supervisor)
    elsewhere = agent_on_duty(team=stranger.team)
    for agent, to in ((stranger, handler), (absent, elsewhere)):
        assert ask(client, agent, to).context["form"].errors
    assert not Ticket.objects.filter(handler__in=[handler, elsewhere]).exists()


def test_nobody_covers_for_himself(signed_in, supervisor, handler):
    ticket_in_hand(handler)
    assert ask(signed_in(supervisor), handler, handler).context["form"].errors.keys() == {"to"}


def test_a_reason_is_needed(signed_in, supervisor, absent, handler):
    ticket_in_hand(absent)
    assert ask(signed_in(supervisor), absent, handler, reason=" ").context["form"].errors.keys() == {"reason"}


@pytest.mark.parametrize("role", [Role.HANDLER, Role.DIRECTOR, Role.INSPECTOR])
def test_only_who_may_assign_arranges_cover(signed_in, role, absent, handler):
    ticket_in_hand(absent)
    client = signed_in(UserFactory.create(roles=[role]))
    assert client.get(COVER).status_code == 403
    assert ask(client, absent, handler).status_code == 403
    for page in (LIST, ON_DUTY):
        assert COVER not in client.get(page).content.decode()
    assert Ticket.objects.get().handler == absent


def test_a_supervisor_finds_it_where_he_looks(signed_in, supervisor, absent):
    ticket_in_hand(absent)
    client = signed_in(supervisor)
    for page in (LIST, ON_DUTY):
        assert f'href="{COVER}"' in client.get(page).content.decode()
    begun = client.get(f"{COVER}?agent={absent.pk}")
    assert f'<option value="{absent.pk}" selected' in begun.content.decode()


def test_as_a_page_of_its_own_it_leads_on_to_the_list(signed_in, supervisor, absent, handler):
    ticket_in_hand(absent)
    client = signed_in(supervisor)
    given = {"agent": absent.pk, "to": handler.pk, "reason": "病假"}
    asked = client.post(COVER, given)
    given["agreed"] = asked.context["form"]["agreed"].value()
    own_page = FRAGMENT | {"HX-Current-URL": f"http://testserver{COVER}?agent={absent.pk}"}
    assert client.post(COVER, given, headers=own_page).headers["HX-Redirect"] == LIST
    Ticket.objects.update(handler=absent)
    assert client.post(COVER, given).headers["Location"] == reverse("admin:complaints_ticket_changelist")


def test_many_matters_cost_no_more_to_look_through(
    signed_in, supervisor, absent, handler, django_assert_max_num_queries
):
    for number in range(12):
        ticket_in_hand(absent, category=CategoryFactory.create(), order_no=f"A{number}")
        TicketFactory.create()
    client = signed_in(supervisor)
    with django_assert_max_num_queries(25):
        assert "12 tickets" in ask(client, absent, handler).content.decode()
