"""The clocks of a ticket. # C8 C9"""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import classification, closing, deadlines, handling, intake, ownership
from complaints.choices import Channel, ClockKind, ClockOutcome, Kind, Severity, Status, WaitingFor
from complaints.models import Clock, ServicePolicy, ServiceTarget, Ticket
from portal.choices import Role
from portal.models import Notice, OutboxMessage
from staffing.models import Calendar
from tests.factories import (
    NOW,
    SHANGHAI,
    AgentFactory,
    CategoryFactory,
    TicketFactory,
    UserFactory,
    resolved_ticket,
    standard_policy,
    ticket_in_hand,
)

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def policy_edition() -> ServicePolicy:
    return standard_policy()


@pytest.fixture
def agent():
    return AgentFactory.create()


def clock(ticket: Ticket, kind: ClockKind, **more) -> Clock:
    return Clock.objects.get(ticket=ticket, kind=kind, **more)


def test_a_complaint_has_three_clocks_from_its_arrival():
    ticket = TicketFactory.create(kind=Kind.COMPLAINT, channel=Channel.CHAT)
    dues = dict(ticket.clocks.values_list("kind", "due_at"))
    assert dues == {
        ClockKind.FIRST_RESPONSE: NOW + 5 * MINUTE,
        ClockKind.COMPLAINT_ANSWER: NOW + 24 * HOUR,
        ClockKind.RESOLUTION: NOW + 48 * HOUR,
    }
    assert ticket.next_due_at == NOW + 5 * MINUTE


def test_an_office_clock_waits_for_monday():
    ServiceTarget.objects.filter(clock=ClockKind.FIRST_RESPONSE, channel=Channel.CHAT).update(
        calendar=Calendar.objects.get(code="office")
    )
    friday = datetime(2026, 3, 13, 17, 58, tzinfo=SHANGHAI)
    ticket = TicketFactory.create(received_at=friday)
    assert clock(ticket, ClockKind.FIRST_RESPONSE).due_at == datetime(2026, 3, 16, 9, 3, tzinfo=SHANGHAI)


def test_a_reply_at_the_due_instant_is_in_time_and_one_second_later_is_not(agent):
    punctual, late = (ticket_in_hand(agent) for _ in range(2))
    handling.reply(punctual, text="您好", by=agent.user, at=NOW + 5 * MINUTE)
    handling.reply(late, text="您好", by=agent.user, at=NOW + 5 * MINUTE + timedelta(seconds=1))
    assert clock(punctual, ClockKind.FIRST_RESPONSE).outcome == ClockOutcome.MET
    assert clock(late, ClockKind.FIRST_RESPONSE).outcome == ClockOutcome.MISSED


def test_met_or_missed_does_not_depend_on_when_a_sweep_ran(agent):
    swept, unswept = (ticket_in_hand(agent) for _ in range(2))
    deadlines.watch(at=NOW + 3 * HOUR)
    for ticket in (swept, unswept):
        handling.reply(ticket, text="您好", by=agent.user, at=NOW + 4 * MINUTE)
    outcomes = Clock.objects.filter(kind=ClockKind.FIRST_RESPONSE).values_list("outcome", flat=True)
    assert set(outcomes) == {ClockOutcome.MET}


@pytest.mark.parametrize("act", ["claim", "note", "classify", "wait"])
def test_nothing_but_words_to_the_customer_is_a_first_response(agent, act):
    ticket = ticket_in_hand(agent)
    if act == "note":
        handling.note(ticket, text="已联系仓库", by=agent.user, at=NOW)
    if act == "classify":
        classification.classify(ticket, category=CategoryFactory.create(), by=agent.user, at=NOW)
    if act == "wait":
        handling.wait(ticket, for_=WaitingFor.CUSTOMER, reason="等照片", by=agent.user, at=NOW)
    assert clock(ticket, ClockKind.FIRST_RESPONSE).outcome == ClockOutcome.RUNNING


