"""The page on which anybody checks a certificate: /certificates/<code>/. # T4"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from staffing import people
from staffing.models import Certificate
from tests.exam_factories import exam_for_skill, sat
from tests.factories import NOW, AgentFactory
from training import policy
from training.choices import Standing
from training.models import IssuedCertificate

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
    cache.clear()


@pytest.fixture
def issued() -> IssuedCertificate:
    sat(exam_for_skill(), AgentFactory.create(user__name="欧阳明月", staff_no="CS7788"))
    return IssuedCertificate.objects.get()


def url(issued: IssuedCertificate) -> str:
    return f"/certificates/{issued.check_code}/"


def test_it_tells_whether_it_counts_what_for_and_no_more_of_the_name_than_needed(
    client: Client, issued: IssuedCertificate
):
    html = client.get(url(issued)).content.decode()
    for told in ("欧**", "售后退款", "2026-000001", "2026-03-11", "2027-03-10"):
        assert told in html
    for kept in ("欧阳明月", "明月", "CS7788", "售后上岗考试", "/ 20"):
        assert kept not in html


@pytest.mark.parametrize(
    ("days", "standing"),
    [(0, Standing.VALID), (350, Standing.DUE), (364, Standing.DUE), (365, Standing.EXPIRED)],
)
def test_it_goes_by_the_day(
    client: Client, issued: IssuedCertificate, now: Any, days: int, standing: Standing
):
    now.move_to(NOW + days * DAY)
    assert client.get(url(issued)).context["standing"] == standing


def test_one_that_begins_later_and_one_revoked_do_not_count(client: Client, issued: IssuedCertificate):
    Certificate.objects.update(valid_from=NOW.date() + DAY)
    assert client.get(url(issued)).context["standing"] == Standing.LATER
    people.revoke(issued.certificate, reason="抽检不合格", by=None, at=NOW)
    answer = client.get(url(issued))
    assert answer.context["standing"] == Standing.REVOKED
    assert "抽检不合格" not in answer.content.decode()


def test_a_name_that_was_changed_since_is_not_the_one_on_the_paper(client: Client, issued: IssuedCertificate):
    agent = issued.certificate.agent
    agent.user.name = "王改名"
    agent.user.save()
    assert "欧**" in client.get(url(issued)).content.decode()


def test_unknown_codes_all_get_the_same_answer(client: Client, issued: IssuedCertificate):
    codes = ["x", "a" * 43, issued.check_code[:-1], issued.check_code.swapcase(), issued.number, "证书"]
    answers = [client.get(f"/certificates/{code}/") for code in codes]
    assert {answer.status_code for answer in answers} == {410}
    assert len({answer.content for answer in answers}) == 1


def test_looking_changes_nothing_and_sets_no_cookie(client: Client, issued: IssuedCertificate):
    before = (list(IssuedCertificate.objects.values()), list(Certificate.objects.values()))
    for _each in range(100):
        assert client.get(url(issued)).status_code == 200
    assert before == (list(IssuedCertificate.objects.values()), list(Certificate.objects.values()))
    assert not client.cookies
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(url(issued)).status_code == 405


def test_whoever_guesses_is_stopped_and_real_ones_are_still_answered(
    client: Client, issued: IssuedCertificate
):
    for number in range(policy.CHECK_MISSES_AT_MOST):
        assert client.get(f"/certificates/{number}/").status_code == 410
    stopped = client.get("/certificates/x/")
    assert stopped.status_code == 429
    assert stopped.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "default-src 'none'" in stopped.headers["Content-Security-Policy"]
    assert client.get(url(issued)).status_code == 200
    assert client.get("/certificates/x/", REMOTE_ADDR="203.0.113.7").status_code == 410


def test_it_may_do_nothing_but_show_itself(client: Client, issued: IssuedCertificate):
    headers = client.get(url(issued)).headers
    assert "script-src" not in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.parametrize(
    ("language", "told"), [("zh-hans", "此证书有效"), ("en", "This certificate is valid")]
)
def test_it_speaks_the_language_of_the_browser(
    client: Client, issued: IssuedCertificate, language: str, told: str
):
    assert told in client.get(url(issued), headers={"Accept-Language": language}).content.decode()
