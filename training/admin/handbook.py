"""The handbook of questions and answers, as a page to print and as a PDF. Each one taken away is recorded."""

import tempfile
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminRadioSelectWidget

from portal import audit
from portal.admin.house import person
from portal.choices import AuditAction
from portal.errors import DomainError
from portal.models import User
from training import markdown
from training.choices import Audience
from training.knowledge.handbook import illustrations, paper
from training.knowledge.handbook.contents import Chapter, chapters
from training.models import Article, Topic
from training.querysets.article import audiences_of

IN_MEMORY = 5 * 1024 * 1024


class HandbookForm(forms.Form):
    audience = forms.ChoiceField(
        label=gettext_lazy("For whom"),
        widget=UnfoldAdminRadioSelectWidget,
        initial=Audience.CUSTOMERS,
        help_text=gettext_lazy("A handbook for customers holds nothing that is for agents only."),
    )
    topics = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Topics"),
        queryset=Topic.objects.filter(parent=None),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("Nothing ticked: all topics."),
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        own = audiences_of(user)
        field: Any = self.fields["audience"]
        field.choices = [(value, label) for value, label in Audience.choices if value in own]


class HandbookPages:
    """Before an admin of the house: the form, the page, the file."""

    admin_site: Any
    opts: Any

    def own_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        pages = {
            "handbook": self.handbook_view,
            "handbook/page": self.handbook_page_view,
            "handbook/pdf": self.handbook_pdf_view,
        }
        own = [
            path(f"{route}/", view(require_GET(handler)), name=f"training_article_{route.replace('/', '_')}")
            for route, handler in pages.items()
        ]
        return [*own, *super().own_urls()]  # type: ignore[misc]

    def handbook_view(self, request: HttpRequest) -> HttpResponse:
        self._require(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("FAQ handbook"),
            "opts": self.opts,
            "form": HandbookForm(person(request)),
        }
        return TemplateResponse(request, "training/knowledge/handbook_form.html", context)

    def handbook_page_view(self, request: HttpRequest) -> HttpResponse:
        form, found = self._contents(request)
        if found is None:
            return redirect("admin:training_article_handbook")
        pages = [(chapter, [(entry, markdown.clean(entry.version.html)) for entry in chapter.entries])
                 for chapter in found]  # fmt: skip
        context = {
            **self.admin_site.each_context(request),
            "title": _title(),
            "subtitle": _subtitle(form),
            "opts": self.opts,
            "chapters": pages,
            "query": request.GET.urlencode(),
        }
        self._record(request, found, "html")
        return TemplateResponse(request, "training/knowledge/handbook.html", context)

    def handbook_pdf_view(self, request: HttpRequest) -> HttpResponse | FileResponse:
        form, found = self._contents(request)
        if found is None:
            return redirect("admin:training_article_handbook")
        out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
        printed = _("%(title)s · printed by %(name)s on %(day)s") % {
            "title": _title(), "name": person(request), "day": timezone.localdate(),
        }  # fmt: skip
        paper.write(
            out,
            found,
            title=_title(),
            subtitle=_subtitle(form),
            printed=printed,
            picture=illustrations.of(_articles(found)),
        )
        out.seek(0)
        self._record(request, found, "pdf")
        name = f"handbook-{timezone.localdate().isoformat()}.pdf"
        response = FileResponse(out, as_attachment=True, filename=name, content_type="application/pdf")
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response

    def _contents(self, request: HttpRequest) -> tuple[HandbookForm, Sequence[Chapter] | None]:
        """What was asked for; None, and a message why, if there is nothing to print."""
        self._require(request)
        form = HandbookForm(person(request), request.GET)
        if not form.is_valid():
            messages.error(request, _("Choose for whom the handbook is."))
            return form, None
        given = form.cleaned_data
        try:
            found = chapters(
                user=person(request),
                audience=Audience(given["audience"]),
                on=timezone.localdate(),
                topics=given["topics"],
            )
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return form, None
        if not found:
            messages.warning(request, _("Nothing is published for these readers on these topics."))
        return form, found or None

    def _require(self, request: HttpRequest) -> None:
        if not self.has_export_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied

    def _record(self, request: HttpRequest, found: Sequence[Chapter], form: str) -> None:
        facts = {"file": [None, f"handbook.{form}"], "rows": [None, len(_articles(found))]}
        audit.record(AuditAction.EXPORT, Article, by=person(request), at=timezone.now(), changes=facts)


def _articles(found: Sequence[Chapter]) -> list[Article]:
    return [entry.article for chapter in found for entry in chapter.entries]


def _title() -> str:
    return _("FAQ handbook")


def _subtitle(form: HandbookForm) -> str:
    given = form.cleaned_data
    facts = [str(Audience(given["audience"]).label), *(topic.name for topic in given["topics"])]
    return f"{' · '.join(facts)} · {timezone.localdate().isoformat()}"