def test_waiting_for_the_customer_pauses_resolution_and_nothing_else(agent):
    ticket = ticket_in_hand(agent, kind=Kind.COMPLAINT)
    handling.wait(ticket, for_=WaitingFor.CUSTOMER, reason="等照片", by=agent.user, at=NOW + HOUR)
    paused = set(ticket.clocks.exclude(paused_at=None).values_list("kind", flat=True))
    assert paused == {ClockKind.RESOLUTION}

    handling.resume(ticket, by=agent.user, at=NOW + 3 * HOUR)
    resolution = clock(ticket, ClockKind.RESOLUTION)
    assert resolution.due_at == NOW + 50 * HOUR
    assert resolution.pauses.get().reason == "等照片"


def test_waiting_for_a_third_party_pauses_nothing(agent):
    ticket = ticket_in_hand(agent)
    handling.wait(ticket, for_=WaitingFor.THIRD_PARTY, reason="等快递", by=agent.user, at=NOW)
    assert Ticket.objects.get(pk=ticket.pk).status == Status.WAITING_THIRD_PARTY
    assert not ticket.clocks.exclude(paused_at=None).exists()


def test_the_customers_word_ends_the_pause(agent):
    ticket = ticket_in_hand(agent)
    handling.wait(ticket, for_=WaitingFor.CUSTOMER, reason="等照片", by=agent.user, at=NOW)
    handling.hear(ticket, text="照片发您了", at=NOW + 2 * HOUR)
    assert Ticket.objects.get(pk=ticket.pk).status == Status.IN_PROGRESS
    assert clock(ticket, ClockKind.RESOLUTION).due_at == NOW + 50 * HOUR


def test_a_missed_resolution_is_not_healed_by_waiting(agent):
    ticket = ticket_in_hand(agent)
    handling.wait(ticket, for_=WaitingFor.CUSTOMER, reason="等照片", by=agent.user, at=NOW + 49 * HOUR)
    assert clock(ticket, ClockKind.RESOLUTION).due_at == NOW + 48 * HOUR


def test_the_next_reply_is_owed_only_once_the_first_was_given(agent):
    ticket = ticket_in_hand(agent)
    handling.hear(ticket, text="在吗", at=NOW + MINUTE)
    assert not ticket.clocks.filter(kind=ClockKind.NEXT_REPLY).exists()

    handling.reply(ticket, text="在的", by=agent.user, at=NOW + 2 * MINUTE)
    handling.hear(ticket, text="什么时候到", at=NOW + 10 * MINUTE)
    handling.hear(ticket, text="?", at=NOW + 12 * MINUTE)
    assert clock(ticket, ClockKind.NEXT_REPLY).due_at == NOW + 15 * MINUTE


def test_each_next_reply_is_a_round_of_its_own(agent):
    ticket = ticket_in_hand(agent)
    for minute in (1, 10):
        handling.reply(ticket, text="在的", by=agent.user, at=NOW + minute * MINUTE)
        handling.hear(ticket, text="好的", at=NOW + (minute + 1) * MINUTE)
    rounds = ticket.clocks.filter(kind=ClockKind.NEXT_REPLY).values_list("round", flat=True)
    assert list(rounds) == [1, 2]


def test_no_reply_is_owed_on_a_matter_that_was_resolved(agent):
    ticket = resolved_ticket(agent)
    handling.hear(ticket, text="谢谢", at=NOW + HOUR)
    assert not ticket.clocks.running().exists()


def test_reopening_starts_new_clocks_and_keeps_the_old(agent):
    ticket = resolved_ticket(agent, kind=Kind.COMPLAINT)
    closing.reopen(ticket, reason="又坏了", by=agent.user, at=NOW + 5 * HOUR)
    assert clock(ticket, ClockKind.RESOLUTION, cycle=1).outcome == ClockOutcome.MET
    assert clock(ticket, ClockKind.RESOLUTION, cycle=2).due_at == NOW + 53 * HOUR
    assert clock(ticket, ClockKind.COMPLAINT_ANSWER, cycle=2).outcome == ClockOutcome.RUNNING


