"""POST /tickets/<number>/<act>/: all that an agent can do. # C7 C9 C10 C12 X5"""

import pytest

from complaints import handling, ownership
from complaints.choices import Act, HandOver, Kind, PromiseOutcome, Status
from complaints.models import Message, Promise, Ticket, TicketEvent
from portal.choices import Role
from tests.complaints.api.conftest import act, done, post_as, refused
from tests.factories import (
    NOW,
    AgentFactory,
    CategoryFactory,
    SkillFactory,
    TeamFactory,
    TicketFactory,
    agent_on_duty,
    resolved_ticket,
    standard_policy,
    ticket_in_hand,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("agent")]

ACTS = {
    "claim": {"agent": "CS-1"},
    "assign": {"agent": "CS-1"},
    "transfer": {"to": "CS-1", "reason": "对方更熟悉"},
    "accept": {"agent": "CS-1"},
    "decline": {"agent": "CS-1", "reason": "正在休息"},
    "take_over": {"agent": "CS-1", "reason": "催办"},
    "classify": {"severity": "high"},
    "reply": {"text": "您好，马上为您处理。"},
    "note": {"text": "客户很着急"},
    "promise": {"at": "2026-03-11T18:00:00+08:00"},
    "wait": {"for": "customer", "reason": "等照片"},
    "resume": {},
    "resolve": {"outcome": "已补发"},
    "close": {},
    "reopen": {"reason": "又坏了"},
    "cancel": {"reason": "重复提交"},
}


@pytest.fixture
def agent():
    """Somebody to act for, on duty."""
    return agent_on_duty(staff_no="CS-1")


def test_a_matter_can_be_worked_through_from_claim_to_close(api):
    standard_policy()
    category = CategoryFactory.create(code="late")
    ticket = TicketFactory.create()

    told = done(act(api, ticket, "claim", {"agent": "CS-1"}))
    assert (told["status"], told["owner"], told["handler"], told["version"]) == (
        "in_progress",
        "CS-1",
        "CS-1",
        2,
    )

    told = done(act(api, ticket, "classify", {"category": "late", "severity": "high"}))
    assert (told["category"], told["severity"]) == (category.code, "high")

    done(act(api, ticket, "reply", {"text": "您好，今天发出。"}))
    told = done(
        act(api, ticket, "wait", {"for": "customer", "reason": "等地址", "until": "2026-03-12T09:00+08:00"})
    )
    assert (told["status"], told["waiting_until"]) == ("waiting_customer", "2026-03-12T09:00:00+08:00")

    assert done(act(api, ticket, "resume"))["status"] == "in_progress"
    done(act(api, ticket, "promise", {"at": "2026-03-11T18:00:00+08:00"}))
    done(act(api, ticket, "note", {"text": "仓库已确认"}))

    told = done(act(api, ticket, "resolve", {"outcome": "已发货"}))
    assert (told["status"], told["outcome"]) == ("resolved", "已发货")

    told = done(act(api, ticket, "close"))
    assert told["status"] == "closed"
    assert told["surveys"][0]["is_answered"] is False

    told = done(act(api, ticket, "reopen", {"reason": "没有收到"}))
    assert (told["status"], told["cycle"], told["handler"]) == ("reopened", 2, "CS-1")
    assert [event.sequence for event in ticket.events.order_by("sequence")] == list(
        range(1, told["version"] + 1)
    )


def test_every_answer_carries_the_new_version(api):
    ticket = TicketFactory.create()
    response = act(api, ticket, "claim", {"agent": "CS-1"})
    assert response["ETag"] == '"2"'
    assert act(api, ticket, "note", {"text": "记一笔"}, version=2)["ETag"] == '"3"'


# The version that was read.


@pytest.mark.parametrize("name", ACTS)
def test_an_act_without_a_version_is_not_done(api, name):
    ticket = TicketFactory.create()
    refused(api.post(f"/api/v1/tickets/{ticket.number}/{name}/", ACTS[name]), 428)
    assert Ticket.objects.get().version == 1


