"""S1: a certificate that lapses takes its holder off future duty, and he hears of it in good time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection

from portal.models import AuditEntry, OutboxMessage, User
from staffing import duty, lapses, people
from staffing.models import Agent, Certificate, DutyAssignment, ShiftType
from staffing.querysets import AgentQuerySet, DutyQuerySet
from staffing.shifts import Span
from tests.factories import (
    NOW,
    TODAY,
    AgentFactory,
    AttendanceFactory,
    CertificateFactory,
    DutyFactory,
    ShiftTypeFactory,
    SkillFactory,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def refunds() -> ShiftType:
    """A shift for holders of a skill only."""
    return ShiftTypeFactory.create(code="R", name="退款班", skill=SkillFactory.create(name="退款"))


def certificate(agent: Agent, refunds: ShiftType, **terms) -> Certificate:
    return CertificateFactory.create(agent=agent, skill=refunds.skill, **terms)


def on_shifts(agent: Agent, shift_type: ShiftType, *days: int, **terms) -> list[DutyAssignment]:
    return [
        DutyFactory.create(agent=agent, shift_type=shift_type, on=TODAY + day * DAY, **terms) for day in days
    ]


def standing() -> list[int]:
    """How many days from today the duties lie that still stand."""
    days = DutyAssignment.objects.standing().order_by("on").values_list("on", flat=True)
    return [(on - TODAY).days for on in days]


def told() -> list[str]:
    return [*OutboxMessage.objects.order_by("pk").values_list("subject", flat=True)]


def test_revoking_takes_the_holder_off_every_duty_that_has_not_begun(
    agent: Agent, supervisor: User, trainer: User, refunds: ShiftType
) -> None:
    given = certificate(agent, refunds)
    on_shifts(agent, refunds, -1, 0, 1)
    on_shifts(agent, refunds, 2, is_draft=True)
    people.revoke(given, reason="抽检不合格", by=trainer, at=NOW)
    assert standing() == [-1, 0]
    cancelled = AuditEntry.objects.filter(object_type="staffing.dutyassignment")
    assert [entry.actor for entry in cancelled] == [None, None]
    assert {row.user for row in OutboxMessage.objects.all()} == {agent.user, supervisor}
    assert all("2 " in text for text in told())


def test_the_sweep_waits_until_the_certificate_has_ended(agent: Agent, refunds: ShiftType) -> None:
    certificate(agent, refunds, valid_until=TODAY)
    on_shifts(agent, refunds, 0, 1, 2)
    assert lapses.take_off_lapsed(NOW) == 0
    assert lapses.take_off_lapsed(NOW + timedelta(hours=14)) == 2
    assert standing() == [0]


def test_the_sweep_again_finds_nothing_and_tells_nothing(agent: Agent, refunds: ShiftType) -> None:
    on_shifts(agent, refunds, 1, 2)
    assert lapses.take_off_lapsed(NOW) == 2
    before = told()
    assert lapses.take_off_lapsed(NOW) == 0
    assert told() == before


def test_days_that_a_renewal_covers_stay(agent: Agent, refunds: ShiftType) -> None:
    certificate(agent, refunds, is_expired=True)
    certificate(agent, refunds, cycle=2, valid_from=TODAY + 2 * DAY)
    on_shifts(agent, refunds, 1, 2, 3)
    lapses.take_off_lapsed(NOW)
    assert standing() == [2, 3]


def test_another_skills_shifts_stay(agent: Agent, trainer: User, refunds: ShiftType) -> None:
    given = certificate(agent, refunds)
    hotline = ShiftTypeFactory.create(code="H", skill=SkillFactory.create())
    CertificateFactory.create(agent=agent, skill=hotline.skill)
    on_shifts(agent, refunds, 1)
    on_shifts(agent, hotline, 2)
    on_shifts(agent, ShiftTypeFactory.create(), 3)
    people.revoke(given, reason="抽检不合格", by=trainer, at=NOW)
    assert standing() == [2, 3]


def test_whoever_lost_the_last_certificate_is_off_every_shift(
    agent: Agent, stranger: Agent, trainer: User
) -> None:
    given = CertificateFactory.create(agent=agent)
    on_shifts(agent, ShiftTypeFactory.create(), 1)
    on_shifts(stranger, ShiftTypeFactory.create(), 5)
    people.revoke(given, reason="抽检不合格", by=trainer, at=NOW)
    lapses.take_off_lapsed(NOW)
    assert standing() == [5]


def test_a_shift_to_which_the_agent_has_signed_in_stays(agent: Agent, refunds: ShiftType) -> None:
    (early,) = on_shifts(agent, refunds, 0, starts_at=NOW + timedelta(minutes=30), ends_at=NOW + DAY)
    AttendanceFactory.create(duty=early, signed_in_at=NOW - timedelta(minutes=5))
    assert lapses.take_off_lapsed(NOW) == 0
    assert standing() == [0]
    assert told() == []


def test_the_agent_hears_nothing_of_a_draft(agent: Agent, supervisor: User, refunds: ShiftType) -> None:
    on_shifts(agent, refunds, 1, is_draft=True)
    lapses.take_off_lapsed(NOW)
    assert [row.user for row in OutboxMessage.objects.all()] == [supervisor]


def test_one_agent_that_fails_stops_no_other(monkeypatch, refunds: ShiftType) -> None:
    first, second = AgentFactory.create_batch(2)
    on_shifts(first, refunds, 1)
    on_shifts(second, refunds, 2)
    take_off = lapses.take_off

    def fails_for_the_first(agent: Agent, *, at) -> int:
        if agent == first:
            raise RuntimeError
        return take_off(agent, at=at)

    monkeypatch.setattr(lapses, "take_off", fails_for_the_first)
    assert lapses.take_off_lapsed(NOW) == 1
    assert standing() == [1]


def test_the_sweep_looks_for_its_work_in_a_few_queries(django_assert_max_num_queries) -> None:
    kind = ShiftTypeFactory.create()
    for agent in AgentFactory.create_batch(5):
        CertificateFactory.create(agent=agent)
        on_shifts(agent, kind, 1, 2, 3)
    with django_assert_max_num_queries(4):
        assert lapses.take_off_lapsed(NOW) == 0


# A race: somebody is assigned while his certificate is revoked


def assign_while_revoking(monkeypatch, refunds: ShiftType, given: Certificate) -> None:
    """Assigning has judged the certificate when revoking begins, and waits for it as long as it can."""
    judged, revoked = Event(), Event()
    require_free = duty._require_free

    def wait_then_require_free(agent: Agent, span: Span, others: DutyQuerySet) -> None:
        judged.set()
        revoked.wait(timeout=2)
        require_free(agent, span, others)

    def assign() -> None:
        duty.assign(given.agent, refunds, on=TODAY + DAY, by=None, at=NOW)
        connection.close()

    def revoke() -> None:
        judged.wait(timeout=10)
        people.revoke(given, reason="抽检不合格", by=None, at=NOW)
        revoked.set()
        connection.close()

    monkeypatch.setattr(duty, "_require_free", wait_then_require_free)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(assign), pool.submit(revoke)]:
            done.result(timeout=30)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_whoever_is_assigned_while_the_certificate_is_revoked_is_taken_off(
    monkeypatch, refunds: ShiftType
) -> None:
    assign_while_revoking(monkeypatch, refunds, certificate(AgentFactory.create(), refunds))
    assert standing() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_lock_leaves_him_on_duty(monkeypatch, refunds: ShiftType) -> None:
    monkeypatch.setattr(AgentQuerySet, "locked", AgentQuerySet.all)
    assign_while_revoking(monkeypatch, refunds, certificate(AgentFactory.create(), refunds))
    assert standing() == [1]


# The warning


def test_holder_and_supervisor_are_warned_once_thirty_days_ahead(agent: Agent, supervisor: User) -> None:
    CertificateFactory.create(agent=agent, valid_until=TODAY + 30 * DAY)
    CertificateFactory.create(agent=agent, valid_until=TODAY + 31 * DAY)
    lapses.warn_of_lapses(NOW)
    lapses.warn_of_lapses(NOW + timedelta(hours=1))
    assert {row.user for row in OutboxMessage.objects.all()} == {agent.user, supervisor}
    assert len(told()) == 2


def test_each_is_told_in_his_own_language(agent: Agent, refunds: ShiftType) -> None:
    User.objects.filter(pk=agent.user_id).update(language="en")
    given = certificate(agent, refunds, valid_until=TODAY + 30 * DAY)
    lapses.warn_of_lapses(NOW)
    Certificate.objects.filter(pk=given.pk).update(valid_until=TODAY - DAY)
    on_shifts(agent, refunds, 1)
    lapses.take_off_lapsed(NOW)
    ends, lapsed = told()
    assert ends.startswith("Your certificate for “退款” ends on")
    assert lapsed.startswith("You hold no valid certificate")


def test_nobody_is_warned_of_what_is_renewed_or_of_whoever_has_left(agent: Agent) -> None:
    renewed = CertificateFactory.create(agent=agent, valid_until=TODAY + DAY)
    CertificateFactory.create(agent=agent, skill=renewed.skill, cycle=2, valid_until=TODAY + 300 * DAY)
    CertificateFactory.create(agent=AgentFactory.create(has_left=True), valid_until=TODAY + DAY)
    assert lapses.warn_of_lapses(NOW) == 0
    assert told() == []