def test_a_graver_matter_is_measured_by_its_new_limit_from_its_old_start(agent):
    ticket = ticket_in_hand(agent, kind=Kind.COMPLAINT)
    classification.classify(ticket, severity=Severity.CRISIS, by=agent.user, at=NOW + HOUR)
    assert clock(ticket, ClockKind.RESOLUTION).due_at == NOW + 24 * HOUR


def test_a_clock_measured_anew_tells_its_breach_anew(agent):
    ticket = ticket_in_hand(agent, kind=Kind.COMPLAINT)
    deadlines.watch(at=NOW + 39 * HOUR)
    classification.classify(ticket, severity=Severity.CRISIS, by=agent.user, at=NOW + 40 * HOUR)
    deadlines.watch(at=NOW + 40 * HOUR)
    resolution = clock(ticket, ClockKind.RESOLUTION)
    assert OutboxMessage.objects.filter(key__startswith=f"clock:{resolution.pk}:breach").exists()


def test_what_becomes_a_complaint_owes_its_answer_from_the_arrival(agent):
    ticket = ticket_in_hand(agent)
    classification.classify(ticket, kind=Kind.COMPLAINT, by=agent.user, at=NOW + HOUR)
    assert clock(ticket, ClockKind.COMPLAINT_ANSWER).due_at == NOW + 24 * HOUR


def test_what_is_no_complaint_any_more_owes_no_such_answer(agent):
    ticket = ticket_in_hand(agent, kind=Kind.COMPLAINT)
    classification.classify(ticket, kind=Kind.INQUIRY, by=agent.user, at=NOW + HOUR)
    assert clock(ticket, ClockKind.COMPLAINT_ANSWER).outcome == ClockOutcome.VOID


def test_a_key_account_has_three_quarters_of_the_time():
    ticket = TicketFactory.create(kind=Kind.COMPLAINT, level="key", phone="13800138000")
    assert clock(ticket, ClockKind.RESOLUTION).due_at == NOW + 36 * HOUR


def test_a_new_edition_of_the_policy_leaves_running_clocks_as_they_were_promised(agent, policy_edition):
    ticket = ticket_in_hand(agent)
    edition = ServicePolicy.objects.create(number=2, in_force_from=NOW)
    ServiceTarget.objects.create(
        policy=edition,
        clock=ClockKind.RESOLUTION,
        limit=HOUR,
        calendar=Calendar.objects.get(code="hotline"),
    )
    assert clock(ticket, ClockKind.RESOLUTION).policy == policy_edition

    supervisor = UserFactory.create(is_superuser=True)
    deadlines.reapply(ticket, by=supervisor, at=NOW + MINUTE, reason="新时限")
    assert clock(ticket, ClockKind.RESOLUTION).due_at == NOW + HOUR
    assert ticket.events.last().data["clocks"] == [ClockKind.RESOLUTION]


def test_a_matter_is_taken_in_though_its_year_has_no_calendar_and_measured_once_it_has():
    office = Calendar.objects.get(code="office")
    ServiceTarget.objects.filter(clock=ClockKind.RESOLUTION).update(calendar=office)
    ticket = TicketFactory.create(received_at=datetime(2027, 1, 5, 10, tzinfo=SHANGHAI))
    resolution = clock(ticket, ClockKind.RESOLUTION)
    assert (resolution.outcome, resolution.due_at) == (ClockOutcome.RUNNING, None)

    office.years.create(year=2027, source="国务院办公厅通知")
    Calendar.objects.filter(pk=office.pk).update(version=office.version + 1)
    deadlines.watch(at=datetime(2027, 1, 5, 11, tzinfo=SHANGHAI))
    assert clock(ticket, ClockKind.RESOLUTION).due_at is not None