@pytest.mark.parametrize("header", ["2", '"two"', 'W/"2"', "*", '"1", "2"'])
def test_a_version_that_is_none_is_a_bad_request(api, header):
    ticket = TicketFactory.create()
    path = f"/api/v1/tickets/{ticket.number}/note/"
    refused(api.post(path, {"text": "记一笔"}, headers={"If-Match": header}), 400)


@pytest.mark.parametrize("name", sorted(set(ACTS) - {"claim"}))
def test_an_act_on_another_version_than_was_read_is_stale(api, name):
    ticket = resolved_ticket() if name in {"close", "reopen"} else ticket_in_hand()
    if name == "resume":
        ticket = handling.wait(ticket, for_="customer", reason="等", by=ticket.handler.user, at=NOW)
    version = ticket.version

    problem = refused(act(api, ticket, name, ACTS[name], version=version - 1), 412)

    assert problem["type"].endswith(":stale")
    assert Ticket.objects.get().version == version


def test_a_lost_race_is_a_conflict_whatever_the_version(api):
    ticket = TicketFactory.create()
    ownership.claim(ticket, by=AgentFactory.create().user, at=NOW)
    problem = refused(act(api, ticket, "claim", {"agent": "CS-1"}, version=1), 409)
    assert problem["type"].endswith(":already-taken")


def test_an_act_in_the_wrong_state_is_a_conflict(api):
    ticket = TicketFactory.create()
    assert refused(act(api, ticket, "reopen", {"reason": "?"}), 409)["type"].endswith(":wrong-state")


def test_a_repeated_act_is_done_once(api):
    ticket = ticket_in_hand()
    path = f"/api/v1/tickets/{ticket.number}/reply/"
    headers = {"If-Match": f'"{ticket.version}"', "Idempotency-Key": "r-1"}

    first = api.post(path, {"text": "您好"}, headers=headers)
    again = api.post(path, {"text": "您好"}, headers=headers)

    assert (again.status_code, again.json(), again["ETag"]) == (200, first.json(), first["ETag"])
    assert Message.objects.count() == 1


# For whom a system acts.


@pytest.mark.parametrize("name", ["claim", "accept", "decline", "take_over"])
def test_a_system_that_names_no_agent_is_told_to(api, name):
    ticket = TicketFactory.create()
    body = {key: value for key, value in ACTS[name].items() if key != "agent"}
    assert list(refused(act(api, ticket, name, body), 400)["errors"]) == ["agent"]


@pytest.mark.parametrize("staff_no", ["CS-9", "", None, 7, {"a": 1}])
def test_an_agent_who_does_not_exist_is_named(api, staff_no):
    ticket = TicketFactory.create()
    assert list(refused(act(api, ticket, "claim", {"agent": staff_no}), 400)["errors"]) == ["agent"]


def test_an_agent_who_has_left_takes_nothing(api):
    AgentFactory.create(staff_no="CS-2", has_left=True)
    refused(act(api, TicketFactory.create(), "claim", {"agent": "CS-2"}), 400)


def test_an_agent_without_the_certificate_takes_nothing(api):
    skill = SkillFactory.create()
    ticket = TicketFactory.create(category=CategoryFactory.create(skill=skill))
    refused(act(api, ticket, "claim", {"agent": "CS-1"}), 403)


def test_an_assignment_goes_to_somebody_on_duty_only(api):
    AgentFactory.create(staff_no="CS-2")
    ticket = TicketFactory.create()

    refused(act(api, ticket, "assign", {"agent": "CS-2"}), 403)

    told = done(act(api, ticket, "assign", {"agent": "CS-1", "reason": "轮到他"}))
    assert (told["status"], told["handler"], told["owner"]) == ("assigned", "CS-1", None)
    assert done(act(api, ticket, "accept", {"agent": "CS-1"}))["owner"] == "CS-1"


