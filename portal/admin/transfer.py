"""Importing tables: choose a file, see what would happen, let it happen, take the rejected rows home."""

from contextlib import suppress
from io import BytesIO
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError
from unfold.decorators import display

from portal import audit, tasks
from portal.admin.house import ReadOnlyAdmin, person
from portal.admin.refusals import put_on_form
from portal.admin.transfer_form import UploadForm
from portal.choices import AuditAction, TransferStatus
from portal.errors import DomainError, Text
from portal.models import TransferJob
from portal.transfers import importers, jobs, template_file
from portal.transfers.importers import Importer

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ERRORS_SHOWN = 100


class KindFilter(SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(importer.key, str(importer.label)) for importer in importers.for_user(person(request))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(TransferJob)
class TransferJobAdmin(ReadOnlyAdmin):
    """Who may import a kind of table says its importer; whose jobs one sees says `visible_to`."""

    list_display = [
        "original_name",
        "kind_label",
        "status_label",
        "rows_total",
        "rejected_count",
        "created_by",
        "created_at",
    ]
    list_filter = [KindFilter, "status"]
    search_fields = ["original_name"]
    list_select_related = ["created_by"]
    list_before_template = "portal/transfers/kinds.html"

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        user = person(request)
        if not user.is_active:  # The sign-in page asks, too.
            return False
        return bool(importers.for_user(user)) or TransferJob.objects.visible_to(user).exists()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_urls(self) -> list[URLPattern]:
        views = {
            "import/<str:kind>/": ("upload", self.upload_view),
            "import/<str:kind>/template.xlsx": ("template", self.template_view),
            "<int:pk>/confirm/": ("confirm", self.confirm_view),
            "<int:pk>/cancel/": ("cancel", self.cancel_view),
            "<int:pk>/progress/": ("progress", self.progress_view),
            "<int:pk>/rejected.xlsx": ("rejected", self.rejected_view),
        }
        own = [
            path(route, self.admin_site.admin_view(view), name=f"portal_transferjob_{name}")
            for route, (name, view) in views.items()
        ]
        return own + super().get_urls()

    @display(description=_("kind"), ordering="kind")
    def kind_label(self, job: TransferJob) -> Text:
        importer = importers.get(job.kind)
        return importer.label if importer else job.kind

    @display(
        description=_("status"),
        ordering="status",
        label={
            TransferStatus.READY.value: "info",
            TransferStatus.DONE.value: "success",
            TransferStatus.DONE_WITH_ERRORS.value: "warning",
            TransferStatus.FAILED.value: "danger",
        },
    )
    def status_label(self, job: TransferJob) -> tuple[str, str]:
        return job.status, job.get_status_display()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"importers": importers.for_user(person(request)), **(extra_context or {})}
        return super().changelist_view(request, context)

    def upload_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        importer = _importer(request, kind)
        form = UploadForm(importer, request.POST or None, request.FILES or None)
        job = self._upload(request, importer, form) if request.method == "POST" else None
        if job:
            return self._to(job)
        context = {"form": form, "importer": importer}
        title = gettext("Import: %(kind)s") % {"kind": importer.label}
        status = 400 if form.is_bound or request.method == "POST" else 200
        return self._page(request, "portal/transfers/upload.html", title, context, status=status)

    def _upload(self, request: HttpRequest, importer: Importer, form: UploadForm) -> TransferJob | None:
        if not form.is_valid():
            return None
        file, layout = form.cleaned_data["file"], form.cleaned_data["layout"]
        try:
            job = jobs.upload(
                file, importer.key, by=person(request), at=timezone.now(), options={"layout": layout}
            )
        except DomainError as refusal:
            put_on_form(form, refusal)
            return None
        _ring(job)
        return job

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        job = self._job(request, object_id)
        importer = importers.get(job.kind)
        may_import = bool(importer and person(request).has_perm(importer.permission))
        context = {
            "original": job,
            "job": job,
            "importer": importer,
            "may_import": may_import,
            "may_cancel": job.is_unfinished and (may_import or job.created_by == person(request)),
            "errors": job.errors.all()[:ERRORS_SHOWN],
            "objects_url": importer.objects_url(job) if importer and job.rows_accepted else "",
            "progress": _progress(job),
        }
        return self._page(request, "portal/transfers/job.html", job.original_name, context)

    @method_decorator(require_POST)
    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self._job(request, pk)
        try:
            _ring(jobs.confirm(job, by=person(request), at=timezone.now()))
        except DomainError as refusal:
            messages.error(request, str(refusal))
        return self._to(job)

    @method_decorator(require_POST)
    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self._job(request, pk)
        try:
            jobs.cancel(job, by=person(request), at=timezone.now())
            messages.success(request, gettext("The import was called off."))
        except DomainError as refusal:
            messages.error(request, str(refusal))
        return self._to(job)

    @method_decorator(require_GET)
    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return JsonResponse(_progress(self._job(request, pk)))

    # Files, always as an attachment.

    @method_decorator(require_GET)
    def template_view(self, request: HttpRequest, kind: str) -> FileResponse:
        out = BytesIO()
        template_file.write(out, _importer(request, kind))
        out.seek(0)
        return _attachment(out, f"{kind}.xlsx")

    @method_decorator(require_GET)
    def rejected_view(self, request: HttpRequest, pk: int) -> FileResponse:
        job = self._job(request, pk)
        if not job.error_file:
            raise Http404(_("There is no such file."))
        with transaction.atomic():
            facts = {"rejected": [None, job.rejected_count]}
            audit.record(AuditAction.EXPORT, job, by=person(request), at=timezone.now(), changes=facts)
        return _attachment(job.error_file.open("rb"), f"rejected-{job.pk}.xlsx")

    def _job(self, request: HttpRequest, pk: object) -> TransferJob:
        job = self.get_object(request, str(pk))
        if not isinstance(job, TransferJob):
            raise Http404(_("This does not exist, or you may not see it."))
        return job

    def _to(self, job: TransferJob) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:portal_transferjob_change", args=[job.pk]))

    def _page(
        self, request: HttpRequest, template: str, title: str, context: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, template, {**frame, **context}, status=status)


def _importer(request: HttpRequest, kind: str) -> Importer:
    importer = importers.get(kind)
    if importer is None:
        raise Http404(_("There is no such import."))
    if not person(request).has_perm(importer.permission):
        raise PermissionDenied
    return importer


def _ring(job: TransferJob) -> None:
    """Wake a worker. Without a broker the next sweep finds the job."""
    with suppress(OperationalError, OSError):
        tasks.work_on_transfer.apply_async((job.pk,), retry=False)


def _progress(job: TransferJob) -> dict[str, Any]:
    return {
        "status": job.status,
        "is_working": job.is_unfinished and job.status != TransferStatus.READY,
        "rows_done": job.rows_done,
        "rows_total": job.rows_total,
        "text": gettext("%(status)s: %(done)s of %(total)s rows")
        % {"status": job.get_status_display(), "done": job.rows_done, "total": job.rows_total},
    }


def _attachment(file: Any, name: str) -> FileResponse:
    response = FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
