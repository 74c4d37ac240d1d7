"""S5: the supervisor's inbox: what speaks against a request, approving, refusing, filling what is open."""

from html import unescape

import pytest
import time_machine

from portal.choices import Role
from staffing.choices import RequestState, RuleCode, Severity
from staffing.models import MinimumStaffing, StaffRequest
from staffing.requests import deciding, gaps
from tests.factories import (
    NOW,
    TODAY,
    AgentFactory,
    LabourRuleFactory,
    RestrictionFactory,
    ShiftTypeFactory,
    UserFactory,
)
from tests.request_factories import TOMORROW, ahead, leave_asked, overtime_asked, swap_asked

pytestmark = pytest.mark.django_db

INBOX = "/admin/staffing/staffrequest/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def colleague(agent):
    return AgentFactory.create(team=agent.team, user__name="同事")


@pytest.fixture
def desk(client, supervisor):
    client.force_login(supervisor)
    return client


def press(client, request, act, **said):
    return client.post(f"{INBOX}{request.pk}/{act}/", {"_form_submitted": "on", **said})


def test_the_inbox_says_of_each_what_stands_against_it_and_who_is_left(desk, agent):
    shift = ahead(agent)
    MinimumStaffing.objects.create(team=agent.team, shift_type=shift.shift_type, agents=3)
    leave_asked(agent)
    row = desk.get(INBOX, {"state__exact": "waiting"}).context["cl"].result_list[0]
    assert row.judgement.is_short
    assert not row.judgement.breaches


def test_the_inbox_is_filtered_to_what_waits(desk, agent, colleague):
    swap_asked(agent, colleague)
    waiting = leave_asked(agent, first_on=TODAY)
    found = desk.get(INBOX, {"state__exact": "waiting"}).context["cl"].result_list
    assert list(found) == [waiting]


def test_the_dialog_tells_the_rules_before_one_decides(desk, agent):
    request = overtime_asked(agent)
    ahead(agent)
    html = desk.get(f"{INBOX}{request.pk}/approve/").content.decode()
    judgement = html[html.index("request-judgement") :]
    assert "is-forbidden" in judgement
    assert "白班" in judgement


def test_a_director_who_decides_is_not_told_who_is_protected(client, supervisor, agent):
    request = overtime_asked(agent, shift_type=ShiftTypeFactory.create(is_night=True))
    RestrictionFactory.create(agent=agent)
    for user, is_told in ((supervisor, True), (UserFactory.create(roles=[Role.DIRECTOR]), False)):
        client.force_login(user)
        for page in ("", f"{request.pk}/change/", f"{request.pk}/approve/"):
            told = unescape(client.get(INBOX + page).content.decode())
            assert ("不得上夜班" in told, "女职工" in told) == (is_told, is_told and page != "")
            assert ("组员 不能接这个班。" in told) is not is_told


@pytest.mark.parametrize("severity", [Severity.EXCEPTION, Severity.WARN])
def test_nor_is_a_director_who_fills_a_gap_however_grave_the_rule_is(
    client, agent, colleague, supervisor, severity: Severity
):
    LabourRuleFactory.create(code=RuleCode.PROTECTED_NIGHT, severity=severity, limit=0)
    ahead(agent, shift_type=ShiftTypeFactory.create(is_night=True))
    RestrictionFactory.create(agent=colleague)
    request = deciding.approve(leave_asked(agent), by=supervisor, at=NOW)
    for user, is_told in ((supervisor, True), (UserFactory.create(roles=[Role.DIRECTOR]), False)):
        client.force_login(user)
        answer = client.get(f"{INBOX}{request.pk}/change/")
        (gap,) = answer.context["gaps"]
        (remark,) = next(each.remarks for each in gap.candidates if each.agent == colleague)
        assert remark in unescape(answer.content.decode())
        assert ("不得上夜班" in remark, "夜" in remark) == (is_told, is_told)


def test_leave_is_approved_by_the_dialog_which_leads_to_what_is_open(desk, agent):
    ahead(agent)
    request = leave_asked(agent)
    answer = press(desk, request, "approve", answer="好好休息")
    assert answer.headers["HX-Redirect"] == f"{INBOX}{request.pk}/change/"
    request.refresh_from_db()
    assert (request.state, request.answer) == (RequestState.APPROVED, "好好休息")


