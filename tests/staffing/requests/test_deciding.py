"""S5: overtime, refusals, what lapses, and who stands in for whoever is on leave."""

from datetime import time, timedelta

import pytest
from django.utils import translation

from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import OutboxMessage
from staffing.choices import DutyState, RequestState
from staffing.models import MinimumStaffing, StaffRequest
from staffing.requests import deciding, gaps, overtime, reviewing, swaps, wishes
from staffing.rosters import exceptions
from tests.factories import NOW, TODAY, AgentFactory, DutyFactory, RosterFactory, ShiftTypeFactory
from tests.request_factories import TOMORROW, ahead, given_away, leave_asked, overtime_asked, swap_asked

pytestmark = pytest.mark.django_db


def told(user) -> list[str]:
    return list(OutboxMessage.objects.filter(user=user).order_by("pk").values_list("subject", flat=True))


# Overtime


def test_approved_overtime_is_a_shift(agent, supervisor):
    request = deciding.approve(overtime_asked(agent), by=supervisor, at=NOW)
    made = agent.duties.get()
    assert (made.on, made.state) == (TOMORROW, DutyState.PUBLISHED)
    assert request.shifts.get().made == made


def test_overtime_beyond_three_hours_a_day_needs_an_exception(agent, supervisor):
    ahead(agent)
    evening = ShiftTypeFactory.create(
        code="X", name="加班四小时", starts=time(18), ends=time(22), break_minutes=0
    )
    asked = {"on": TOMORROW, "by": agent.user, "at": NOW}
    with pytest.raises(WrongState) as refused:
        overtime.ask(agent, evening, **asked)
    assert "exception" in refused.value.fields
    request = overtime.ask(agent, evening, **asked, wants_exception=True)
    with pytest.raises(WrongState):
        deciding.approve(request, by=supervisor, at=NOW)
    deciding.approve(request, by=supervisor, at=NOW, exception="大促")
    assert agent.duties.published().count() == 2


def test_overtime_over_a_shift_of_ones_own_is_refused(agent):
    ahead(agent)
    with pytest.raises(AlreadyTaken):
        overtime_asked(agent)


def test_overtime_is_asked_for_once_and_for_what_has_not_begun(agent):
    overtime_asked(agent)
    with pytest.raises(AlreadyTaken):
        overtime_asked(agent)
    with pytest.raises(WrongState):
        overtime_asked(agent, on=TODAY)


# Refused, withdrawn, lapsed


def test_a_refusal_says_why(agent, supervisor):
    with pytest.raises(MissingInformation):
        deciding.refuse(overtime_asked(agent), reason=" ", by=supervisor, at=NOW)
    request = deciding.refuse(StaffRequest.objects.get(), reason="人手足够", by=supervisor, at=NOW)
    assert request.state == RequestState.REFUSED
    assert "人手足够" in told(agent.user)[-1]


def test_what_is_decided_is_decided_once(agent, supervisor):
    request = overtime_asked(agent)
    deciding.refuse(request, reason="人手足够", by=supervisor, at=NOW)
    with pytest.raises(WrongState):
        deciding.approve(request, by=supervisor, at=NOW)
    with pytest.raises(WrongState):
        deciding.withdraw(request, by=agent.user, at=NOW)


def test_whoever_asked_withdraws_and_the_colleague_hears_it(agent, colleague):
    request = swap_asked(agent, colleague)
    with pytest.raises(NotAllowed):
        deciding.withdraw(request, by=colleague.user, at=NOW)
    deciding.withdraw(request, by=agent.user, at=NOW)
    assert len(told(colleague.user)) == 2


def test_nobody_approves_his_own(supervisor, director):
    request = leave_asked(supervisor.agent)
    assert told(director), "where nobody else looks after the team the director is told"
    with pytest.raises(NotAllowed):
        deciding.approve(request, by=supervisor, at=NOW)
    assert deciding.approve(request, by=director, at=NOW).state == RequestState.APPROVED


