"""S5: shifts are exchanged and given away, wholly or in part, checked for both, decided by a third."""

from datetime import timedelta

import pytest

from portal import users
from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import OutboxMessage
from staffing import duty, people
from staffing.choices import DutyState, RequestKind, RequestState, RestrictionKind
from staffing.models import DutyAssignment, RosterVersion
from staffing.requests import deciding, eligibility, mine, swaps
from tests.factories import (
    NOW,
    TODAY,
    AgentFactory,
    CertificateFactory,
    DutyFactory,
    RestrictionFactory,
    RosterFactory,
    ShiftTypeFactory,
    SkillFactory,
    TeamFactory,
)
from tests.request_factories import ahead, given_away, leave_asked, swap_asked

pytestmark = pytest.mark.django_db


def told(agent) -> list[str]:
    rows = OutboxMessage.objects.filter(user=agent.user).order_by("pk")
    return list(rows.values_list("subject", flat=True))


def shifts_of(agent) -> list[tuple[int, str]]:
    """Days from now and code of what stands."""
    rows = agent.duties.published().order_by("starts_at").select_related("shift_type")
    return [((each.on - TODAY).days, each.shift_type.code) for each in rows]


def test_a_swap_goes_from_colleague_to_supervisor_and_then_changes_the_roster(
    agent, colleague, supervisor, late
):
    given, taken = ahead(agent, days=1), ahead(colleague, days=3, shift_type=late)
    request = swaps.ask(agent, given=[given], taken=[taken], by=agent.user, at=NOW)
    assert (request.kind, request.state) == (RequestKind.SWAP, RequestState.OFFERED)
    request = swaps.accept(request, by=colleague.user, at=NOW)
    assert request.state == RequestState.WAITING
    assert shifts_of(agent) == [(1, "D")]
    request = deciding.approve(request, by=supervisor, at=NOW)
    assert request.state == RequestState.APPROVED
    assert (shifts_of(agent), shifts_of(colleague)) == ([(3, "L")], [(1, "D")])
    assert {line.made.agent for line in request.shifts.all()} == {agent, colleague}


def test_a_swap_is_one_version_of_the_roster(agent, colleague, supervisor):
    roster = RosterFactory.create(team=agent.team, version=4)
    request = swap_asked(agent, colleague)
    DutyAssignment.objects.update(roster=roster, published_in=4)
    deciding.approve(swaps.accept(request, by=colleague.user, at=NOW), by=supervisor, at=NOW)
    version = RosterVersion.objects.get()
    assert (version.version, version.added, version.removed) == (5, 2, 2)


def test_several_shifts_for_one_are_exchanged_in_part(agent, colleague, supervisor):
    given = [ahead(agent, days=1), ahead(agent, days=2)]
    request = swaps.ask(agent, given=given, taken=[ahead(colleague, days=5)], by=agent.user, at=NOW)
    lines = list(request.shifts.all())
    keep = [line.pk for line in lines if line.duty != given[1]]
    request = swaps.accept(request, by=colleague.user, at=NOW, only=keep)
    assert (request.first_on, request.shifts.filter(is_dropped=True).get().duty) == (given[0].on, given[1])
    deciding.approve(request, by=supervisor, at=NOW)
    assert shifts_of(agent) == [(2, "D"), (5, "D")]
    assert shifts_of(colleague) == [(1, "D")]


def test_a_swap_of_one_side_only_is_none(agent, colleague):
    request = swap_asked(agent, colleague)
    one = request.shifts.first()
    with pytest.raises(MissingInformation):
        swaps.accept(request, by=colleague.user, at=NOW, only=[one.pk])
    with pytest.raises(MissingInformation):
        swaps.ask(agent, given=[], taken=[ahead(colleague, days=6)], by=agent.user, at=NOW)


