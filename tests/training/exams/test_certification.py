"""From a pass to a certificate: once, with a number of its own, and the same paper for ever. # T4"""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
import segno
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from portal.models import User
from staffing import people
from staffing.models import Agent, Certificate
from tests.exam_factories import exam_for_skill, exam_with, sat, sit
from tests.factories import NOW, TODAY, CertificateFactory, SkillFactory
from tests.training_factories import CourseFactory, EnrolmentFactory
from training.choices import AttemptState, Standing
from training.exams import certification, documents
from training.models import CertificateSeries, ExamAttempt, IssuedCertificate

DAY = timedelta(days=1)


def issued_of(agent: Agent) -> IssuedCertificate:
    return IssuedCertificate.objects.get(certificate__agent=agent)


# Issuing


@pytest.mark.django_db
def test_a_pass_gives_a_certificate_from_today_for_the_days_of_the_exam(agent: Agent):
    attempt = sat(exam_for_skill(valid_days=365), agent)
    issued = issued_of(agent)
    certificate = issued.certificate
    assert (certificate.valid_from, certificate.valid_until) == (TODAY, TODAY + 364 * DAY)
    assert (issued.number, issued.attempt) == ("2026-000001", attempt)
    assert re.fullmatch(r"[\w-]{43}", issued.check_code)
    assert issued.facts["score"] == "20"


@pytest.mark.django_db
@pytest.mark.parametrize("state", [AttemptState.FAILED, AttemptState.RUNNING, AttemptState.TO_MARK])
def test_without_a_pass_there_is_none(agent: Agent, state: AttemptState):
    attempt = sat(exam_for_skill(), agent, is_passed=False)
    ExamAttempt.objects.update(state=state)
    assert certification.issue(attempt, at=NOW) is None
    assert not Certificate.objects.exists()


@pytest.mark.django_db
def test_an_exam_without_a_skill_gives_none(agent: Agent):
    assert sat(exam_with(), agent).state == AttemptState.PASSED
    assert not Certificate.objects.exists()


@pytest.mark.django_db
def test_issued_again_it_is_the_same_one(agent: Agent):
    attempt = sat(exam_for_skill(), agent)
    assert certification.issue(attempt, at=NOW + DAY) == issued_of(agent)
    assert Certificate.objects.count() == 1


@pytest.mark.django_db
def test_an_early_renewal_begins_on_the_day_after_the_old_one_ends(agent: Agent):
    exam = exam_for_skill(valid_days=100)
    old = CertificateFactory.create(
        agent=agent, skill=exam.skill, valid_from=date(2026, 1, 1), valid_until=TODAY + 20 * DAY
    )
    sat(exam, agent)
    renewal = issued_of(agent).certificate
    assert (renewal.cycle, renewal.valid_from) == (2, TODAY + 21 * DAY)
    assert renewal.valid_until == TODAY + 120 * DAY
    old.refresh_from_db()
    assert (old.valid_until, old.revoked_on) == (TODAY + 20 * DAY, None)


@pytest.mark.django_db
def test_after_a_lapse_it_begins_today(agent: Agent):
    exam = exam_for_skill()
    CertificateFactory.create(agent=agent, skill=exam.skill, is_expired=True)
    sat(exam, agent)
    assert issued_of(agent).certificate.valid_from == TODAY


@pytest.mark.django_db
def test_certificates_cannot_be_piled_up_by_taking_the_course_again(agent: Agent):
    course = CourseFactory.create()
    exam = exam_for_skill(course=course, wait_hours=0)
    for cycle in (1, 2):
        EnrolmentFactory.create(agent=agent, course=course, cycle=cycle)
        assert sat(exam, agent, at=NOW + cycle * DAY).state == AttemptState.PASSED
    assert Certificate.objects.count() == 1