def test_a_transfer_waits_for_its_receiver_and_the_owner_stays(api):
    ticket = ticket_in_hand(AgentFactory.create(staff_no="CS-2"))

    told = done(act(api, ticket, "transfer", {"to": "CS-1", "reason": "对方更熟悉"}))
    assert told["handler"] == "CS-2"

    told = done(act(api, ticket, "accept", {"agent": "CS-1"}))
    assert (told["handler"], told["owner"]) == ("CS-1", "CS-2")


def test_a_declined_transfer_stays_where_it_was(api):
    ticket = ticket_in_hand(AgentFactory.create(staff_no="CS-2"))
    done(act(api, ticket, "transfer", {"to": "CS-1", "reason": "对方更熟悉"}))

    told = done(act(api, ticket, "decline", {"agent": "CS-1", "reason": "正在通话"}))

    assert told["handler"] == "CS-2"
    assert ticket.ownership.filter(state=HandOver.DECLINED).count() == 1


def test_a_supervisor_takes_over_at_once(api):
    ticket = ticket_in_hand(AgentFactory.create(staff_no="CS-2"))
    told = done(act(api, ticket, "take_over", {"agent": "CS-1", "reason": "升级处理"}))
    assert (told["handler"], told["owner"]) == ("CS-1", "CS-2")


# What an act needs.


@pytest.mark.parametrize(
    ("name", "body", "fields"),
    [
        ("transfer", {}, ["reason", "to"]),
        ("transfer", {"to": "CS-1", "reason": " "}, ["reason"]),
        ("reply", {"text": " "}, ["text"]),
        ("reply", {"text": "好", "via": "飞鸽"}, ["via"]),
        ("note", {}, ["text"]),
        ("promise", {}, ["at"]),
        ("promise", {"at": "2026-03-11T10:30:00+08:00"}, ["at"]),
        ("wait", {}, ["for", "reason"]),
        ("wait", {"for": "weather", "reason": "雨"}, ["for"]),
        ("wait", {"for": "customer", "reason": "等", "until": "2026-03-11T10:00:00+08:00"}, ["until"]),
        ("classify", {"category": "nothing"}, ["category"]),
        ("resolve", {}, ["outcome"]),
        ("resolve", {"outcome": "已补发", "responsible": "me"}, ["responsible"]),
        ("cancel", {}, ["reason"]),
    ],
)
def test_what_is_missing_is_named_in_the_words_of_the_body(api, name, body, fields):
    ticket = ticket_in_hand()
    problem = refused(act(api, ticket, name, body), 400)
    assert sorted(problem["errors"]) == fields
    assert Ticket.objects.get().version == ticket.version


def test_a_classification_that_changes_nothing_is_refused(api):
    refused(act(api, ticket_in_hand(), "classify", {}), 400)


def test_resolving_names_all_that_is_missing(api):
    ticket = ticket_in_hand(kind=Kind.COMPLAINT)
    problem = refused(act(api, ticket, "resolve", {"outcome": "已补发"}), 400)
    assert sorted(problem["errors"]) == ["category", "cause", "responsible"]


def test_a_promise_and_a_reply_are_kept(api):
    ticket = ticket_in_hand()
    done(act(api, ticket, "promise", {"at": "2026-03-11T18:00:00+08:00"}))
    done(act(api, ticket, "reply", {"text": "您好", "via": "hotline"}))

    assert Promise.objects.get().outcome == PromiseOutcome.KEPT
    assert Message.objects.get().via == "hotline"


# What is not there.


@pytest.mark.parametrize("number", ["T99999999", "T0", "abc", "T" + "9" * 30, "-1", "1e3"])
def test_a_ticket_that_is_not_there_is_not_found(api, number):
    refused(api.get(f"/api/v1/tickets/{number}/"), 404)
    refused(api.post(f"/api/v1/tickets/{number}/note/", {"text": "?"}, headers={"If-Match": '"1"'}), 404)