def test_a_request_whose_shift_has_begun_lapses_and_both_are_told(agent, colleague):
    request = swap_asked(agent, colleague)
    other = given_away(AgentFactory.create(team=agent.team))
    begins_at = request.lapses_at
    assert deciding.lapse(begins_at - timedelta(seconds=1)) == 0
    assert deciding.lapse(begins_at) == 2
    assert deciding.lapse(begins_at) == 0
    assert set(StaffRequest.objects.values_list("state", flat=True)) == {RequestState.LAPSED}
    assert (len(told(agent.user)), len(told(colleague.user))) == (
        1,
        3,
    )  # The colleague, free that day, had heard of the other offer, too.
    with pytest.raises(WrongState):
        swaps.accept(other, by=colleague.user, at=NOW)


def test_what_has_begun_is_not_approved_though_nothing_swept_it_yet(agent, supervisor):
    request = overtime_asked(agent)
    with pytest.raises(WrongState):
        deciding.approve(request, by=supervisor, at=request.lapses_at)


# Gaps


def test_whoever_is_free_and_works_least_stands_in_first(agent, colleague, supervisor, late, early):
    third, tired = AgentFactory.create(team=agent.team), AgentFactory.create(team=agent.team)
    shift = ahead(agent, days=2, shift_type=early)
    ahead(colleague, days=-1)
    ahead(tired, days=1, shift_type=late)
    ahead(supervisor.agent, days=2)
    request = deciding.approve(leave_asked(agent, first_on=shift.on), by=supervisor, at=NOW)
    (gap,) = gaps.gaps_of(request, at=NOW, reader=supervisor)
    assert [each.agent for each in gap.candidates] == [third, colleague, tired]
    assert [each.needs_exception for each in gap.candidates] == [False, False, True]


def test_whoever_said_he_would_stay_on_comes_first(agent, colleague, supervisor, late):
    third = AgentFactory.create(team=agent.team)
    shift = ahead(agent, shift_type=late)
    early = ShiftTypeFactory.create(code="F", name="早四小时", starts=time(12), ends=time(16))
    stays = ahead(colleague, shift_type=early)
    wishes.offer_to_stay(stays, by=colleague.user, at=NOW)
    request = deciding.approve(leave_asked(agent, first_on=shift.on), by=supervisor, at=NOW)
    (gap,) = gaps.gaps_of(request, at=NOW, reader=supervisor)
    by_name = {each.agent: each.would_stay for each in gap.candidates}
    assert by_name[colleague]
    assert not by_name[third]


def test_a_gap_is_filled_once_and_whoever_stands_in_is_told(agent, colleague, supervisor):
    ahead(agent)
    request = deciding.approve(leave_asked(agent), by=supervisor, at=NOW)
    (line,) = gaps.open_lines(request)
    made = gaps.fill(line, colleague, by=supervisor, at=NOW)
    assert (made.agent, made.on, made.state) == (colleague, TOMORROW, DutyState.PUBLISHED)
    assert gaps.open_lines(request) == []
    assert len(told(colleague.user)) == 1
    with pytest.raises(AlreadyTaken):
        gaps.fill(line, AgentFactory.create(team=agent.team), by=supervisor, at=NOW)


def test_nobody_fills_a_gap_against_the_rules_or_without_the_right(agent, colleague, supervisor):
    ahead(agent)
    ahead(colleague)
    request = deciding.approve(leave_asked(agent), by=supervisor, at=NOW)
    (line,) = gaps.open_lines(request)
    with pytest.raises(WrongState):
        gaps.fill(line, colleague, by=supervisor, at=NOW)
    with pytest.raises(NotAllowed):
        gaps.fill(line, colleague, by=colleague.user, at=NOW)


@pytest.mark.parametrize("is_filled", [False, True], ids=["approved", "filled"])
def test_the_roster_is_published_with_what_was_allowed_in_a_request(
    agent, colleague, supervisor, *, late, early, is_filled
):
    roster = RosterFactory.create(team=agent.team)
    ahead(colleague, shift_type=late)
    if is_filled:
        shift = ahead(agent, days=2, shift_type=early)
        request = deciding.approve(leave_asked(agent, first_on=shift.on), by=supervisor, at=NOW)
        gaps.fill(gaps.open_lines(request)[0], colleague, exception="缺人", by=supervisor, at=NOW)
    else:
        on = TOMORROW + timedelta(days=1)
        request = overtime_asked(colleague, on=on, shift_type=early, wants_exception=True)
        with translation.override("zh-hant"):
            deciding.approve(request, exception="缺人", by=supervisor, at=NOW)
    verdict = exceptions.judge(roster)
    assert (verdict.open, set(verdict.granted.values())) == ([], {"缺人"})


