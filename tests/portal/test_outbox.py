"""Owed once, delivered at least once, on the bell exactly once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection, transaction
from django.db.models import Count

from portal import channels, outbox, policy
from portal.choices import AuditAction, DeliveryState, MessageChannel, Role
from portal.errors import NotAllowed, WrongState
from portal.models import AuditEntry, Notice, OutboxMessage
from tests.factories import NOW, UserFactory

MINUTE = timedelta(minutes=1)


class Killed(BaseException):
    """Stands for a process that is gone: no handler of the code under test may see it."""


@pytest.fixture
def sms_file(settings, tmp_path):
    path = tmp_path / "sms.log"
    settings.SMS_URL = path.as_uri()
    return path


def owe(key="k", **facts):
    facts = {"channel": MessageChannel.PORTAL, "subject": "工单已转给您", "due_at": NOW, "at": NOW} | facts
    if facts["channel"] == MessageChannel.PORTAL and "user" not in facts:
        facts["user"] = UserFactory.create()
    outbox.post(key=key, **facts)


def owe_sms(key="k", **facts):
    owe(key, **{"channel": MessageChannel.SMS, "address": "13800005678", "body": "您的工单已受理"} | facts)


def message(key="k") -> OutboxMessage:
    return OutboxMessage.objects.get(key=key)


def sent_texts(path) -> list[str]:
    lines = path.read_text().splitlines() if path.exists() else []
    return [json.loads(line)["key"] for line in lines]


def deliver_all(at=NOW) -> None:
    while outbox.deliver_due(at):
        pass


# Owing.


@pytest.mark.django_db
def test_the_same_key_is_owed_once():  # X4
    owe("k", subject="一")
    owe("k", subject="二")

    assert message().subject == "一"


@pytest.mark.django_db
def test_a_second_debt_does_not_disturb_the_transaction_it_stands_in():
    with transaction.atomic():
        owe("k")
        owe("k")
        user = UserFactory.create(username="after")

    assert user.pk
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db
def test_an_act_that_is_undone_owes_nothing():
    with transaction.atomic():
        owe("k")
        transaction.set_rollback(True)

    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_several_are_owed_in_one_write(django_assert_num_queries):
    user = UserFactory.create()
    owed = [
        outbox.Owed(key=f"k{n}", channel=MessageChannel.PORTAL, subject="…", user=user, due_at=NOW)
        for n in range(40)
    ]

    with django_assert_num_queries(1):
        outbox.post_many(owed, at=NOW)


@pytest.mark.parametrize(
    "wrong", [{"key": ""}, {"key": "k" * 121}, {"user": None}, {"channel": MessageChannel.SMS, "user": None}]
)
def test_a_debt_without_key_or_recipient_is_a_mistake_of_ours(wrong):
    facts = {"key": "k", "channel": MessageChannel.PORTAL, "subject": "…", "due_at": NOW, "at": NOW} | wrong
    with pytest.raises(ValueError):  # noqa: PT011
        outbox.post(**facts)


# Delivering.


@pytest.mark.django_db
def test_a_message_reaches_the_bell_and_is_marked():
    user = UserFactory.create()
    owe("k", user=user, link="/admin/x/")

    deliver_all()

    notice = Notice.objects.get()
    assert (notice.user, notice.text, notice.link) == (user, "工单已转给您", "/admin/x/")
    assert (message().state, message().sent_at) == (DeliveryState.SENT, NOW)


@pytest.mark.django_db
def test_what_is_not_due_yet_waits():
    owe("k", due_at=NOW + MINUTE)

    deliver_all(NOW)
    assert message().state == DeliveryState.PENDING

    deliver_all(NOW + MINUTE)
    assert message().state == DeliveryState.SENT


@pytest.mark.django_db
def test_mail_goes_to_the_address_or_the_account_with_one_id_per_debt():
    owe("a", channel=MessageChannel.EMAIL, address="a@example.com", body="您好")
    owe("b", channel=MessageChannel.EMAIL, user=UserFactory.create(email="b@example.com"), link="/x/")

    deliver_all()

    to_a, to_b = mail.outbox
    assert (to_a.to, to_a.body) == (["a@example.com"], "您好")
    assert (to_b.to, to_b.body.strip()) == (["b@example.com"], "http://testserver/x/")
    channels.email(message("a"))
    assert mail.outbox[2].extra_headers["Message-ID"] == to_a.extra_headers["Message-ID"]
    assert to_a.extra_headers["Message-ID"] != to_b.extra_headers["Message-ID"]


@pytest.mark.django_db
def test_without_a_gateway_texts_are_written_down_for_the_owner_only(sms_file):
    owe_sms(subject="受理")

    deliver_all()

    written = json.loads(sms_file.read_text())
    assert written == {"key": "k", "to": "13800005678", "text": "您的工单已受理"}
    assert sms_file.stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_a_thousand_messages_are_a_thousand_notices():
    users = UserFactory.create_batch(10)
    outbox.post_many(
        [
            outbox.Owed(
                key=f"k{n}", channel=MessageChannel.PORTAL, subject=str(n), user=users[n % 10], due_at=NOW
            )
            for n in range(1000)
        ],
        at=NOW,
    )

    deliver_all()
    deliver_all(NOW + policy.LEASE + MINUTE)

    assert Notice.objects.count() == 1000
    assert {row["n"] for row in Notice.objects.values("message").annotate(n=Count("id"))} == {1}
    assert not OutboxMessage.objects.pending().exists()


# Dying in between.


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_sent", [False, True])
def test_a_delivery_that_is_killed_is_done_again_when_its_lease_has_run_out(sms_file, monkeypatch, is_sent):
    owe_sms()
    send = channels.sms

    def die(message):
        if is_sent:
            send(message)
        raise Killed

    monkeypatch.setitem(outbox.SENDERS, MessageChannel.SMS, die)
    with pytest.raises(Killed):
        outbox.deliver_due(NOW)
    monkeypatch.setitem(outbox.SENDERS, MessageChannel.SMS, send)

    assert outbox.deliver_due(NOW + policy.LEASE - MINUTE) == 0
    assert outbox.deliver_due(NOW + policy.LEASE) == 1
    assert sent_texts(sms_file) == ["k"] * (2 if is_sent else 1)
    assert message().state == DeliveryState.SENT


@pytest.mark.django_db(transaction=True)
def test_a_bell_killed_between_notice_and_mark_rings_once(monkeypatch):
    owe("k")
    hang = channels.portal

    def die(messages, *, at):
        hang(messages, at=at)
        raise Killed

    monkeypatch.setattr(channels, "portal", die)
    with pytest.raises(Killed):
        outbox.deliver_due(NOW)
    monkeypatch.setattr(channels, "portal", hang)
    deliver_all(NOW + policy.LEASE)

    assert Notice.objects.count() == 1
    assert message().state == DeliveryState.SENT


@pytest.mark.django_db
def test_two_who_ring_the_same_bell_after_a_lease_ran_out_ring_it_once():
    owe("k")
    slow = outbox.lease(NOW, 1)
    outbox.deliver_due(NOW + policy.LEASE)

    channels.portal(slow, at=NOW)

    assert Notice.objects.count() == 1


@pytest.mark.django_db
def test_the_rest_of_a_batch_is_held_on_to_while_a_slow_gateway_works(sms_file, monkeypatch):
    """The lease of what still waits is renewed; one that another has taken meanwhile is left to him."""
    owe_sms("a")
    owe_sms("b")
    owe_sms("c")
    clock = [0.0]
    monkeypatch.setattr(outbox, "monotonic", lambda: clock[0])

    def slow(sent):
        channels.sms(sent)
        if sent.key == "a":
            clock[0] += policy.LEASE.total_seconds() - 1
            taken = NOW + 2 * policy.LEASE
            OutboxMessage.objects.filter(key="c").update(leased_until=taken)

    monkeypatch.setitem(outbox.SENDERS, MessageChannel.SMS, slow)
    outbox.deliver_due(NOW)

    assert sent_texts(sms_file) == ["a", "b"]
    assert message("c").state == DeliveryState.PENDING


# Failing.


@pytest.mark.django_db
def test_a_failure_is_tried_again_later_and_later(settings):
    settings.SMS_URL = ""
    owe_sms()
    waits, at = [], NOW

    for _ in range(4):
        assert outbox.deliver_due(at) == 1
        waits.append(round((message().due_at - at).total_seconds()))
        assert outbox.deliver_due(message().due_at - timedelta(seconds=1)) == 0
        at = message().due_at

    assert waits == [30, 60, 120, 240]
    assert message().attempts == 4


@pytest.mark.django_db
@pytest.mark.usefixtures("sms_file")
def test_one_that_fails_does_not_hold_up_the_others():
    owe("bad", channel=MessageChannel.EMAIL, user=UserFactory.create(email=""))
    owe_sms("good")

    deliver_all()

    assert message("bad").state == DeliveryState.PENDING
    assert message("good").state == DeliveryState.SENT


def give_up() -> None:
    at = NOW
    for _ in range(policy.MOST_ATTEMPTS):
        outbox.deliver_due(at)
        at = message().due_at


@pytest.mark.django_db
def test_after_the_last_attempt_it_is_given_up_and_administrators_are_told(settings):  # X4
    settings.SMS_URL = ""
    administrator = UserFactory.create(roles=[Role.ADMINISTRATOR], language="en")
    UserFactory.create(roles=[Role.HANDLER])
    owe_sms(subject="满意度调查")

    give_up()
    deliver_all(NOW + timedelta(days=1))

    assert message().state == DeliveryState.GIVEN_UP
    notice = Notice.objects.get()
    assert (notice.user, notice.text) == (
        administrator,
        "A message could not be delivered: 满意度调查",
    )


@pytest.mark.django_db
def test_the_error_that_is_kept_does_not_tell_the_address(monkeypatch):
    def refuse(message):
        raise ConnectionRefusedError(f"{message.address} unknown")

    monkeypatch.setitem(outbox.SENDERS, MessageChannel.SMS, refuse)
    owe_sms()

    deliver_all()

    assert message().last_error == "ConnectionRefusedError: *** unknown"


@pytest.mark.django_db
def test_the_error_that_is_kept_tells_no_address_of_an_account_however_it_is_written(monkeypatch):
    def refuse(message):
        to = message.user.email
        raise SMTPRecipientsRefused(
            {to: (550, f"5.1.1 <{to.upper()}> and 138 0013 8000 are unknown".encode())}
        )

    monkeypatch.setitem(outbox.SENDERS, MessageChannel.EMAIL, refuse)
    owe(channel=MessageChannel.EMAIL, user=UserFactory.create(email="boss@private.cn"))

    deliver_all()

    kept = message().last_error
    assert "5.1.1 <***> and *** are unknown" in kept
    assert "private" not in kept.lower()


@pytest.mark.django_db
@pytest.mark.usefixtures("sms_file")
def test_what_was_given_up_can_be_tried_again_by_an_administrator(settings):
    settings.SMS_URL, url = "", settings.SMS_URL
    owe_sms()
    give_up()
    settings.SMS_URL = url
    administrator = UserFactory.create(roles=[Role.ADMINISTRATOR])
    later = NOW + timedelta(days=1)

    outbox.retry(message(), by=administrator, at=later)
    outbox.deliver_due(later)

    assert message().state == DeliveryState.SENT
    assert AuditEntry.objects.get().action == AuditAction.RETRY


@pytest.mark.django_db
def test_only_what_was_given_up_is_tried_again_and_not_by_everybody():
    owe_sms()
    with pytest.raises(WrongState):
        outbox.retry(message(), by=UserFactory.create(roles=[Role.ADMINISTRATOR]), at=NOW)
    with pytest.raises(NotAllowed):
        outbox.retry(message(), by=UserFactory.create(roles=[Role.SUPERVISOR]), at=NOW)


# Two at once. On PostgreSQL rows are passed over that another has locked, on SQLite the other waits.


def lease_without_lock(at, limit):
    """The control: reads and writes as `outbox.lease` does, but lets another in between."""
    messages = list(OutboxMessage.objects.due(at)[:limit])
    meet.wait(timeout=10)
    OutboxMessage.objects.filter(pk__in=[each.pk for each in messages]).update(leased_until=at + policy.LEASE)
    return messages


meet = Barrier(2)


def two_at_once(act) -> list:
    start = Barrier(2)

    def run(_number):
        try:
            start.wait(timeout=10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, range(2)))


@pytest.mark.django_db(transaction=True)
def test_two_deliverers_never_hold_the_same_message():  # X4
    user = UserFactory.create()
    for n in range(60):
        owe(f"k{n}", user=user)

    def lease_all():
        held = []
        while batch := outbox.lease(NOW, 5):
            held += [each.pk for each in batch]
        return held

    first, second = two_at_once(lease_all)

    # On PostgreSQL both may pass over the last rows; then a later round takes them.
    rest = [each.pk for each in outbox.lease(NOW, 60)]
    assert len(first) + len(second) + len(rest) == 60
    assert len({*first, *second, *rest}) == 60


@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_lock_holds_messages_twice():
    user = UserFactory.create()
    for n in range(5):
        owe(f"k{n}", user=user)
    meet.reset()

    first, second = two_at_once(lambda: [each.pk for each in lease_without_lock(NOW, 5)])

    assert first == second


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_on_postgresql_a_lease_passes_over_what_another_is_leasing():
    """Nobody waits for a slow colleague: the locked rows are left to him."""
    user = UserFactory.create()
    for n in range(10):
        owe(f"k{n}", user=user)

    with transaction.atomic():
        mine = {each.pk for each in outbox.lease(NOW, 5)}
        with ThreadPoolExecutor(1) as pool:
            his = {each.pk for each in pool.submit(lease_and_close).result(timeout=10)}

    assert len(mine) == len(his) == 5
    assert not mine & his


def lease_and_close():
    try:
        return outbox.lease(NOW, 10)
    finally:
        connection.close()
