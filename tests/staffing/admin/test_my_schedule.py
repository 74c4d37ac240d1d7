"""S5: my schedule, for the thumb: what is coming, what may be asked, what colleagues ask."""

import re
from datetime import timedelta

import pytest
import time_machine

from portal.choices import Role
from staffing.choices import LeaveKind, RequestKind, RequestState
from staffing.models import StaffRequest, StayOffer, Wish
from staffing.requests import deciding, swaps
from tests.factories import NOW, TODAY, AgentFactory, ShiftTypeFactory, UserFactory
from tests.request_factories import TOMORROW, ahead, given_away, leave_asked, swap_asked

pytestmark = pytest.mark.django_db

MINE = "/admin/staffing/staffrequest/mine/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def colleague(agent):
    return AgentFactory.create(team=agent.team, user__name="同事")


@pytest.fixture
def page(client, agent):
    client.force_login(agent.user)
    return client


def test_my_schedule_shows_shifts_requests_and_what_i_may_take(page, agent, colleague):
    ahead(agent, days=4)
    leave_asked(agent, first_on=TODAY + timedelta(days=5))
    swap_asked(colleague, agent)
    given_away(AgentFactory.create(team=agent.team, user__name="第三人"))
    html = page.get(MINE).content.decode()
    assert html.count('class="mine-card mine-shift"') == 2
    assert html.count('value="accept"') == 2
    assert html.count('value="withdraw"') == 1
    assert "第三人" in html


def test_my_schedule_asks_the_database_a_few_times(page, agent, colleague, django_assert_max_num_queries):
    for days in range(3, 9):
        given = ahead(colleague, days=days)
        swaps.give_away(colleague, given=[given], by=colleague.user, at=NOW)
        leave_asked(agent, first_on=TODAY + timedelta(days=days + 10))
    with django_assert_max_num_queries(36):
        page.get(MINE)


def test_who_is_no_agent_has_no_schedule(client):
    client.force_login(UserFactory.create(roles=[Role.DIRECTOR]))
    assert client.get(MINE).status_code == 302


def test_another_month_is_shown_and_nonsense_is_this_one(page, agent):
    ahead(agent, days=30)
    assert page.get(MINE, {"month": "2026-04-01"}).context["mine"].month.month == 4
    assert page.get(MINE, {"month": "x"}).context["mine"].month == TODAY.replace(day=1)


def test_leave_is_asked_for_on_its_page(page, agent):
    said = {"leave_kind": LeaveKind.SICK, "first_on": TOMORROW, "last_on": TOMORROW, "reason": "发烧"}
    answer = page.post(f"{MINE}leave/", said)
    assert answer.headers["Location"] == MINE
    request = StaffRequest.objects.get()
    assert (request.agent, request.state, request.reason) == (agent, RequestState.WAITING, "发烧")


def test_a_refusal_stays_on_the_page_with_all_that_was_typed(page):
    said = {"leave_kind": LeaveKind.ANNUAL, "first_on": TOMORROW, "last_on": TODAY, "reason": "回老家"}
    answer = page.post(f"{MINE}leave/", said)
    assert answer.status_code == 200
    assert "回老家" in answer.content.decode()
    assert answer.context["form"].errors["last_on"]


def test_half_a_span_of_hours_is_refused(page):
    said = {"leave_kind": LeaveKind.SICK, "first_on": TOMORROW, "last_on": TOMORROW, "starts": "09:00"}
    assert page.post(f"{MINE}leave/", said).context["form"].errors["ends"]


def test_a_swap_is_asked_for_on_its_page(page, agent, colleague):
    given, taken = ahead(agent), ahead(colleague, days=3)
    path = f"{MINE}swap/?with={colleague.pk}&duty={given.pk}"
    html = page.get(path).content.decode()
    assert re.search(rf'name="given" value="{given.pk}"[^>]*checked', html)
    page.post(path, {"given": [given.pk], "taken": [taken.pk]})
    request = StaffRequest.objects.get()
    assert (request.kind, request.counterpart) == (RequestKind.SWAP, colleague)


def test_shifts_of_another_team_cannot_be_chosen(page, agent, stranger):
    given, taken = ahead(agent), ahead(stranger, days=3)
    page.post(f"{MINE}swap/?with={stranger.pk}", {"given": [given.pk], "taken": [taken.pk]})
    assert not StaffRequest.objects.exists()


