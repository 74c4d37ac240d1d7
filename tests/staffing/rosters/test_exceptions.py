"""S11: a roster breaking the law cannot be published without a recorded exception."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from portal.errors import WrongState
from portal.models import AuditEntry
from staffing.choices import RuleCode
from staffing.models import RosterVersion, RuleException, ShiftType
from staffing.rosters import editing, exceptions, publishing
from staffing.rosters.editing import CellChange
from tests.factories import NOW, RestrictionFactory, RosterFactory, standard_policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day", "late", "night")]


def plan(roster, agent, code, number):
    change = CellChange(agent.pk, roster.first_on + timedelta(days=number), (code,))
    (outcome,) = editing.change_cells(roster, [change], by=None, at=NOW)
    assert not outcome.refusal


@pytest.fixture
def early() -> ShiftType:
    return ShiftType.objects.create(code="E", name="晨班", starts="06:00", ends="14:00")


@pytest.fixture
def tired(roster, agent, early):
    """Eight hours of rest between two shifts."""
    plan(roster, agent, "L", 0)
    plan(roster, agent, early.code, 1)
    return roster


def test_what_a_rule_forbids_is_not_published_without_a_reason(tired):
    with pytest.raises(WrongState) as refused:
        publishing.publish(tired, by=None, at=NOW)
    assert "组员" in str(refused.value)
    assert not RosterVersion.objects.exists()


def test_a_reason_is_recorded_by_whom_it_was_given(tired, agent, supervisor):
    (breach,) = exceptions.judge(tired).open
    publishing.publish(tired, by=supervisor, at=NOW, reasons={breach.key: " 同事急病，仅此一次 "})
    made = RuleException.objects.get()
    assert (made.rule, made.agent, made.on) == (RuleCode.REST_BETWEEN, agent, breach.on)
    assert (made.reason, made.by, made.at) == ("同事急病，仅此一次", supervisor, NOW)
    assert "晨班" in made.sentence
    assert AuditEntry.objects.of(made).get().reason == "同事急病，仅此一次"


def test_a_reason_of_nothing_is_none(tired):
    (breach,) = exceptions.judge(tired).open
    with pytest.raises(WrongState):
        publishing.publish(tired, by=None, at=NOW, reasons={breach.key: "  "})
    assert not RuleException.objects.exists()


def test_one_given_before_holds_for_the_next_version(tired, agent):
    (breach,) = exceptions.judge(tired).open
    publishing.publish(tired, by=None, at=NOW, reasons={breach.key: "急病"})
    plan(tired, agent, "D", 4)
    publishing.publish(tired, by=None, at=NOW)
    assert exceptions.judge(tired).granted == {breach.key: "急病"}


def test_one_given_for_less_does_not_hold_for_more(tired, agent):
    (breach,) = exceptions.judge(tired).open
    publishing.publish(tired, by=None, at=NOW, reasons={breach.key: "急病"})
    ShiftType.objects.create(code="X", name="更早", starts="05:00", ends="13:00")
    plan(tired, agent, "X", 1)
    with pytest.raises(WrongState):
        publishing.publish(tired, by=None, at=NOW)


def test_who_reads_another_language_finds_it_granted_all_the_same(tired):
    (breach,) = exceptions.judge(tired).open
    with translation.override("en"):
        publishing.publish(tired, by=None, at=NOW, reasons={breach.key: "illness"})
    with translation.override("zh-hant"):
        assert exceptions.judge(tired).open == []


def test_what_can_never_be_is_not_published_whatever_the_reason(roster, agent):
    RestrictionFactory.create(agent=agent, first_on=roster.first_on, last_on=roster.last_on)
    plan(roster, agent, "N", 0)
    (breach,) = exceptions.judge(roster).forbidden
    with pytest.raises(WrongState):
        publishing.publish(roster, by=None, at=NOW, reasons={breach.key: "急"})
    assert not RosterVersion.objects.exists()


def test_a_day_of_a_year_not_yet_announced_wants_a_reason(agent):
    standard_policy()
    far = RosterFactory.create(team=agent.team, first_on=date(2040, 1, 2), last_on=date(2040, 1, 8))
    plan(far, agent, "D", 0)
    (breach,) = exceptions.judge(far).open
    assert breach.code == RuleCode.UNKNOWN_YEAR
    with pytest.raises(WrongState):
        publishing.publish(far, by=None, at=NOW)
    publishing.publish(far, by=None, at=NOW, reasons={breach.key: "先按周末排，公布后再改"})


def test_a_warning_stands_in_nobodys_way(roster, agent):
    for number in range(6):
        plan(roster, agent, "D", number)  # 48 hours: the overtime is told, and allowed.
    verdict = exceptions.judge(roster)
    assert verdict.warnings
    assert verdict.open == []
    publishing.publish(roster, by=None, at=NOW)