def test_a_refusal_needs_a_reason(desk, agent):
    request = leave_asked(agent)
    press(desk, request, "refuse", reason="")
    press(desk, request, "refuse", reason="大促期间")
    request.refresh_from_db()
    assert (request.state, request.answer) == (RequestState.REFUSED, "大促期间")


def test_the_dialog_keeps_what_the_rules_refuse(desk, agent):
    request = overtime_asked(agent)
    ahead(agent)
    answer = press(desk, request, "approve")
    assert "白班" in answer.content.decode()
    request.refresh_from_db()
    assert request.state == RequestState.WAITING


def test_one_click_fills_what_leave_has_opened(desk, agent, colleague, supervisor):
    ahead(agent)
    request = deciding.approve(leave_asked(agent), by=supervisor, at=NOW)
    (line,) = gaps.open_lines(request)
    html = desk.get(f"{INBOX}{request.pk}/change/").content.decode()
    assert f'name="agent" value="{colleague.pk}"' in html
    desk.post(f"{INBOX}{request.pk}/fill/", {"line": line.pk, "agent": colleague.pk})
    assert colleague.duties.get().on == TOMORROW
    again = desk.post(f"{INBOX}{request.pk}/fill/", {"line": line.pk, "agent": colleague.pk}, follow=True)
    assert [message.level_tag for message in again.context["messages"]] == ["success", "error"]


@pytest.mark.parametrize("said", [{}, {"line": "x", "agent": "y"}])
def test_a_gap_that_is_none_is_not_found(desk, agent, said):
    request = leave_asked(agent)
    assert desk.post(f"{INBOX}{request.pk}/fill/", said).status_code == 404


def test_a_handler_fills_nothing(client, agent):
    client.force_login(agent.user)
    assert client.post(f"{INBOX}{leave_asked(agent).pk}/fill/", {}).status_code == 403


def test_leave_is_entered_for_somebody_who_called_in(desk, agent):
    ahead(agent, days=0)
    said = {
        "_form_submitted": "on",
        "agent": agent.pk,
        "leave_kind": "sick",
        "first_on": TODAY,
        "last_on": TODAY,
        "approves": "on",
    }
    answer = desk.post(f"{INBOX}enter_leave/", said)
    request = StaffRequest.objects.get()
    assert answer.headers["HX-Redirect"] == f"{INBOX}{request.pk}/change/"
    assert request.state == RequestState.APPROVED
    assert not agent.duties.published().exists()


def test_a_supervisor_takes_it_for_a_colleague_who_agrees_and_is_absent(desk, agent, colleague):
    request = swap_asked(agent, colleague)
    press(desk, request, "accept_for", agent=agent.pk)
    request.refresh_from_db()
    assert request.state == RequestState.OFFERED
    press(desk, request, "accept_for", agent=colleague.pk)
    request.refresh_from_db()
    assert (request.state, request.counterpart) == (RequestState.WAITING, colleague)


def test_ones_own_request_offers_no_approval(desk, supervisor):
    own = leave_asked(supervisor.agent)
    assert press(desk, own, "approve").status_code == 403
    assert press(desk, own, "withdraw").status_code == 200
    own.refresh_from_db()
    assert own.state == RequestState.WITHDRAWN


def test_approved_leave_is_taken_back_with_a_reason(desk, agent, supervisor):
    request = deciding.approve(leave_asked(agent), by=supervisor, at=NOW)
    press(desk, request, "revoke", reason="提前返岗")
    request.refresh_from_db()
    assert request.state == RequestState.REVOKED


def test_why_somebody_is_ill_is_read_by_him_and_who_decides(client, agent, supervisor, stranger):
    request = leave_asked(agent, reason="腰椎间盘突出")
    page = f"{INBOX}{request.pk}/change/"
    seen = {}
    for who in (agent.user, supervisor, stranger.user):
        client.force_login(who)
        answer = client.get(page)
        seen[who.pk] = "腰椎间盘突出" in answer.content.decode()
    assert seen == {agent.user.pk: True, supervisor.pk: True, stranger.user.pk: False}


def test_the_history_of_a_request_is_told_on_its_page(client, agent, supervisor):
    request = deciding.approve(leave_asked(agent), by=supervisor, at=NOW)
    client.force_login(agent.user)
    html = client.get(f"{INBOX}{request.pk}/change/").content.decode()
    history = html[html.index("request-history") :]
    assert history.index("组员") < history.index("主管")
