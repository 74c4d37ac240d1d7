import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from portal import tasks
from portal.choices import TransferStatus
from portal.models import TransferJob
from portal.transfers import jobs, policy, working
from tests.portal.transfers.importing import clerk, numbered, table

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("importer", "store")]


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The jobs for which the broker was asked to wake a worker."""
    rung: list[int] = []
    monkeypatch.setattr(tasks.work_on_transfer, "delay", rung.append)
    return rung


def _job() -> TransferJob:
    return jobs.upload(table(numbered(3)), "groups", by=clerk(), at=timezone.now())


def test_the_sweep_finds_what_no_message_told_of(rung: list[int]) -> None:  # C2
    waiting, held = _job(), _job()
    working.take(held.pk, at=timezone.now())

    tasks.sweep_transfers()

    assert rung == [waiting.pk]


def test_the_worker_brings_a_job_to_its_end_and_a_second_message_does_no_harm() -> None:  # C2
    job = _job()
    tasks.work_on_transfer(job.pk)
    job.refresh_from_db()
    jobs.confirm(job, by=job.created_by, at=timezone.now())

    tasks.work_on_transfer(job.pk)
    tasks.work_on_transfer(job.pk)

    job.refresh_from_db()
    assert job.status == TransferStatus.DONE
    assert Group.objects.filter(name__startswith="组").count() == 3


def test_a_message_for_a_job_that_does_not_exist_does_nothing(rung: list[int]) -> None:
    tasks.work_on_transfer(0)

    assert rung == []


def test_a_job_that_takes_longer_than_a_slice_is_rung_for_again(
    rung: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "SLICE", -policy.SLICE)
    job = _job()

    tasks.work_on_transfer(job.pk)

    assert rung == [job.pk]


def test_tidying_up_is_a_task() -> None:
    job = _job()
    tasks.work_on_transfer(job.pk)
    TransferJob.objects.update(created_at=timezone.now() - 2 * policy.CONFIRM_WITHIN)

    tasks.tidy_transfers()

    job.refresh_from_db()
    assert job.status == TransferStatus.CANCELLED