def test_the_rules_are_checked_for_both_when_it_is_asked(agent, colleague, early, late):
    ahead(colleague, days=1, shift_type=late)
    given, taken = ahead(agent, days=2, shift_type=early), ahead(colleague, days=5)
    with pytest.raises(WrongState, match="同事"):
        swaps.ask(agent, given=[given], taken=[taken], by=agent.user, at=NOW)


def test_the_rules_are_checked_again_when_it_is_approved(agent, colleague, supervisor, early, late):
    given, taken = ahead(agent, days=2, shift_type=early), ahead(colleague, days=5)
    request = swaps.ask(agent, given=[given], taken=[taken], by=agent.user, at=NOW)
    request = swaps.accept(request, by=colleague.user, at=NOW)
    ahead(colleague, days=1, shift_type=late)
    with pytest.raises(WrongState, match="同事"):
        deciding.approve(request, by=supervisor, at=NOW)
    assert shifts_of(agent) == [(2, "E")]
    request = deciding.approve(request, by=supervisor, at=NOW, exception="双方自愿，仅此一次")
    assert request.state == RequestState.APPROVED


def test_an_exception_is_kept_with_the_roster(agent, colleague, supervisor, early, late):
    roster = RosterFactory.create(team=agent.team, version=1)
    ahead(colleague, days=1, shift_type=late)
    given, taken = ahead(agent, days=2, shift_type=early), ahead(colleague, days=4)
    request = swaps.ask(agent, given=[given], taken=[taken], by=agent.user, at=NOW, wants_exception=True)
    request = swaps.accept(request, by=colleague.user, at=NOW)
    deciding.approve(request, by=supervisor, at=NOW, exception="双方自愿")
    kept = roster.exceptions.get()
    assert (kept.rule, kept.agent, kept.reason, kept.by) == (
        "rest_between",
        colleague,
        "双方自愿",
        supervisor,
    )


def test_what_is_forbidden_no_exception_allows(agent, colleague):
    ahead(colleague, days=1)
    given, taken = ahead(agent, days=1), ahead(colleague, days=3)
    with pytest.raises(WrongState):
        swaps.ask(agent, given=[given], taken=[taken], by=agent.user, at=NOW, wants_exception=True)


def test_only_what_the_request_itself_breaks_stands_against_it(agent, colleague, early, late):
    ahead(agent, days=1, shift_type=late)
    ahead(agent, days=2, shift_type=early)
    given, taken = ahead(agent, days=4), ahead(colleague, days=5)
    assert swaps.ask(agent, given=[given], taken=[taken], by=agent.user, at=NOW).pk


def test_nobody_decides_what_he_takes_part_in(agent, supervisor, director):
    boss = supervisor.agent
    own = swap_asked(boss, agent)
    own = swaps.accept(own, by=agent.user, at=NOW)
    with pytest.raises(NotAllowed):
        deciding.approve(own, by=supervisor, at=NOW)
    assert deciding.approve(own, by=director, at=NOW).decided_by == director


def test_a_supervisor_of_another_team_decides_nothing_here(agent, colleague, stranger):
    from portal.choices import Role  # noqa: PLC0415

    other = AgentFactory.create(team=stranger.team, user__roles=[Role.SUPERVISOR]).user
    request = swaps.accept(swap_asked(agent, colleague), by=colleague.user, at=NOW)
    for decide in (deciding.approve, lambda r, **who: deciding.refuse(r, reason="否", **who)):
        with pytest.raises(NotAllowed):
            decide(request, by=other, at=NOW)


def test_a_supervisor_answers_for_somebody_absent(agent, colleague, supervisor):
    request = swaps.accept(swap_asked(agent, colleague), by=supervisor, at=NOW)
    assert (request.counterpart, request.state) == (colleague, RequestState.WAITING)