def test_a_warning_and_a_breach_are_each_told_once(agent):
    ticket = ticket_in_hand(agent)
    told = [deadlines.watch(at=NOW + minutes * MINUTE) for minutes in (3, 4.5, 4.6, 5, 6, 60)]
    assert told == [0, 1, 0, 1, 0, 0]
    keys = OutboxMessage.objects.filter(key__startswith="clock:").values_list("key", flat=True)
    first = clock(ticket, ClockKind.FIRST_RESPONSE)
    assert set(keys) == {
        f"clock:{first.pk}:warning:300:{agent.user_id}",
        f"clock:{first.pk}:breach:300:{agent.user_id}",
    }
    assert not Notice.objects.exists(), "telling is the outbox's work, not the sweep's"


def test_a_breach_nobody_watched_is_told_when_somebody_looks_again(agent):
    ticket_in_hand(agent)
    deadlines.watch(at=NOW + 10 * HOUR)
    assert OutboxMessage.objects.filter(key__contains=":breach:").exists()


def test_a_breach_goes_to_the_supervisors_too(agent):
    supervisor = AgentFactory.create(user__roles=[Role.SUPERVISOR], team=agent.team)
    ticket_in_hand(agent)
    deadlines.watch(at=NOW + HOUR)
    assert OutboxMessage.objects.filter(key__contains=":breach:", user=supervisor.user).count() == 1


def test_cancelling_voids_what_is_still_in_time_and_keeps_what_was_missed(agent):
    ticket = ticket_in_hand(agent)
    closing.cancel(ticket, reason="重复提交", by=agent.user, at=NOW + HOUR)
    assert clock(ticket, ClockKind.FIRST_RESPONSE).outcome == ClockOutcome.MISSED
    assert clock(ticket, ClockKind.RESOLUTION).outcome == ClockOutcome.VOID


def test_a_transfer_never_starts_a_clock_anew(agent):
    ticket = ticket_in_hand(agent, kind=Kind.COMPLAINT)
    before = dict(ticket.clocks.values_list("kind", "due_at"))
    other = AgentFactory.create(team=agent.team)
    ownership.transfer(ticket, other, reason="专业问题", by=agent.user, at=NOW + MINUTE)
    ownership.accept(ticket, by=other.user, at=NOW + 2 * MINUTE)
    after = dict(ticket.clocks.exclude(kind=ClockKind.HAND_OVER).values_list("kind", "due_at"))
    assert after == before


def test_the_ticket_shows_the_earliest_of_what_is_owed(agent):
    ticket = ticket_in_hand(agent, kind=Kind.COMPLAINT)
    handling.reply(ticket, text="您好", by=agent.user, at=NOW + MINUTE)
    assert Ticket.objects.get(pk=ticket.pk).next_due_at == NOW + 48 * HOUR
    handling.promise(ticket, due_at=NOW + 2 * HOUR, by=agent.user, at=NOW + MINUTE)
    assert Ticket.objects.get(pk=ticket.pk).next_due_at == NOW + 2 * HOUR


def test_a_live_call_is_no_late_first_response(agent):
    draft = intake.Draft(channel=Channel.HOTLINE, kind=Kind.INQUIRY, subject="退货地址", occurred_at=NOW)
    ticket = intake.take_call(draft, by=agent.user, at=NOW)
    assert clock(ticket, ClockKind.FIRST_RESPONSE).outcome == ClockOutcome.MET


def test_an_answer_missed_before_stays_missed_when_it_is_a_complaint_no_more(agent):
    ticket = ticket_in_hand(agent, kind=Kind.COMPLAINT)
    classification.classify(ticket, kind=Kind.INQUIRY, by=agent.user, at=NOW + 25 * HOUR)
    assert clock(ticket, ClockKind.COMPLAINT_ANSWER).outcome == ClockOutcome.MISSED


