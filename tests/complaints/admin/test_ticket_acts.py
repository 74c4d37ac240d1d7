"""Each act of the ticket's page, by the people who may and may not. C7 C9 C10 C12"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from complaints import handling, ownership, policy
from complaints.choices import Act, CallbackPurpose, Direction, HandOver, Kind, Responsible, Severity, Status
from complaints.models import Callback, Ticket
from tests.complaints.admin.conftest import AT_WORK, FRAGMENT, act, is_done, page
from tests.factories import (
    NOW,
    SHANGHAI,
    CategoryFactory,
    CertificateFactory,
    SkillFactory,
    TicketFactory,
    agent_on_duty,
    resolved_ticket,
    ticket_in_hand,
)

pytestmark = AT_WORK

LATER = (NOW + timedelta(hours=3)).astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def offered(client, ticket: Ticket) -> set[str]:
    return client.get(page(ticket)).context["page"].names_offered


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_a_new_matter_is_claimed_with_one_click(signed_in, handler):
    ticket = TicketFactory.create()
    client = signed_in(handler.user)
    assert "claim" in offered(client, ticket)
    assert is_done(act(client, ticket, "claim"))
    assert (fresh(ticket).handler, fresh(ticket).status) == (handler, Status.IN_PROGRESS)


def test_the_handler_of_a_matter_is_offered_the_acts_of_working_on_it(signed_in, handler):
    ticket = ticket_in_hand(handler)
    names = offered(signed_in(handler.user), ticket)
    assert {"promise", "wait", "transfer", "resolve", "classify", "call_back", "cancel", "say"} <= names
    assert names.isdisjoint(
        {"claim", "accept", "decline", "resume", "close", "reopen", "assign", "take_over"}
    )


def test_who_only_reads_is_offered_nothing_and_may_do_nothing(signed_in, handler, inspector):
    ticket = ticket_in_hand(handler)
    client = signed_in(inspector)
    response = client.get(page(ticket))
    assert response.context["page"].names_offered == set()
    assert "say" not in response.content.decode().split("complaints/ticket")[0]
    assert act(client, ticket, "say", speech="note", text="看一下", via="chat").status_code == 403
    assert act(client, ticket, "classify").status_code == 403
    assert fresh(ticket).version == ticket.version


def test_a_reply_is_kept_and_stops_the_clock(signed_in, handler):
    ticket = ticket_in_hand(handler)
    response = act(signed_in(handler.user), ticket, "say", speech="reply", text="您好，马上查。", via="chat")
    assert is_done(response)
    message = ticket.messages.get()
    assert (message.direction, message.text, message.author) == (
        Direction.OUTBOUND,
        "您好，马上查。",
        handler.user,
    )
    assert not ticket.clocks.running().filter(kind="first_response").exists()


def test_a_note_and_what_the_customer_said_go_the_same_way(signed_in, handler):
    ticket = ticket_in_hand(handler)
    client = signed_in(handler.user)
    assert is_done(act(client, ticket, "say", speech="note", text="已问仓库", via="chat"))
    assert is_done(act(client, ticket, "say", speech="heard", text="还没收到", via="hotline"))
    assert list(ticket.messages.values_list("direction", flat=True)) == ["internal", "in"]


def test_a_colleague_may_note_but_not_reply(signed_in, handler, colleague):
    ticket = ticket_in_hand(handler)
    client = signed_in(colleague.user)
    assert "reply" not in dict(client.get(page(ticket)).context["say"].fields["speech"].choices)
    refused = act(client, ticket, "say", speech="reply", text="您好", via="chat")
    assert not is_done(refused)
    assert not ticket.messages.exists()


def test_what_was_typed_stays_when_the_step_refuses(signed_in, handler):
    ticket = ticket_in_hand(handler)
    response = act(
        signed_in(handler.user), ticket, "wait", for_="customer", reason="等凭证", until="2026-03-10T10:00"
    )
    form = response.context["form"]
    assert form["reason"].value() == "等凭证"
    assert form.errors["until"] == ["The time until which you wait must lie in the future."]
    assert "等凭证" in response.content.decode()
    assert fresh(ticket).status == Status.IN_PROGRESS


def test_an_empty_reply_is_refused_at_its_field(signed_in, handler):
    ticket = ticket_in_hand(handler)
    response = act(signed_in(handler.user), ticket, "say", speech="reply", text="  ", via="chat")
    assert response.context["form"].errors["text"] == ["Write something first."]


def test_a_stale_page_says_what_changed_and_may_then_act_knowingly(signed_in, handler, supervisor):
    ticket = ticket_in_hand(handler)
    handling.note(ticket, text="先别回", by=supervisor, at=NOW)
    client = signed_in(handler.user)
    stale = act(client, ticket, "say", speech="reply", text="已退款", via="chat")
    assert not is_done(stale)
    assert [line.act for line in stale.context["news"]] == [Act.NOTE.label]
    assert "周敏" in stale.content.decode()
    assert stale.context["form"]["text"].value() == "已退款"
    shown = int(stale.context["form"]["version"].value())
    assert is_done(act(client, ticket, "say", version=shown, speech="reply", text="已退款", via="chat"))


def test_an_act_without_a_version_is_refused(signed_in, handler):
    ticket = ticket_in_hand(handler)
    assert not is_done(act(signed_in(handler.user), ticket, "cancel", version="", reason="误报"))
    assert fresh(ticket).status == Status.IN_PROGRESS


def test_promise_wait_and_go_on(signed_in, handler):
    ticket = ticket_in_hand(handler)
    client = signed_in(handler.user)
    assert is_done(act(client, ticket, "promise", due_at=LATER))
    assert ticket.promises.get().agent == handler
    assert is_done(act(client, fresh(ticket), "wait", for_="customer", reason="等照片", until=""))
    assert fresh(ticket).status == Status.WAITING_CUSTOMER
    assert "resume" in offered(client, ticket)
    assert is_done(act(client, fresh(ticket), "resume"))
    assert fresh(ticket).status == Status.IN_PROGRESS


def test_a_transfer_waits_for_the_colleagues_yes(signed_in, handler, colleague):
    ticket = ticket_in_hand(handler)
    assert is_done(act(signed_in(handler.user), ticket, "transfer", to=colleague.pk, reason="他熟悉"))
    assert fresh(ticket).handler == handler
    theirs = signed_in(colleague.user)
    assert {"accept", "decline"} <= offered(theirs, ticket)
    assert "transfer" not in offered(signed_in(handler.user), ticket)
    assert is_done(act(theirs, fresh(ticket), "accept"))
    assert (fresh(ticket).handler, fresh(ticket).first_responsible) == (colleague, handler)


def test_a_transfer_is_declined_with_a_reason(signed_in, handler, colleague):
    ticket = ticket_in_hand(handler)
    ownership.transfer(ticket, colleague, reason="帮忙", by=handler.user, at=NOW)
    theirs = signed_in(colleague.user)
    assert not is_done(act(theirs, fresh(ticket), "decline", reason=" "))
    assert is_done(act(theirs, fresh(ticket), "decline", reason="满了"))
    assert ticket.ownership.filter(state=HandOver.DECLINED).exists()


def test_only_colleagues_with_the_certificate_can_be_chosen(signed_in, handler, colleague):
    skill = SkillFactory.create()
    for able in (handler, colleague):
        CertificateFactory.create(agent=able, skill=skill)
    unable = agent_on_duty(team=handler.team)
    ticket = ticket_in_hand(handler, category=CategoryFactory.create(skill=skill))
    client = signed_in(handler.user)
    url = reverse("admin:complaints_ticket_act", args=[ticket.pk, "transfer"])
    chosen = client.get(url, headers=FRAGMENT).context["form"].fields["to"].queryset
    assert colleague in chosen
    assert unable not in chosen
    assert not is_done(act(client, ticket, "transfer", to=unable.pk, reason="帮忙"))


def test_a_supervisor_assigns_to_somebody_on_duty(signed_in, supervisor, colleague):
    ticket = TicketFactory.create()
    client = signed_in(supervisor)
    assert is_done(act(client, ticket, "assign", agent=colleague.pk, reason=""))
    assert (fresh(ticket).handler, fresh(ticket).status) == (colleague, Status.ASSIGNED)


def test_a_handler_may_not_assign(signed_in, handler, colleague):
    ticket = TicketFactory.create()
    refused = act(signed_in(handler.user), ticket, "assign", agent=colleague.pk, reason="")
    assert "Only a supervisor" in str(refused.context["form"].non_field_errors())
    assert fresh(ticket).handler is None


def test_a_supervisor_takes_over(signed_in, handler, supervisor):
    ticket = ticket_in_hand(handler)
    assert is_done(act(signed_in(supervisor), ticket, "take_over", reason="投诉升级"))
    assert fresh(ticket).handler.user == supervisor


def test_classifying_makes_a_grave_matter_due_sooner(signed_in, handler, category):
    ticket = ticket_in_hand(handler, kind=Kind.COMPLAINT)
    before = ticket.clocks.get(kind="resolution").due_at
    given = {"kind": Kind.COMPLAINT, "category": category.pk, "severity": Severity.CRISIS, "responsible": ""}
    assert is_done(act(signed_in(handler.user), ticket, "classify", **given))
    assert (fresh(ticket).category, fresh(ticket).severity) == (category, Severity.CRISIS)
    assert ticket.clocks.get(kind="resolution").due_at < before


def test_resolving_asks_for_what_is_missing(signed_in, handler):
    ticket = ticket_in_hand(handler, kind=Kind.COMPLAINT)
    client = signed_in(handler.user)
    url = reverse("admin:complaints_ticket_act", args=[ticket.pk, "resolve"])
    fields = client.get(url, headers=FRAGMENT).context["form"].fields
    assert {"category", "outcome", "cause", "responsible"} <= set(fields)
    refused = act(client, ticket, "resolve", category=CategoryFactory.create().pk, outcome="已补发")
    errors = refused.context["form"].errors
    assert {"cause", "responsible"} <= set(errors)
    assert fresh(ticket).category is None, "A refused resolution classifies nothing."


def test_a_matter_is_classified_and_resolved_in_one_dialog(signed_in, handler, category):
    ticket = handling.reply(ticket_in_hand(handler), text="已补发。", by=handler.user, at=NOW)
    client = signed_in(handler.user)
    assert is_done(act(client, ticket, "resolve", category=category.pk, outcome="已补发"))
    assert (fresh(ticket).status, fresh(ticket).category) == (Status.RESOLVED, category)


def test_a_complaint_closes_only_after_its_callback(signed_in, handler):
    ticket = resolved_ticket(handler, kind=Kind.COMPLAINT)
    client = signed_in(handler.user)
    refused = act(client, ticket, "close")
    assert "the callback" in str(refused.context["form"].non_field_errors())
    call = ticket.callbacks.get()
    url = reverse("admin:complaints_callback_attempt", args=[call.pk])
    assert is_done(
        client.post(url, {"result": "reached", "satisfied": "yes", "note": "满意"}, headers=FRAGMENT)
    )
    assert is_done(act(client, fresh(ticket), "close"))
    assert fresh(ticket).status == Status.CLOSED


def test_reopening_and_cancelling_need_a_reason(signed_in, handler):
    ticket = resolved_ticket(handler)
    client = signed_in(handler.user)
    assert not is_done(act(client, ticket, "reopen", reason=""))
    assert is_done(act(client, ticket, "reopen", reason="又坏了"))
    assert fresh(ticket).cycle == 2
    assert is_done(act(client, fresh(ticket), "cancel", reason="重复"))
    assert fresh(ticket).status == Status.CANCELLED


def test_only_a_supervisor_applies_the_policy_anew(signed_in, handler, supervisor):
    ticket = ticket_in_hand(handler)
    assert not is_done(act(signed_in(handler.user), ticket, "apply_policy", reason="新版"))
    assert is_done(act(signed_in(supervisor), ticket, "apply_policy", reason="新版"))


def test_a_callback_is_scheduled_for_the_first_responsible(signed_in, handler):
    ticket = ticket_in_hand(handler)
    given = {"purpose": CallbackPurpose.ANSWER, "due_at": LATER, "agent": "", "note": "告知进度"}
    assert is_done(act(signed_in(handler.user), ticket, "call_back", **given))
    call = Callback.objects.get()
    assert (call.ticket, call.agent, call.note) == (ticket, handler, "告知进度")


def test_an_answer_given_by_phone_is_kept_once(signed_in, handler):
    ticket = resolved_ticket(handler)
    client = signed_in(handler.user)
    act(client, ticket, "close")
    url = reverse("admin:complaints_surveyinvitation_answer", args=[ticket.surveys.get().pk])
    code, words = policy.SURVEY_REASONS_GOOD[0]
    given = {"score": "5", "recommend": "9", "reasons": [code], "comment": "谢谢"}
    assert is_done(client.post(url, given, headers=FRAGMENT))
    answer = ticket.surveys.get().answer
    assert (answer.asked_by, answer.reasons) == (handler.user, [code])
    with translation.override("en"):
        assert str(words) in client.get(page(ticket)).content.decode()
    assert not is_done(client.post(url, {"score": "1"}, headers=FRAGMENT))


def test_asking_for_a_dialog_changes_nothing(signed_in, handler):
    ticket = TicketFactory.create()
    client = signed_in(handler.user)
    for name in ("claim", "accept", "say", "resolve", "cancel"):
        url = reverse("admin:complaints_ticket_act", args=[ticket.pk, name])
        assert client.get(url, headers=FRAGMENT).status_code == 200
    assert fresh(ticket).version == ticket.version


def test_without_a_script_a_dialog_is_a_page_of_its_own(signed_in, handler):
    ticket = TicketFactory.create()
    client = signed_in(handler.user)
    url = reverse("admin:complaints_ticket_act", args=[ticket.pk, "claim"])
    assert "<html" in client.get(url).content.decode()
    assert client.post(url, {"version": ticket.version}).headers["Location"] == page(ticket)


def test_extra_keys_have_no_effect(signed_in, handler, stranger):
    ticket = ticket_in_hand(handler)
    extra = {"status": "closed", "handler": stranger.pk, "first_responsible": stranger.pk, "id": 1}
    assert is_done(act(signed_in(handler.user), ticket, "say", speech="note", text="好", via="chat", **extra))
    assert (fresh(ticket).handler, fresh(ticket).status) == (handler, Status.IN_PROGRESS)


@pytest.mark.parametrize("name", ["escalate", "delete", "__init__"])
def test_an_unknown_act_does_not_exist(signed_in, handler, name):
    ticket = ticket_in_hand(handler)
    assert act(signed_in(handler.user), ticket, name).status_code == 404


def test_the_responsible_party_is_kept_with_the_resolution(signed_in, handler, category):
    ticket = ticket_in_hand(handler, kind=Kind.COMPLAINT, category=category)
    ticket = handling.reply(ticket, text="抱歉。", by=handler.user, at=NOW)
    given = {"outcome": "赔付", "cause": "漏发", "responsible": Responsible.WAREHOUSE}
    assert is_done(act(signed_in(handler.user), ticket, "resolve", **given))
    assert fresh(ticket).responsible == Responsible.WAREHOUSE