def test_a_swap_taken_by_mistake_is_given_back_as_it_was_asked(agent, colleague):
    given = [ahead(agent, days=1), ahead(agent, days=2)]
    request = swaps.ask(agent, given=given, taken=[ahead(colleague, days=4)], by=agent.user, at=NOW)
    keep = [line.pk for line in request.shifts.all() if line.duty != given[0]]
    swaps.accept(request, by=colleague.user, at=NOW, only=keep)
    request = swaps.give_back(request, by=colleague.user, at=NOW)
    assert (request.state, request.counterpart) == (RequestState.OFFERED, colleague)
    assert request.shifts.filter(is_dropped=False).count() == 3
    assert request.first_on == given[0].on
    assert len(told(agent)) == 2


def test_a_swap_is_not_given_back_while_a_shift_left_out_is_asked_for_elsewhere(agent, colleague):
    given = [ahead(agent, days=1), ahead(agent, days=2)]
    request = swaps.ask(agent, given=given, taken=[ahead(colleague, days=4)], by=agent.user, at=NOW)
    keep = [line.pk for line in request.shifts.all() if line.duty != given[0]]
    request = swaps.accept(request, by=colleague.user, at=NOW, only=keep)
    other = swaps.give_away(agent, given=given[:1], by=agent.user, at=NOW)
    with pytest.raises(AlreadyTaken, match="白班"):
        swaps.give_back(request, by=colleague.user, at=NOW)
    request.refresh_from_db()
    assert (request.state, request.shifts.filter(is_dropped=True).count()) == (RequestState.WAITING, 1)
    deciding.withdraw(other, by=agent.user, at=NOW)
    assert swaps.give_back(request, by=colleague.user, at=NOW).state == RequestState.OFFERED


def test_what_has_begun_since_does_not_come_back(agent, colleague):
    given = [ahead(agent, days=1), ahead(agent, days=2)]
    request = swaps.give_away(agent, given=given, to=colleague, by=agent.user, at=NOW)
    keep = [line.pk for line in request.shifts.all() if line.duty == given[1]]
    swaps.accept(request, by=colleague.user, at=NOW, only=keep)
    request = swaps.give_back(request, by=colleague.user, at=given[0].starts_at)
    assert [line.duty for line in request.shifts.filter(is_dropped=False)] == [given[1]]
    assert request.first_on == given[1].on


def test_an_offer_to_anybody_that_is_given_back_is_open_again(agent, colleague):
    request = swaps.accept(given_away(agent), by=colleague.user, at=NOW)
    request = swaps.give_back(request, by=colleague.user, at=NOW)
    assert (request.state, request.counterpart) == (RequestState.OFFERED, None)


def test_what_is_approved_is_given_back_no_more(agent, colleague, supervisor):
    request = swaps.accept(given_away(agent), by=colleague.user, at=NOW)
    deciding.approve(request, by=supervisor, at=NOW)
    with pytest.raises(WrongState):
        swaps.give_back(request, by=colleague.user, at=NOW)
    with pytest.raises(WrongState):
        deciding.withdraw(request, by=agent.user, at=NOW)


def test_a_colleague_declines_and_the_asker_hears_why(agent, colleague):
    request = swaps.decline(swap_asked(agent, colleague), by=colleague.user, at=NOW, reason="家里有事")
    assert request.state == RequestState.DECLINED
    assert "家里有事" in told(agent)[-1]


def test_what_was_asked_of_somebody_else_nobody_takes_or_declines(agent, colleague, stranger):
    third = AgentFactory.create(team=agent.team)
    request = swap_asked(agent, colleague)
    for other in (third, stranger, agent):
        with pytest.raises(NotAllowed):
            swaps.accept(request, by=other.user, at=NOW, agent=other)
        with pytest.raises(NotAllowed):
            swaps.decline(request, by=other.user, at=NOW)


def test_an_offer_to_anybody_is_for_the_team_only(agent, stranger):
    request = given_away(agent)
    for other in (stranger, agent):
        with pytest.raises(NotAllowed):
            swaps.accept(request, by=other.user, at=NOW)