def test_what_is_a_complaint_again_owes_its_answer_again(agent):
    ticket = ticket_in_hand(agent, kind=Kind.COMPLAINT)
    classification.classify(ticket, kind=Kind.INQUIRY, by=agent.user, at=NOW + MINUTE)
    classification.classify(ticket, kind=Kind.COMPLAINT, by=agent.user, at=NOW + 2 * MINUTE)
    answer = clock(ticket, ClockKind.COMPLAINT_ANSWER, outcome=ClockOutcome.RUNNING)
    assert (answer.round, answer.due_at) == (2, NOW + 24 * HOUR)


def test_another_severity_brings_no_newer_policy(agent, policy_edition):
    ticket = ticket_in_hand(agent)
    newer = ServicePolicy.objects.create(number=2, in_force_from=NOW + MINUTE)
    for target in policy_edition.targets.all():
        target.pk, target.policy, target.limit = None, newer, 3 * target.limit
        target.save()
    classification.classify(ticket, severity=Severity.CRISIS, by=agent.user, at=NOW + 2 * MINUTE)
    resolution = clock(ticket, ClockKind.RESOLUTION)
    assert (resolution.policy, resolution.limit) == (policy_edition, 24 * HOUR)


def test_once_computed_the_matter_is_due_by_it(office):
    ticket = TicketFactory.create(received_at=datetime(2026, 12, 31, 17, 59, tzinfo=SHANGHAI))
    assert ticket.next_due_at is None
    record_2027(office)
    deadlines.watch(at=datetime(2026, 12, 31, 18, 0, tzinfo=SHANGHAI))
    due = Ticket.objects.get(pk=ticket.pk).next_due_at
    assert due == clock(ticket, ClockKind.FIRST_RESPONSE).due_at is not None


def test_a_clock_is_judged_by_the_year_recorded_meanwhile_watched_or_not(agent, office):
    ticket = ticket_in_hand(agent, at=datetime(2026, 12, 31, 17, 59, tzinfo=SHANGHAI))
    record_2027(office)
    late = datetime(2027, 1, 20, 12, tzinfo=SHANGHAI)
    handling.reply(ticket, text="您好", by=agent.user, at=late)
    stopped = clock(ticket, ClockKind.FIRST_RESPONSE)
    assert stopped.outcome == ClockOutcome.MISSED
    assert stopped.calendar_version == Calendar.objects.get(pk=office.pk).version


def test_a_calendar_that_never_opens_stops_neither_intake_nor_the_watch(office):
    Calendar.objects.filter(pk=office.pk).update(week={}, needs_years=False, version=office.version + 1)
    ServiceTarget.objects.filter(clock=ClockKind.RESOLUTION).update(
        calendar=Calendar.objects.get(code="chat")
    )
    ticket = TicketFactory.create()
    assert clock(ticket, ClockKind.FIRST_RESPONSE).due_at is None
    Calendar.objects.filter(pk=office.pk).update(version=office.version + 2)
    assert deadlines.watch(at=NOW + 30 * 24 * HOUR) == 1


def test_a_breach_that_ended_between_two_watches_is_told_once_all_the_same(agent):
    ticket = ticket_in_hand(agent)
    handling.reply(ticket, text="您好", by=agent.user, at=NOW + HOUR)
    missed = clock(ticket, ClockKind.FIRST_RESPONSE)
    told = OutboxMessage.objects.filter(key__startswith=f"clock:{missed.pk}:breach", user=agent.user)
    assert (missed.breach_told_at, told.count()) == (NOW + HOUR, 1)
    assert deadlines.watch(at=NOW + HOUR) == 0


def test_a_clock_stopped_in_time_tells_nobody(agent):
    ticket = ticket_in_hand(agent)
    handling.reply(ticket, text="您好", by=agent.user, at=NOW + MINUTE)
    assert not OutboxMessage.objects.filter(key__startswith="clock:").exists()


