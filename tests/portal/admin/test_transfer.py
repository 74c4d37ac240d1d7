from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from kombu.exceptions import OperationalError

from portal import tasks
from portal.choices import AuditAction, TransferStatus
from portal.models import AuditEntry, TransferJob, User
from portal.transfers import jobs, working
from portal.transfers.reading import open_table
from tests.factories import NOW, UserFactory
from tests.portal.transfers.importing import clerk, numbered, table

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("importer", "store")]


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _url(name: str, *args: Any) -> str:
    return reverse(f"admin:portal_transferjob_{name}", args=args)


def _work(job: TransferJob) -> TransferJob:
    working.work(job.pk, clock=lambda: NOW)
    job.refresh_from_db()
    return job


def _ready(by: User, rows: list[list[str]]) -> TransferJob:
    return _work(jobs.upload(table(rows), "groups", by=by, at=NOW))


def test_a_person_imports_a_table_from_the_file_to_the_last_row() -> None:  # C2 X6
    by = clerk()
    client = _signed_in(by)
    rows = [["6", "", "13900000000"], *numbered(5)]

    answer = client.post(_url("upload", "groups"), {"file": table(rows, "六月.xlsx")})
    job = TransferJob.objects.get()
    assert answer.url == _url("change", job.pk)  # type: ignore[attr-defined]

    waiting = client.get(answer.url).content.decode()  # type: ignore[attr-defined]
    assert f'data-progress-url="{_url("progress", job.pk)}"' in waiting
    _work(job)
    decision = client.get(_url("change", job.pk)).content.decode()
    assert "A name is needed." in decision
    assert "139****0000" in decision
    assert "13900000000" not in decision
    assert not Group.objects.filter(name="组1").exists()

    client.post(_url("confirm", job.pk))
    assert client.get(_url("progress", job.pk)).json()["status"] == TransferStatus.RUNNING
    _work(job)
    ending = client.get(_url("change", job.pk)).content.decode()
    assert "/admin/auth/group/" in ending
    assert _url("rejected", job.pk) in ending
    assert Group.objects.filter(name__startswith="组").count() == 5


def test_the_list_offers_the_imports_that_the_person_may_use() -> None:
    job = _ready(clerk(), numbered(1))
    page = _signed_in(clerk()).get(_url("changelist"))

    assert _url("upload", "groups") in page.content.decode()
    assert job.original_name in page.content.decode()


def test_the_list_needs_the_same_queries_for_few_and_for_many(django_assert_max_num_queries: Any) -> None:
    by = clerk()
    client = _signed_in(by)
    for _ in range(30):
        jobs.upload(table(numbered(1)), "groups", by=clerk(), at=NOW)

    with django_assert_max_num_queries(12):
        client.get(_url("changelist"))


@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00", b"<html><table>", b"PK\x03\x04", b"a,b\n1,2\n", b"\x00\x01"], ids=repr
)
def test_an_unusable_file_is_refused_on_the_form_with_a_reason(content: bytes) -> None:  # C2
    client = _signed_in(clerk())

    answer = client.post(_url("upload", "groups"), {"file": SimpleUploadedFile("a.xlsx", content)})

    assert answer.status_code == 400
    assert "bg-red-100" in answer.content.decode()
    assert not TransferJob.objects.exists()
    assert client.get(_url("upload", "groups")).status_code == 200


def test_a_layout_that_is_not_on_offer_is_refused() -> None:
    answer = _signed_in(clerk()).post(_url("upload", "groups"), {"file": table(numbered(1)), "layout": "x"})

    assert answer.status_code == 400
    assert not TransferJob.objects.exists()