@pytest.mark.parametrize("name", ["escalate", "merge", "delete", "claim2"])
def test_an_act_that_is_not_there_is_not_found(api, name):
    ticket = TicketFactory.create()
    assert api.post(f"/api/v1/tickets/{ticket.number}/{name}/", {}).status_code == 404


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_ticket_is_never_written_or_deleted_behind_its_ledger(api, method):
    ticket = TicketFactory.create()
    response = getattr(api, method)(f"/api/v1/tickets/{ticket.number}/", {"status": "closed"})
    assert response.status_code == 405
    assert Ticket.objects.get().status == Status.NEW


def test_an_act_is_asked_for_by_post_only(api):
    ticket = TicketFactory.create()
    assert api.get(f"/api/v1/tickets/{ticket.number}/close/").status_code == 405


# What the customer wrote.


def test_what_the_customer_wrote_is_kept_once_under_the_channels_number(api):
    ticket = ticket_in_hand()
    path = f"/api/v1/tickets/{ticket.number}/messages/"
    said = {"text": "还没收到", "external_id": "m-1"}

    told = done(api.post(path, said))
    again = done(api.post(path, said))

    assert told == again
    assert Message.objects.count() == 1
    assert TicketEvent.objects.filter(act=Act.HEAR).count() == 1


def test_what_the_customer_wrote_ends_the_waiting_for_him(api):
    ticket = ticket_in_hand()
    done(act(api, ticket, "wait", {"for": "customer", "reason": "等照片"}))
    told = done(api.post(f"/api/v1/tickets/{ticket.number}/messages/", {"text": "照片发您了"}))
    assert told["status"] == Status.IN_PROGRESS


def test_an_empty_message_is_refused(api):
    ticket = TicketFactory.create()
    assert list(
        refused(api.post(f"/api/v1/tickets/{ticket.number}/messages/", {"text": ""}), 400)["errors"]
    ) == ["text"]


# People.


def test_a_person_acts_in_the_own_name(signed_in):
    agent = AgentFactory.create(staff_no="CS-7", user__name="李雷")
    ticket = TicketFactory.create()

    path = f"/api/v1/tickets/{ticket.number}/claim/"
    told = done(post_as(signed_in(agent.user), path, {}, **{"If-Match": '"1"'}))

    assert told["handler"] == "CS-7"
    assert ticket.events.get(act=Act.CLAIM).by == agent.user


def test_a_person_cannot_act_in_anothers_name(signed_in):
    me = AgentFactory.create()
    ticket = TicketFactory.create()
    path = f"/api/v1/tickets/{ticket.number}/claim/"
    refused(post_as(signed_in(me.user), path, {"agent": "CS-1"}, **{"If-Match": '"1"'}), 403)


def test_the_steps_decide_what_a_person_may_do_here_as_anywhere(signed_in):
    handler = AgentFactory.create()
    colleague = AgentFactory.create(team=handler.team)
    ticket = ticket_in_hand(handler)
    path = f"/api/v1/tickets/{ticket.number}/reply/"
    body, version = {"text": "我来回复"}, {"If-Match": f'"{ticket.version}"'}

    refused(post_as(signed_in(colleague.user), path, body, **version), 403)

    supervisor = AgentFactory.create(team=handler.team, user__roles=[Role.SUPERVISOR])
    done(post_as(signed_in(supervisor.user), path, body, **version))


def test_whoever_gives_a_ticket_away_is_still_told_how_it_is_then(signed_in):
    giver = AgentFactory.create(team=TeamFactory.create())
    ticket = ticket_in_hand(AgentFactory.create(team=TeamFactory.create()))
    ownership.transfer(ticket, giver, reason="请协助", by=ticket.handler.user, at=NOW)
    version = Ticket.objects.get().version

    path = f"/api/v1/tickets/{ticket.number}/decline/"
    told = done(post_as(signed_in(giver.user), path, {"reason": "不在岗"}, **{"If-Match": f'"{version}"'}))

    assert told["version"] == version + 1
    assert signed_in(giver.user).get(f"/api/v1/tickets/{ticket.number}/").status_code == 404