def test_whoever_comes_second_is_told_that_another_was_faster(agent, colleague):
    third = AgentFactory.create(team=agent.team)
    request = given_away(agent)
    swaps.accept(request, by=colleague.user, at=NOW)
    with pytest.raises(AlreadyTaken, match="同事"):
        swaps.accept(request, by=third.user, at=NOW)


def test_shifts_that_are_not_ones_own_or_have_begun_are_not_offered(agent, colleague):
    others, past = ahead(colleague), DutyFactory.create(agent=agent, on=TODAY)
    draft = DutyFactory.create(agent=agent, on=TODAY + timedelta(days=3), is_draft=True)
    for wrong in (others, past, draft):
        with pytest.raises(WrongState):
            swaps.give_away(agent, given=[wrong], by=agent.user, at=NOW)


def test_what_a_draft_takes_away_is_asked_and_taken_as_published_and_told_to_who_decides(
    agent, colleague, supervisor
):
    given, taken = ahead(agent), ahead(colleague, days=3)
    DutyAssignment.objects.update(is_withdrawn=True)  # In a version that is not published.
    assert mine.shifts_ahead(agent, at=NOW) == [given]
    request = swaps.ask(agent, given=[given], taken=[taken], by=agent.user, at=NOW)
    request = swaps.accept(request, by=colleague.user, at=NOW)
    with pytest.raises(WrongState, match="正在编制"):
        deciding.approve(request, by=supervisor, at=NOW)
    assert (shifts_of(agent), shifts_of(colleague)) == ([(1, "D")], [(3, "D")])


def test_a_shift_is_in_one_undecided_request_only(agent, colleague):
    shift = ahead(agent)
    first = swaps.give_away(agent, given=[shift], by=agent.user, at=NOW)
    with pytest.raises(AlreadyTaken):
        swaps.give_away(agent, given=[shift], to=colleague, by=agent.user, at=NOW)
    deciding.withdraw(first, by=agent.user, at=NOW)
    assert swaps.give_away(agent, given=[shift], to=colleague, by=agent.user, at=NOW).pk


def test_a_shift_changed_meanwhile_is_exchanged_no_more(agent, colleague, supervisor):
    request = swap_asked(agent, colleague)
    duty.cancel(request.shifts.first().duty, by=None, at=NOW)
    with pytest.raises(WrongState):
        swaps.accept(request, by=colleague.user, at=NOW)
    other = swaps.accept(given_away(agent), by=colleague.user, at=NOW)
    duty.cancel(other.shifts.get().duty, by=None, at=NOW)
    with pytest.raises(WrongState):
        deciding.approve(other, by=supervisor, at=NOW)


def test_a_shift_given_away_is_worked_by_the_colleague(agent, colleague, supervisor):
    request = swaps.accept(given_away(agent, to=colleague), by=colleague.user, at=NOW)
    deciding.approve(request, by=supervisor, at=NOW)
    assert (shifts_of(agent), shifts_of(colleague)) == ([], [(1, "D")])
    gone = request.shifts.get().duty
    gone.refresh_from_db()
    assert gone.state == DutyState.CANCELLED


def test_offers_are_shown_to_those_who_may_take_them(agent, colleague, stranger, early, late):
    busy, tired = AgentFactory.create(team=agent.team), AgentFactory.create(team=agent.team)
    shift = ahead(agent, days=2, shift_type=early)
    ahead(busy, days=2)
    ahead(tired, days=1, shift_type=late)
    swaps.give_away(agent, given=[shift], by=agent.user, at=NOW)
    seen = {
        who.pk: len(eligibility.offers_for(who, at=NOW)) for who in (agent, colleague, stranger, busy, tired)
    }
    assert seen == {agent.pk: 0, colleague.pk: 1, stranger.pk: 0, busy.pk: 0, tired.pk: 0}


def test_whoever_is_free_that_day_hears_of_an_offer_to_anybody(agent, colleague):
    busy = AgentFactory.create(team=agent.team)
    ahead(busy)
    given_away(agent)
    assert (len(told(colleague)), len(told(busy)), len(told(agent))) == (1, 0, 0)