def test_stopping_a_clock_writes_not_over_what_the_watch_tells_meanwhile(agent):
    ticket = ticket_in_hand(agent)
    with CaptureQueriesContext(connection) as queries:
        handling.reply(ticket, text="您好", by=agent.user, at=NOW + HOUR)
    clocks = [one["sql"] for one in queries if one["sql"].startswith('UPDATE "complaints_clock"')]
    written = [sql for sql in clocks if '"outcome" = ' in sql.partition(" WHERE ")[0]]
    assert written
    assert not any("told_at" in sql or "warned_at" in sql for sql in written)


@pytest.fixture
def office() -> Calendar:
    """The office's hours, now for first response and resolution."""
    calendar = Calendar.objects.get(code="office")
    kinds = [ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION]
    ServiceTarget.objects.filter(clock__in=kinds).update(calendar=calendar)
    return calendar


def record_2027(calendar: Calendar) -> None:
    calendar.years.create(year=2027, source="国务院办公厅通知")
    Calendar.objects.filter(pk=calendar.pk).update(version=calendar.version + 1)


def test_no_other_severity_heals_what_was_missed(agent):
    ticket = ticket_in_hand(agent, severity=Severity.CRISIS)
    deadlines.watch(at=NOW + 25 * HOUR)
    classification.classify(ticket, severity=Severity.NORMAL, by=agent.user, at=NOW + 30 * HOUR)
    resolution = clock(ticket, ClockKind.RESOLUTION)
    assert (resolution.limit, resolution.breach_told_at) == (24 * HOUR, NOW + 25 * HOUR)


def test_an_inquiry_answered_in_time_is_no_complaint_answered_late(agent):
    ticket = ticket_in_hand(agent)
    handling.reply(ticket, text="您好", by=agent.user, at=NOW + MINUTE)
    classification.classify(ticket, kind=Kind.COMPLAINT, by=agent.user, at=NOW + 30 * HOUR)
    answer = clock(ticket, ClockKind.COMPLAINT_ANSWER)
    assert (answer.outcome, answer.stopped_at) == (ClockOutcome.MET, NOW + MINUTE)


def test_a_pause_ends_when_the_waiting_was_to_end_however_late_the_sweep(agent):
    ticket = ticket_in_hand(agent)
    until = NOW + 3 * HOUR
    handling.wait(
        ticket, for_=WaitingFor.CUSTOMER, reason="等照片", until=until, by=agent.user, at=NOW + 2 * HOUR
    )
    handling.wake(at=NOW + 12 * HOUR)
    assert clock(ticket, ClockKind.RESOLUTION).due_at == NOW + 49 * HOUR


def test_resolving_while_it_waits_counts_the_pause_to_its_end_only(agent):
    ticket = ticket_in_hand(agent, category=CategoryFactory.create())
    handling.reply(ticket, text="您好", by=agent.user, at=NOW)
    until = NOW + 3 * HOUR
    handling.wait(
        ticket, for_=WaitingFor.CUSTOMER, reason="等照片", until=until, by=agent.user, at=NOW + 2 * HOUR
    )
    closing.resolve(ticket, outcome="已补发", by=agent.user, at=NOW + 50 * HOUR)
    assert clock(ticket, ClockKind.RESOLUTION).outcome == ClockOutcome.MISSED


def test_resolving_is_no_reply(agent):
    ticket = ticket_in_hand(agent, category=CategoryFactory.create())
    handling.reply(ticket, text="您好", by=agent.user, at=NOW)
    handling.hear(ticket, text="还是坏的", at=NOW + MINUTE)
    closing.resolve(ticket, outcome="已补发", by=agent.user, at=NOW + 2 * MINUTE)
    assert clock(ticket, ClockKind.NEXT_REPLY).outcome == ClockOutcome.VOID