def test_who_is_left_on_the_shift_is_told_before_leave_is_approved(agent, colleague):
    shift = ahead(agent)
    ahead(colleague)
    MinimumStaffing.objects.create(team=agent.team, shift_type=shift.shift_type, agents=2)
    request = leave_asked(agent)
    (effect,) = gaps.effects_of([request])[request.pk]
    assert (effect.on, effect.left, effect.least, effect.is_short) == (TOMORROW, 1, 2, True)


def test_a_list_of_requests_is_judged_by_as_few_queries_as_one(
    agent, colleague, django_assert_max_num_queries
):
    def shown():
        rows = StaffRequest.objects.select_related(
            "agent__user", "agent__team__department", "counterpart__user", "counterpart__team__department"
        )
        return list(rows.prefetch_related("shifts__shift_type", "shifts__duty"))

    for number in range(6):
        DutyFactory.create(agent=agent, on=TODAY + timedelta(days=20 + number))
        leave_asked(agent, first_on=TODAY + timedelta(days=20 + number))
        given_away(AgentFactory.create(team=agent.team), to=colleague, at=NOW)
        deciding.withdraw(StaffRequest.objects.latest("pk"), by=None, at=NOW)
        overtime_asked(AgentFactory.create(team=agent.team))
    requests = shown()
    with django_assert_max_num_queries(9):
        found = reviewing.judged(requests, reader=None)
    assert len(found) == 12


# Wishes


def test_a_wish_said_again_replaces_the_first(agent):
    said = {"on": TOMORROW, "by": agent.user, "at": NOW}
    wishes.wish(agent, is_wanted=False, **said)
    wish = wishes.wish(agent, is_wanted=True, weight=3, **said)
    assert (agent.wishes.count(), wish.is_wanted, wish.weight) == (1, True, 3)
    wishes.forget(wish, by=agent.user)
    assert not agent.wishes.exists()


def test_wishes_are_for_days_to_come_and_ones_own(agent, colleague):
    with pytest.raises(WrongState):
        wishes.wish(agent, on=TODAY, is_wanted=True, by=agent.user, at=NOW)
    with pytest.raises(NotAllowed):
        wishes.wish(agent, on=TOMORROW, is_wanted=True, by=colleague.user, at=NOW)


def test_only_who_plans_sees_who_would_stay_on(agent, colleague, supervisor):
    from staffing.models import StayOffer  # noqa: PLC0415

    shift = ahead(agent)
    wishes.offer_to_stay(shift, by=agent.user, at=NOW)
    seen = [StayOffer.objects.visible_to(user).count() for user in (supervisor, agent.user, colleague.user)]
    assert seen == [1, 1, 0]
    with pytest.raises(NotAllowed):
        wishes.offer_to_stay(shift, by=colleague.user, at=NOW)
    wishes.take_back_stay(shift, by=agent.user)
    assert not StayOffer.objects.exists()


# Who sees what


def test_a_request_is_seen_by_both_sides_and_those_who_decide(
    agent, colleague, supervisor, stranger, director
):
    request = swap_asked(agent, colleague)
    third = AgentFactory.create(team=agent.team)
    seen = {
        name: StaffRequest.objects.visible_to(user).filter(pk=request.pk).exists()
        for name, user in {
            "asker": agent.user,
            "colleague": colleague.user,
            "supervisor": supervisor,
            "director": director,
            "third": third.user,
            "stranger": stranger.user,
        }.items()
    }
    assert [name for name, sees in seen.items() if sees] == ["asker", "colleague", "supervisor", "director"]


def test_what_is_offered_to_anybody_is_seen_by_the_team(agent, colleague, stranger):
    given_away(agent)
    seen = [StaffRequest.objects.visible_to(who.user).count() for who in (colleague, stranger)]
    assert seen == [1, 0]


def test_the_inbox_holds_what_one_may_decide(agent, colleague, supervisor, director):
    leave_asked(agent)
    leave_asked(supervisor.agent)
    swap_asked(agent, colleague, at=NOW)
    counts = [StaffRequest.objects.decidable_by(user).count() for user in (supervisor, director, agent.user)]
    assert counts == [1, 2, 0]