def test_a_shift_for_holders_of_a_skill_is_taken_by_holders_only(agent, colleague):
    skill = SkillFactory.create()
    kind = ShiftTypeFactory.create(code="P", name="投诉班", skill=skill)
    shift = ahead(agent, shift_type=kind)
    with pytest.raises(WrongState, match="同事"):
        swaps.give_away(agent, given=[shift], to=colleague, by=agent.user, at=NOW)
    CertificateFactory.create(agent=colleague, skill=skill)
    assert swaps.give_away(agent, given=[shift], to=colleague, by=agent.user, at=NOW).pk


def test_whoever_is_on_leave_takes_nothing(agent, colleague, supervisor):
    deciding.approve(leave_asked(colleague), by=supervisor, at=NOW)
    with pytest.raises(WrongState, match="同事"):
        given_away(agent, to=colleague)


def test_that_a_colleague_is_protected_is_not_told(agent, colleague, supervisor):
    RestrictionFactory.create(agent=colleague, kind=RestrictionKind.NO_NIGHTS, first_on=TODAY)
    night = ahead(agent, days=2, shift_type=ShiftTypeFactory.create(is_night=True))
    said = {}
    for by in (agent.user, supervisor):
        with pytest.raises(WrongState) as refused:
            swaps.give_away(agent, given=[night], to=colleague, by=by, at=NOW)
        said[by] = str(refused.value)
    assert "不能接这个班" in said[agent.user]
    assert "不能接这个班" not in said[supervisor]


def test_a_colleague_of_another_team_is_not_asked(agent, stranger):
    with pytest.raises(WrongState):
        given_away(agent, to=stranger)


# What became of the two meanwhile


@pytest.mark.parametrize("ask", [swap_asked, lambda agent, colleague: given_away(agent, to=colleague)])
@pytest.mark.parametrize("who", [0, 1])
def test_who_changed_teams_meanwhile_exchanges_nothing_any_more(agent, colleague, director, who, ask):
    request = swaps.accept(ask(agent, colleague), by=colleague.user, at=NOW)
    people.move((agent, colleague)[who], team=TeamFactory.create(), by=None, at=NOW)
    with pytest.raises(WrongState, match="本班组"):
        deciding.approve(request, by=director, at=NOW)
    assert shifts_of(agent) == [(1, "D")]


@pytest.mark.parametrize("who", [0, 1])
def test_who_left_meanwhile_exchanges_nothing_any_more(agent, colleague, supervisor, who):
    request = swaps.accept(swap_asked(agent, colleague), by=colleague.user, at=NOW)
    people.leave((agent, colleague)[who], on=TODAY, by=None, at=NOW)
    with pytest.raises(WrongState):
        deciding.approve(request, by=supervisor, at=NOW)


def test_a_shut_out_account_takes_no_shift(agent, colleague, supervisor, administrator):
    """Neither when it is asked, nor taken, nor approved; his own shift others may take from him."""
    taken = swaps.accept(given_away(agent, to=colleague), by=colleague.user, at=NOW)
    offered = swaps.ask(
        agent, given=[ahead(agent, days=2)], taken=[ahead(colleague, days=3)], by=agent.user, at=NOW
    )
    users.set_active(colleague.user, is_active=False, by=administrator, at=NOW)
    for act in (
        lambda: deciding.approve(taken, by=supervisor, at=NOW),
        lambda: swaps.accept(offered, by=supervisor, at=NOW),
        lambda: swaps.give_away(agent, given=[ahead(agent, days=4)], to=colleague, by=agent.user, at=NOW),
    ):
        with pytest.raises(WrongState, match="同事"):
            act()
    his = swaps.give_away(colleague, given=[ahead(colleague, days=6)], to=agent, by=supervisor, at=NOW)
    his = swaps.accept(his, by=agent.user, at=NOW)
    assert deciding.approve(his, by=supervisor, at=NOW).state == RequestState.APPROVED