def test_after_a_refusal_one_may_ask_for_an_exception(page, agent, colleague):
    late = ShiftTypeFactory.create(code="L", name="晚班", starts="16:00", ends="23:00")
    early = ShiftTypeFactory.create(code="E", name="早班", starts="07:00", ends="15:00")
    late.refresh_from_db()
    early.refresh_from_db()
    ahead(colleague, days=1, shift_type=late)
    given = ahead(agent, days=2, shift_type=early)
    said = {"given": [given.pk], "to": colleague.pk}
    path = f"{MINE}give-away/"
    assert 'name="wants_exception"' not in page.get(path).content.decode()
    assert 'name="wants_exception"' in page.post(path, said).content.decode()
    page.post(path, said | {"wants_exception": "on"})
    assert StaffRequest.objects.get().wants_exception
    # The shift is in a request now: that is no rule, and no exception helps.
    again = page.post(path, said).content.decode()
    assert 'class="ask-refusal"' in again
    assert 'name="wants_exception"' not in again


def test_overtime_and_wishes_are_asked_for_on_their_pages(page):
    kind = ShiftTypeFactory.create()
    page.post(f"{MINE}overtime/", {"on": TOMORROW, "shift_type": kind.pk})
    page.post(f"{MINE}wish/", {"on": TOMORROW, "is_wanted": "", "weight": 2})
    assert StaffRequest.objects.get().kind == RequestKind.OVERTIME
    assert (Wish.objects.get().is_wanted, Wish.objects.get().weight) == (False, 2)


@pytest.mark.parametrize(("act", "state"), [("accept", "waiting"), ("decline", "declined")])
def test_what_a_colleague_asks_is_answered_by_a_button(page, agent, colleague, act, state):
    request = swap_asked(colleague, agent)
    page.post(f"{MINE}act/", {"act": act, "request": request.pk})
    request.refresh_from_db()
    assert request.state == state


def test_a_part_is_taken_by_unticking_the_rest(page, colleague):
    given = [ahead(colleague, days=1), ahead(colleague, days=2)]
    request = swaps.give_away(colleague, given=given, by=colleague.user, at=NOW)
    kept = request.shifts.get(duty=given[0])
    page.post(f"{MINE}act/", {"act": "accept", "request": request.pk, "partial": "1", "only": [kept.pk]})
    assert [line.is_dropped for line in request.shifts.order_by("pk")] == [False, True]


def test_what_was_taken_is_given_back_and_what_was_asked_withdrawn_by_a_button(page, agent, colleague):
    taken = swaps.accept(given_away(colleague), by=agent.user, at=NOW)
    own = leave_asked(agent, first_on=TODAY + timedelta(days=9))
    page.post(f"{MINE}act/", {"act": "give_back", "request": taken.pk})
    page.post(f"{MINE}act/", {"act": "withdraw", "request": own.pk})
    states = StaffRequest.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [RequestState.OFFERED, RequestState.WITHDRAWN]


def test_a_refused_button_says_why(page, agent, colleague, supervisor):
    request = swaps.accept(given_away(colleague), by=agent.user, at=NOW)
    deciding.approve(request, by=supervisor, at=NOW)
    answer = page.post(f"{MINE}act/", {"act": "give_back", "request": request.pk}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


def test_an_offer_to_stay_on_is_made_and_taken_back(page, agent):
    shift = ahead(agent)
    page.post(f"{MINE}act/", {"act": "stay", "duty": shift.pk})
    assert StayOffer.objects.get().duty == shift
    page.post(f"{MINE}act/", {"act": "stay", "duty": shift.pk, "not": "1"})
    assert not StayOffer.objects.exists()


@pytest.mark.parametrize(
    "said", [{}, {"act": "approve"}, {"act": "withdraw", "request": "x"}, {"act": "stay"}]
)
def test_a_button_that_is_none_is_not_found(page, said):
    assert page.post(f"{MINE}act/", said).status_code == 404


def test_nobody_acts_on_what_he_does_not_see(page, colleague):
    request = leave_asked(colleague)
    assert page.post(f"{MINE}act/", {"act": "withdraw", "request": request.pk}).status_code == 404


def test_a_wish_is_deleted_by_a_button(page, agent, colleague):
    own = Wish.objects.create(agent=agent, on=TOMORROW)
    others = Wish.objects.create(agent=colleague, on=TOMORROW)
    page.post(f"{MINE}act/", {"act": "forget", "wish": own.pk})
    assert page.post(f"{MINE}act/", {"act": "forget", "wish": others.pk}).status_code == 404
    assert list(Wish.objects.all()) == [others]


def test_an_address_for_the_phones_calendar_is_made_and_shown_once(page, agent):
    answer = page.post(f"{MINE}act/", {"act": "calendar"}, follow=True)
    assert "/duty/" in str(next(iter(answer.context["messages"])))
    assert agent.duty_feed.token_digest
    assert ".ics" not in page.get(MINE).content.decode()