@pytest.mark.django_db
def test_numbers_run_through_the_year_and_begin_anew_with_the_next(agent: Agent, stranger: Agent):
    exam = exam_with(skill=SkillFactory.create(), valid_days=20)
    sat(exam, agent)
    sat(exam, stranger)
    sat(exam, agent, at=NOW + 300 * DAY)
    numbers = IssuedCertificate.objects.order_by("pk").values_list("number", flat=True)
    assert list(numbers) == ["2026-000001", "2026-000002", "2027-000001"]


# Two at once


def race(*acts: Any) -> list[Any]:
    start = Barrier(len(acts))

    def run(act: Any) -> Any:
        try:
            connection.ensure_connection()
            start.wait(20)
            return act()
        except DatabaseError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def passed_without_certificate(agent: Agent) -> ExamAttempt:
    attempt = sit(exam_for_skill(), agent)
    ExamAttempt.objects.update(state=AttemptState.PASSED, score=20, handed_in_at=NOW)
    attempt.refresh_from_db()
    return attempt


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_issue_at_once_give_one_certificate(agent: Agent):
    attempt = passed_without_certificate(agent)
    outcomes = race(*[lambda: certification.issue(attempt, at=NOW)] * 4)
    assert len({each.number for each in outcomes}) == 1
    assert (Certificate.objects.count(), IssuedCertificate.objects.count()) == (1, 1)
    assert CertificateSeries.objects.get().last == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_locks_the_database_stops_the_second(agent: Agent, monkeypatch: pytest.MonkeyPatch):
    """The control of the race before: with the locks off, it does not come out well."""
    attempt = passed_without_certificate(agent)
    meeting = Barrier(2)

    def without_waiting(queryset: Any, *_args: Any, **_options: Any) -> Any:
        return queryset.all()

    def after_both_have_looked(rows: Any, *args: Any, **kwargs: Any) -> Any:
        meeting.wait(20)
        return certify(rows, *args, **kwargs)

    certify = people.certify
    monkeypatch.setattr(QuerySet, "select_for_update", without_waiting)
    monkeypatch.setattr(people, "certify", after_both_have_looked)
    outcomes = race(*[lambda: certification.issue(attempt, at=NOW)] * 2)
    assert sum(isinstance(each, DatabaseError) for each in outcomes) == 1
    assert (Certificate.objects.count(), IssuedCertificate.objects.count()) == (1, 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_that_begin_at_once_both_get_the_same_paper(agent: Agent):
    exam = exam_with()
    outcomes = race(*[lambda: sit(exam, agent)] * 4)
    assert len({each.pk for each in outcomes}) == 1
    assert ExamAttempt.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_second_tab_runs_into_the_database(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
):
    exam = exam_with()
    meeting = Barrier(2)
    create = ExamAttempt.objects.create

    def after_both_have_looked(**facts: Any) -> Any:
        meeting.wait(20)
        return create(**facts)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, *_args, **_options: rows.all())
    monkeypatch.setattr(ExamAttempt.objects, "create", after_both_have_looked)
    outcomes = race(*[lambda: sit(exam, agent)] * 2)
    assert sum(isinstance(each, DatabaseError) for each in outcomes) == 1


# How it stands


@pytest.mark.parametrize(
    ("on", "revoked_on", "standing"),
    [
        (date(2025, 12, 31), None, Standing.LATER),
        (date(2026, 1, 1), None, Standing.VALID),
        (date(2026, 11, 30), None, Standing.VALID),
        (date(2026, 12, 1), None, Standing.DUE),
        (date(2026, 12, 31), None, Standing.DUE),
        (date(2027, 1, 1), None, Standing.EXPIRED),
        (date(2026, 5, 1), date(2026, 5, 1), Standing.REVOKED),
        (date(2026, 4, 30), date(2026, 5, 1), Standing.VALID),
    ],
)
def test_how_a_certificate_stands_on_a_day(on: date, revoked_on: date | None, standing: Standing):
    certificate = Certificate(
        valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31), revoked_on=revoked_on
    )
    assert certification.standing(certificate, on) == standing