def test_a_hostile_cell_is_shown_and_not_run() -> None:
    by = clerk()
    job = _ready(by, [["<script>alert(1)</script>", "", ""]])

    page = _signed_in(by).get(_url("change", job.pk)).content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_the_template_holds_the_columns_and_no_rows(tmp_path: Path) -> None:  # X6
    answer = _signed_in(clerk()).get(_url("template", "groups"))

    path = tmp_path / "template"
    path.write_bytes(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    with open_table(path) as sheet:
        assert [row.cells for row in sheet] == [["编号", "名称", "手机号"]]


def test_files_come_as_an_attachment_that_no_browser_runs() -> None:  # X6
    by = clerk()
    job = _ready(by, [*numbered(1), ["2", "", ""]])
    client = _signed_in(by)

    for url in (_url("template", "groups"), _url("rejected", job.pk)):
        answer = client.get(url)
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_download_of_rejected_rows_is_recorded() -> None:  # X3
    by = clerk()
    job = _ready(by, [*numbered(1), ["2", "", ""]])

    _signed_in(by).get(_url("rejected", job.pk))

    entry = AuditEntry.objects.get(action=AuditAction.EXPORT)
    assert (entry.actor, entry.object_id) == (by, str(job.pk))


ROUTES = [
    ("get", "change"),
    ("get", "progress"),
    ("get", "rejected"),
    ("post", "confirm"),
    ("post", "cancel"),
]


@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_the_job_of_somebody_else_is_not_found(method: str, route: str) -> None:  # X1
    job = _ready(clerk(), [*numbered(1), ["2", "", ""]])
    stranger = UserFactory.create()
    # With a job of his own he may open the list.
    TransferJob.objects.create(
        kind="groups", original_name="own", sha256="", created_by=stranger, created_at=NOW
    )

    answer = getattr(_signed_in(stranger), method)(_url(route, job.pk))

    assert answer.status_code == 404
    job.refresh_from_db()
    assert job.status == TransferStatus.READY


@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_a_colleague_who_may_import_the_kind_finds_the_job(method: str, route: str) -> None:  # X1
    job = _ready(clerk(), [*numbered(1), ["2", "", ""]])

    assert getattr(_signed_in(clerk()), method)(_url(route, job.pk)).status_code in {200, 302}


@pytest.mark.parametrize("route", ["upload", "template"])
def test_an_import_is_closed_to_who_lacks_its_permission(route: str) -> None:  # X1
    url = _url(route, "groups")

    assert _signed_in(UserFactory.create()).get(url).status_code == 403
    assert Client().get(url).status_code == 302
    assert _signed_in(clerk()).get(_url(route, "unknown")).status_code == 404


@pytest.mark.parametrize("route", ["confirm", "cancel"])
def test_looking_changes_nothing(route: str) -> None:
    by = clerk()
    job = _ready(by, numbered(1))

    assert _signed_in(by).get(_url(route, job.pk)).status_code == 405
    job.refresh_from_db()
    assert job.status == TransferStatus.READY


def test_an_uploader_who_lost_the_permission_sees_his_job_and_cannot_start_it() -> None:  # X1
    by = clerk()
    job = _ready(by, numbered(1))
    by.user_permissions.clear()
    client = _signed_in(by)

    page = client.get(_url("change", job.pk))
    client.post(_url("confirm", job.pk))

    assert page.status_code == 200
    assert _url("confirm", job.pk) not in page.content.decode()
    job.refresh_from_db()
    assert job.status == TransferStatus.READY


def test_a_job_can_be_called_off_on_its_page() -> None:
    by = clerk()
    job = _ready(by, numbered(1))

    _signed_in(by).post(_url("cancel", job.pk))

    job.refresh_from_db()
    assert job.status == TransferStatus.CANCELLED


def test_nobody_adds_changes_or_deletes_a_job_by_hand() -> None:
    by = clerk()
    by.is_superuser = True
    by.save()
    job = _ready(by, numbered(1))
    client = _signed_in(by)

    assert client.get(_url("add")).status_code == 403
    assert client.post(_url("delete", job.pk), {"post": "yes"}).status_code == 403
    client.post(_url("change", job.pk), {"status": "done"})
    job.refresh_from_db()
    assert job.status == TransferStatus.READY


def test_an_upload_rings_for_a_worker_and_a_silent_broker_stops_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rung: list[object] = []

    def broken(*args: object, **_options: object) -> None:
        rung.append(args)
        raise OperationalError

    monkeypatch.setattr(tasks.work_on_transfer, "apply_async", broken)

    answer = _signed_in(clerk()).post(_url("upload", "groups"), {"file": table(numbered(1))})

    assert answer.status_code == 302
    job = TransferJob.objects.get()
    assert rung == [((job.pk,),)]
    assert working.due(NOW) == [job.pk]
