"""The ticket list: queues, search, filters, masking, bulk acts, cost. C1 C6 C7 X1 X2"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse

from complaints import assignment, handling
from complaints.choices import Severity, Status, WaitingFor
from complaints.models import Ticket
from portal.choices import AuditAction, Role
from portal.models import AuditEntry
from staffing.models import Agent
from tests.complaints.admin.conftest import AT_WORK, FRAGMENT, is_done
from tests.factories import (
    NOW,
    CategoryFactory,
    TicketFactory,
    UserFactory,
    resolved_ticket,
    ticket_in_hand,
)

pytestmark = AT_WORK

LIST = "/admin/complaints/ticket/"
PHONE = "13812345678"
DIGITS = re.compile(r"138[\s-]?1234[\s-]?5678")
QUERIES_AT_MOST = 20


def rows(client, asked: str = "") -> list[Ticket]:
    response = client.get(f"{LIST}?{asked}")
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


def bulk(client, name: str, tickets: list[Ticket], **typed: Any) -> Any:
    data = {"action": name, "index": "0", ACTION_CHECKBOX_NAME: [ticket.pk for ticket in tickets], **typed}
    return client.post(f"{LIST}?queue=all", data, headers=FRAGMENT)


def test_a_handler_begins_with_his_own_matters_the_soonest_due_first(signed_in, handler, colleague):
    later = ticket_in_hand(handler)
    sooner = ticket_in_hand(handler, at=NOW - timedelta(minutes=3))
    ticket_in_hand(colleague)
    resolved_ticket(handler)
    assert rows(signed_in(handler.user)) == [sooner, later]


def test_a_supervisor_begins_with_all_the_newest_first(signed_in, supervisor, handler):
    old, new = resolved_ticket(handler), TicketFactory.create()
    assert rows(signed_in(supervisor)) == [new, old]


def test_each_queue_holds_what_it_says(signed_in, supervisor, handler):
    fresh = TicketFactory.create()
    parked = TicketFactory.create(category=CategoryFactory.create(), order_no="P1")
    Ticket.objects.filter(pk=parked.pk).update(parked_at=NOW)
    late = ticket_in_hand(handler, at=NOW - timedelta(minutes=30))
    waiting = ticket_in_hand(handler)
    handling.wait(waiting, for_=WaitingFor.THIRD_PARTY, reason="等快递", by=handler.user, at=NOW)
    closed = TicketFactory.create(settled="已退款")
    client = signed_in(supervisor)
    assert set(rows(client, "queue=unassigned")) == {fresh, parked}
    assert rows(client, "queue=late") == [late]
    assert rows(client, "queue=waiting") == [waiting]
    assert rows(client, "queue=parked") == [parked]
    assert rows(client, "queue=mine") == []
    assert closed in rows(client, "queue=all")
    assert closed in rows(client, "queue=nonsense")


def test_the_tabs_say_how_much_lies_in_each(signed_in, supervisor, handler):
    TicketFactory.create()
    ticket_in_hand(handler, at=NOW - timedelta(minutes=30))
    resolved_ticket(handler)
    tabs = signed_in(supervisor).get(LIST).context["cl"].tabs()
    counts = {tab.queue.code: tab.count for tab in tabs}
    assert counts == {
        "mine": "",
        "unassigned": "1",
        "late": "1",
        "waiting": "",
        "parked": "",
        "to_close": "1",
        "all": "",
    }
    assert [tab.queue.code for tab in tabs if tab.is_active] == ["all"]


def test_what_is_to_close_stands_the_longest_resolved_first_though_its_agent_has_left(
    signed_in, supervisor, handler, stranger
):
    late = resolved_ticket(handler, at=NOW - timedelta(days=1))
    early = resolved_ticket(handler, at=NOW - timedelta(days=3))
    resolved_ticket(stranger)
    Agent.objects.filter(pk=handler.pk).update(left_on=NOW.date() - timedelta(days=1))
    client = signed_in(supervisor)
    assert rows(client, "queue=to_close") == [early, late]
    shown = client.get(f"{LIST}?queue=to_close").content.decode()
    assert "has left" in shown
    assert "3 d ago" in shown


def test_a_matter_is_found_by_what_people_have_in_hand(signed_in, supervisor):
    wanted = TicketFactory.create(
        phone=PHONE,
        email="fang@example.com",
        account="fang88",
        order_no="A1001",
        external_id="X-77",
        subject="杯子碎了两个",
    )
    TicketFactory.create(phone="13900000000", order_no="A1002", subject="什么时候发货")
    client = signed_in(supervisor)
    for text in (
        wanted.number,
        wanted.number.lower(),
        "A1001",
        "X-77",
        PHONE,
        "+86 138-1234-5678",
        "Fang@Example.com",
        "fang88",
        "碎了",
        "杯子 两个",
    ):
        assert rows(client, f"q={text.replace('+', '%2B')}") == [wanted], text


@pytest.mark.parametrize("part", ["1381234", "5678", "fang", "example.com", "A100"])
def test_a_part_of_what_is_personal_or_exact_finds_nothing(signed_in, supervisor, part):
    TicketFactory.create(phone=PHONE, email="fang@example.com", order_no="A1001")
    assert rows(signed_in(supervisor), f"q={part}") == []


def test_a_search_looks_in_every_queue(signed_in, handler):
    closed = TicketFactory.create(settled="已退款", order_no="A1001")
    Ticket.objects.filter(pk=closed.pk).update(team=handler.team)
    assert rows(signed_in(handler.user), "queue=mine&q=A1001") == [closed]


def test_the_list_is_filtered(signed_in, supervisor, handler):
    top = CategoryFactory.create(name="物流")
    below = CategoryFactory.create(name="丢件", parent=top)
    grave = TicketFactory.create(severity=Severity.HIGH, category=below)
    held = ticket_in_hand(handler, at=NOW - timedelta(days=2))
    client = signed_in(supervisor)
    assert rows(client, "severity__exact=high") == [grave]
    assert rows(client, f"category={top.pk}") == [grave]
    assert rows(client, f"status__exact={Status.IN_PROGRESS}") == [held]
    assert rows(client, f"handler__id__exact={handler.pk}") == [held]
    assert rows(client, "received_at_from=2026-03-11&received_at_to=2026-03-11") == [grave]
    assert rows(client, "received_at_from=2026-03-09&received_at_to=2026-03-09") == [held]
    assert set(rows(client, "category=nonsense&received_at_from=nonsense")) == {grave, held}


def test_a_chinese_calendar_filters_by_chinese_dates(client, supervisor):
    TicketFactory.create(received_at=NOW - timedelta(days=2))
    today = TicketFactory.create()
    client.force_login(supervisor)
    assert rows(client, "received_at_from=2026/03/11") == [today]


@pytest.mark.parametrize(
    "asked",
    [
        "customer__name__startswith=王",
        "customer__identities__value__startswith=138",
        "customer__identities__digest__startswith=a",
        "subject__startswith=杯",
        "description__regex=.",
        "handler__user__password__startswith=p",
        "status__regex=.",
    ],
)
def test_the_query_string_reads_nothing_out(signed_in, supervisor, asked):
    TicketFactory.create(phone=PHONE, name="王芳", subject="杯子")
    assert signed_in(supervisor).get(f"{LIST}?{asked}").status_code == 400


def test_no_customer_is_shown_in_clear(signed_in, handler, supervisor):
    ticket_in_hand(handler, phone=PHONE, name="王芳")
    for user in (handler.user, supervisor):
        shown = signed_in(user).get(f"{LIST}?queue=all").content.decode()
        assert "王**" in shown
        assert "王芳" not in shown
        assert not DIGITS.search(shown)


def test_late_matters_are_marked_with_the_exact_time(signed_in, handler):
    ticket_in_hand(handler, at=NOW - timedelta(minutes=30))
    shown = signed_in(handler.user).get(LIST).content.decode()
    assert 'class="due tone-danger" title="2026-03-11 10:05:00">25 min late<' in shown


def test_a_hundred_rows_cost_no_more_queries_than_one(
    signed_in, supervisor, handler, django_assert_max_num_queries
):
    ticket_in_hand(handler, level="key")
    client = signed_in(supervisor)
    client.get(f"{LIST}?queue=all")
    with django_assert_max_num_queries(QUERIES_AT_MOST) as few:
        client.get(f"{LIST}?queue=all")
    category = CategoryFactory.create()
    for number in range(100):
        TicketFactory.create(phone=f"1390000{number:04}", category=category, order_no=f"B{number}")
    with django_assert_max_num_queries(QUERIES_AT_MOST) as many:
        client.get(f"{LIST}?queue=all")
    assert len(many) == len(few)


def test_the_ticked_rows_are_assigned_through_one_dialog(signed_in, supervisor, colleague):
    tickets = [TicketFactory.create() for _ in range(2)]
    client = signed_in(supervisor)
    asked = bulk(client, "assign", tickets)
    assert not is_done(asked)
    assert colleague in asked.context["form"].fields["agent"].queryset
    kept = dict(asked.context["kept"])
    assert kept["action"] == "assign"
    assert is_done(bulk(client, "assign", tickets, sent="1", agent=colleague.pk, reason=""))
    assert {ticket.handler for ticket in Ticket.objects.all()} == {colleague}


def test_what_is_refused_is_told_and_hinders_no_other(signed_in, supervisor, colleague):
    free, taken = TicketFactory.create(), ticket_in_hand(colleague)
    client = signed_in(supervisor)
    assert is_done(bulk(client, "claim", [free, taken]))
    told = [str(message) for message in client.get(LIST).context["messages"]]
    assert told[0] == "Claimed: 1."
    assert taken.number in told[1]
    assert Ticket.objects.get(pk=taken.pk).handler == colleague


def test_several_matters_are_handed_on_and_taken_over(signed_in, supervisor, handler, colleague):
    tickets = [ticket_in_hand(handler) for _ in range(2)]
    client = signed_in(handler.user)
    assert not is_done(bulk(client, "transfer", tickets, sent="1", to=colleague.pk, reason=""))
    assert is_done(bulk(client, "transfer", tickets, sent="1", to=colleague.pk, reason="下班"))
    assert all(ticket.ownership.pending().exists() for ticket in tickets)
    assert is_done(bulk(signed_in(supervisor), "take_over", tickets, sent="1", reason="投诉"))
    assert {ticket.handler.user for ticket in Ticket.objects.all()} == {supervisor}


def test_another_teams_rows_cannot_be_ticked(signed_in, stranger, handler):
    ticket = ticket_in_hand(handler)
    bulk(signed_in(stranger.user), "take_over", [ticket], sent="1", reason="试试")
    assert Ticket.objects.get(pk=ticket.pk).handler == handler


def test_acts_on_many_are_offered_to_those_who_may(signed_in, supervisor, handler, inspector):
    TicketFactory.create()

    def offered(user) -> set[str]:
        return set(
            signed_in(user).get(f"{LIST}?queue=all").context["cl"].model_admin.get_actions(_Asked(user))
        )

    assert offered(supervisor) == {"claim", "assign", "transfer", "take_over"}
    assert offered(handler.user) == {"claim", "transfer", "take_over"}
    assert offered(inspector) == set()


class _Asked:
    def __init__(self, user) -> None:
        self.user = user


def test_the_list_is_taken_away_masked_and_that_is_recorded(signed_in, supervisor):
    TicketFactory.create(phone=PHONE, name="王芳", subject="=1+1")
    client = signed_in(supervisor)
    file = client.post(reverse("admin:complaints_ticket_export"), {"format": "1"})
    text = file.content.decode("utf-8-sig")
    assert "王**" in text
    assert "王芳" not in text
    assert not DIGITS.search(text)
    assert "\n=1+1" not in text
    assert ",=1+1" not in text
    assert AuditEntry.objects.get(action=AuditAction.EXPORT).actor == supervisor


@pytest.mark.parametrize("role", [Role.HANDLER, Role.INSPECTOR])
def test_who_may_not_take_the_list_away_cannot(signed_in, role):
    client = signed_in(UserFactory.create(roles=[role]))
    assert client.post(reverse("admin:complaints_ticket_export"), {"format": "1"}).status_code == 403


def test_dispatching_and_the_list_agree_on_the_queue(signed_in, supervisor, handler):
    ticket = TicketFactory.create()
    assignment.dispatch_waiting(at=NOW)
    assert ticket not in rows(signed_in(supervisor), "queue=unassigned")
    assert rows(signed_in(handler.user)) in ([ticket], [])


def test_the_filter_by_handler_offers_the_agents_one_may_see(signed_in, supervisor, handler, stranger):
    asked = "?app_label=complaints&model_name=ticket&field_name=handler&term="
    offered = signed_in(supervisor).get(reverse("admin:autocomplete") + asked).json()["results"]
    names = {row["id"] for row in offered}
    assert str(handler.pk) in names
    assert str(stranger.pk) not in names