@pytest.mark.django_db
def test_the_lists_and_the_rule_agree_on_how_certificates_stand(agent: Agent, stranger: Agent):
    exam = exam_with(skill=SkillFactory.create(), valid_days=100)
    sat(exam, agent)
    sat(exam, stranger)
    rows = IssuedCertificate.objects
    for day in range(-1, 102):
        on = TODAY + day * DAY
        found = {certification.standing(each.certificate, on) for each in rows.select_related("certificate")}
        counts = (rows.valid(on).count(), rows.due(on).count(), rows.expired(on).count())
        expected = {
            Standing.LATER: (0, 0, 0),
            Standing.VALID: (2, 0, 0),
            Standing.DUE: (2, 2, 0),
            Standing.EXPIRED: (0, 0, 2),
        }
        assert counts == expected[found.pop()], on


# The paper


def written(issued: IssuedCertificate) -> bytes:
    out = io.BytesIO()
    documents.write(out, issued)
    return out.getvalue()


@pytest.mark.django_db
def test_the_paper_says_who_may_do_what_how_long_and_how_to_check_it(agent: Agent):
    sat(exam_for_skill(), agent)
    issued = issued_of(agent)
    wording = documents.wording_of(issued)
    assert (wording.name, wording.skill) == ("组员", "售后退款")
    assert "售后上岗考试" in wording.sentence
    assert "2026-000001" in wording.number
    assert "2026" in wording.days
    assert "2027" in wording.days
    assert any("20" in value for _label, value in wording.facts)
    assert documents.check_url(issued) == f"http://testserver/certificates/{issued.check_code}/"
    assert written(issued).startswith(b"%PDF-")


@pytest.mark.django_db
def test_the_code_on_it_is_the_address_of_the_check(agent: Agent):
    sat(exam_for_skill(), agent)
    url = documents.check_url(issued_of(agent))
    matrix = segno.make_qr(url, error="m").matrix
    dark = {
        (column, row) for row, line in enumerate(matrix) for column, is_dark in enumerate(line) if is_dark
    }
    assert set(documents.modules(url)) == dark


@pytest.mark.django_db
def test_it_prints_the_same_whatever_is_renamed_since(agent: Agent):
    exam = exam_for_skill()
    sat(exam, agent)
    before = written(issued_of(agent))
    User.objects.filter(pk=agent.user_id).update(name="改名了")
    type(exam).objects.update(title="改名了")
    type(exam.skill).objects.update(name="改名了")
    assert written(issued_of(agent)) == before


@pytest.mark.django_db
def test_a_revocation_shows_on_it(agent: Agent):
    sat(exam_for_skill(), agent)
    before = written(issued_of(agent))
    people.revoke(issued_of(agent).certificate, reason="抽检", by=None, at=NOW)
    assert documents.wording_of(issued_of(agent)).revoked
    assert written(issued_of(agent)) != before


@pytest.mark.django_db
def test_the_longest_department_is_not_printed_over_the_code(agent: Agent, monkeypatch: pytest.MonkeyPatch):
    sat(exam_for_skill(), agent)
    issued = issued_of(agent)
    issued.facts |= {"department": "长" * 60}
    ends: list[float] = []

    def drawn(canvas: Canvas, left: float, _up: float, text: str) -> None:
        ends.append(left + stringWidth(text, canvas._fontname, canvas._fontsize))

    monkeypatch.setattr(Canvas, "drawString", drawn)
    written(issued)
    assert 0 < max(ends) < documents.CODE_LEFT


@pytest.mark.django_db
def test_the_longest_name_fits_on_the_page(agent: Agent):
    sat(exam_for_skill(), agent)
    issued = issued_of(agent)
    issued.facts |= {"name": "长" * 200, "skill": "长" * 200, "exam": "长" * 100}
    assert written(issued).startswith(b"%PDF-")
