"""S1: who may work a shift by his certificates."""

from datetime import date, timedelta

import pytest

from portal.errors import WrongState
from portal.models import User
from staffing import certification, duty
from staffing.certification import Held
from staffing.models import Agent
from tests.factories import NOW, TODAY, CertificateFactory, ShiftTypeFactory, SkillFactory

DAY = timedelta(days=1)
REFUND, HOTLINE = 1, 2
MARCH = Held(REFUND, date(2026, 3, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("held", "skill", "day", "allowed"),
    [
        ([], None, 10, True),
        ([], REFUND, 10, False),
        ([MARCH], REFUND, 1, True),
        ([MARCH], REFUND, 31, True),
        ([MARCH], HOTLINE, 10, False),
        ([MARCH], None, 31, True),
        ([Held(REFUND, date(2026, 2, 1), date(2026, 3, 9))], REFUND, 10, False),
        ([Held(REFUND, date(2026, 2, 1), date(2026, 3, 9))], None, 10, False),
        ([Held(REFUND, date(2026, 2, 1), date(2026, 3, 9)), MARCH], None, 10, True),
        ([Held(REFUND, date(2026, 3, 11), date(2026, 4, 1))], None, 10, True),
        ([Held(REFUND, date(2026, 3, 11), date(2026, 4, 1))], REFUND, 10, False),
        ([Held(REFUND, date(2026, 3, 1), date(2026, 4, 1), date(2026, 3, 10))], None, 10, False),
        ([Held(REFUND, date(2026, 3, 1), date(2026, 4, 1), date(2026, 3, 10))], REFUND, 9, True),
    ],
)
def test_a_skills_shift_needs_its_certificate_and_any_other_one_that_counts_of_whoever_had_one(
    held: list[Held], skill: int | None, day: int, *, allowed: bool
) -> None:
    assert certification.permits(held, skill, date(2026, 3, day)) is allowed


@pytest.mark.django_db
def test_nobody_is_put_on_a_shift_without_the_certificate_it_asks_for(agent: Agent, supervisor: User) -> None:
    skill = SkillFactory.create(name="退款")
    refunds = ShiftTypeFactory.create(skill=skill)
    with pytest.raises(WrongState) as refusal:
        duty.assign(agent, refunds, on=TODAY, by=supervisor, at=NOW)
    assert "退款" in str(refusal.value)
    assert "agent" in refusal.value.fields
    CertificateFactory.create(agent=agent, skill=skill, valid_until=TODAY + DAY)
    duty.assign(agent, refunds, on=TODAY + DAY, by=supervisor, at=NOW)
    with pytest.raises(WrongState):
        duty.assign(agent, refunds, on=TODAY + 2 * DAY, by=supervisor, at=NOW)


@pytest.mark.django_db
def test_whoever_lost_every_certificate_is_put_on_no_shift(
    agent: Agent, stranger: Agent, supervisor: User
) -> None:
    CertificateFactory.create(agent=agent, is_expired=True)
    with pytest.raises(WrongState):
        duty.assign(agent, ShiftTypeFactory.create(), on=TODAY, by=supervisor, at=NOW)
    duty.assign(stranger, ShiftTypeFactory.create(), on=TODAY, by=None, at=NOW)
