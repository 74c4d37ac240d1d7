"""X1: guessing passwords is slow, and shuts out nobody else."""

import pytest
from axes.models import AccessLog
from django.contrib.sessions.models import Session

from portal import tasks
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]
PASSWORD = "right-password-7"


@pytest.fixture
def people():
    for username in ("chen", "li"):
        user = UserFactory.create(username=username)
        user.set_password(PASSWORD)
        user.save()


@pytest.fixture
def sign_in(client):
    def attempt(username, password=PASSWORD, *, address="10.0.0.7"):
        answer = client.post(
            "/admin/login/", {"username": username, "password": password}, REMOTE_ADDR=address
        )
        client.logout()
        return answer.status_code

    return attempt


IN, AGAIN, SHUT_OUT = 302, 200, 429


def fail(sign_in, times):
    return [sign_in("chen", "wrong") for _ in range(times)]


def test_the_fifth_failure_shuts_somebody_out_for_a_while(sign_in, time_machine):
    time_machine.move_to("2026-03-11T10:00:00+08:00")
    assert fail(sign_in, 5) == [AGAIN] * 4 + [SHUT_OUT]
    assert sign_in("chen") == SHUT_OUT
    time_machine.move_to("2026-03-11T10:15:01+08:00")
    assert sign_in("chen") == IN


def test_a_success_starts_the_count_anew(sign_in):
    fail(sign_in, 4)
    assert sign_in("chen") == IN
    assert fail(sign_in, 4) == [AGAIN] * 4


def test_colleagues_at_the_same_address_are_not_shut_out(sign_in):
    fail(sign_in, 5)
    assert sign_in("li") == IN


def test_nobody_shuts_out_a_colleague_from_elsewhere(sign_in):
    fail(sign_in, 5)
    assert sign_in("chen", address="10.0.0.8") == IN


def test_who_is_shut_out_is_told_so(client):
    for _ in range(5):
        page = client.post("/admin/login/", {"username": "chen", "password": "wrong"})
    assert "portal/plain" in page.text


def test_sessions_go_when_they_are_over_and_sign_ins_after_half_a_year(client, time_machine):
    time_machine.move_to("2026-03-11T10:00:00+08:00")
    client.post("/admin/login/", {"username": "chen", "password": PASSWORD})
    time_machine.move_to("2026-03-11T18:59:00+08:00")
    tasks.tidy_sign_ins()
    assert (Session.objects.count(), AccessLog.objects.count()) == (1, 1)
    time_machine.move_to("2026-03-12T10:00:00+08:00")
    tasks.tidy_sign_ins()
    assert (Session.objects.count(), AccessLog.objects.count()) == (0, 1)
    time_machine.move_to("2026-09-18T10:00:01+08:00")
    tasks.tidy_sign_ins()
    assert AccessLog.objects.count() == 0
