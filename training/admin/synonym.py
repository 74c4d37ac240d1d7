"""The synonym table: proposed in a form, tried on questions, published by whoever looks articles over."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from portal.admin import lists
from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.tables import TableAdmin
from portal.errors import DomainError
from training import rights
from training.choices import PhraseState
from training.models import Article, SynonymGroup
from training.resources.search import SynonymResource
from training.search import synonyms, trial
from training.search.concepts import key_of
from training.search.searching import search

STATES = {PhraseState.DRAFT: "warning", PhraseState.PUBLISHED: "success", PhraseState.RETIRED: None}
SHOWN = 8
"""Phrases of a group in the list."""


class ReasonForm(BaseDialogForm):
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)


class GroupForm(forms.ModelForm):
    phrases = forms.CharField(
        label=_("phrases"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 12}),
        help_text=_(
            "One a line, at least two, that mean the same to a customer. “…” stands for up to eight "
            "characters: “取消…订单” is found in “取消一下我的订单”."
        ),
    )

    read_revision = forms.IntegerField(label="", required=False, widget=forms.HiddenInput)

    class Meta:
        model = SynonymGroup
        fields = ("phrases", "note")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk and "phrases" in self.fields:
            self.initial["phrases"] = "\n".join(self.instance.phrases)
            self.initial["read_revision"] = self.instance.revision

    def clean_phrases(self) -> list[str]:
        return str(self.cleaned_data["phrases"]).splitlines()

    def _post_clean(self) -> None:
        """The step writes, not the form."""


@admin.register(SynonymGroup)
class SynonymGroupAdmin(TableAdmin):
    has_own_ledger = True
    form = GroupForm
    resource_classes = [SynonymResource]
    import_kind = "synonyms"
    list_before_template = "training/search/synonyms_before.html"
    list_display = ["shown", "state_label", "shipped", "changed_by", "changed_at"]
    list_display_links = ["shown"]
    list_filter = [
        ("state", ChoicesDropdownFilter),
        "is_shipped",
        ("changed_at", lists.DayRangeFilter),
    ]
    list_select_related = ["changed_by"]
    search_fields = ["code"]
    search_help_text = _("Part of a phrase")
    ordering = ["code"]
    fields = ["phrases", "note"]
    actions_row = ["publish", "retire"]
    actions_detail = ["publish", "retire"]

    class Media:
        css = {"all": ["training/search.css"]}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.trial_view)
        return [path("trial/", view, name="training_synonymgroup_trial"), *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: SynonymGroup | None = None) -> list[str]:
        hidden = ["read_revision"] if obj and self.has_change_permission(request, obj) else []
        return [*self.fields, *hidden]

    def find(self, request: HttpRequest, queryset: Any, text: str) -> tuple[QuerySet, bool]:
        """By part of a phrase in either script. The table is small, and JSON hides its words from SQLite."""
        key = key_of(text)
        fitting = [
            pk
            for pk, code, phrases in queryset.values_list("pk", "code", "phrases")
            if key and (key in code or any(key in key_of(phrase) for phrase in phrases))
        ]
        return (queryset.filter(pk__in=fitting) if text else queryset), False

    def has_publish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.PUBLISH) and person(request).has_perm(rights.KEEP_SYNONYMS)

    def save_model(
        self, request: HttpRequest, obj: SynonymGroup, form: forms.ModelForm, change: bool
    ) -> None:
        given = form.cleaned_data
        facts = {"phrases": given["phrases"], "note": given["note"]}
        by, at = person(request), timezone.now()
        if change:
            synonyms.amend(obj, **facts, revision=given.get("read_revision"), by=by, at=at)
        else:
            obj.pk = synonyms.propose(**facts, by=by, at=at).pk
        self._warn(request, given["phrases"], obj)

    def _warn(self, request: HttpRequest, phrases: list[str], group: SynonymGroup) -> None:
        """A phrase of two groups blurs both."""
        for phrase, other in list(synonyms.conflicts(phrases, but=group).items())[:SHOWN]:
            told = _("“%(phrase)s” stands in the group “%(group)s”, too: it means both now.")
            messages.warning(request, told % {"phrase": phrase, "group": other})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A group has no tables beside it."""

    @display(description=_("phrases"), ordering="code")
    def shown(self, group: SynonymGroup) -> str:
        more = len(group.phrases) - SHOWN
        return " / ".join(map(str, group.phrases[:SHOWN])) + (f" +{more}" if more > 0 else "")

    @display(description=_("state"), ordering="state", label=STATES)
    def state_label(self, group: SynonymGroup) -> tuple[str, str]:
        return group.state, group.get_state_display()

    @display(description=_("shipped"), ordering="is_shipped", boolean=True)
    def shipped(self, group: SynonymGroup) -> bool:
        return group.is_shipped

    # Acts

    @dialog_action(
        _("Publish"),
        text=_(
            "Search knows the group from now on. Articles that hold one of its phrases are indexed again."
        ),
        done=_("The group is published."),
        permissions=["publish"],
        icon="publish",
    )
    def publish(self, request: HttpRequest, group: SynonymGroup, form: BaseDialogForm) -> None:
        self._told(request, synonyms.publish(group, by=person(request), at=timezone.now()))

    @dialog_action(
        _("Retire"),
        form_class=ReasonForm,
        text=_("Search knows the group no more. It can be published again."),
        done=_("The group is retired."),
        permissions=["publish"],
        icon="block",
    )
    def retire(self, request: HttpRequest, group: SynonymGroup, form: ReasonForm) -> None:
        reason = form.cleaned_data["reason"]
        self._told(request, synonyms.retire(group, reason=reason, by=person(request), at=timezone.now()))

    def _told(self, request: HttpRequest, group: SynonymGroup) -> None:
        if not group.is_indexed:
            messages.info(request, str(_("It touches many articles; they are indexed again within minutes.")))

    # The trial

    def trial_view(self, request: HttpRequest) -> HttpResponse:
        """A question, what it finds and why; by POST with a draft of a group, before and after."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        given = request.POST if request.method == "POST" else request.GET
        question = given.get("q", "").strip()
        key = lists.key(given.get("group", ""))
        group = SynonymGroup.objects.filter(pk=key).first() if key else None
        within = Article.objects.readable_by(person(request), timezone.localdate())
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("Try the search"),
            "opts": self.opts,
            "question": question,
            "group": group,
            "drafts": SynonymGroup.objects.filter(state=PhraseState.DRAFT).order_by("-pk")[:50],
            "may_try": self.has_change_permission(request),
        }
        if question:
            context |= self._trial(request, question, group, within)
        return TemplateResponse(request, "training/search/trial.html", context)

    def _trial(
        self, request: HttpRequest, question: str, group: SynonymGroup | None, within: Any
    ) -> dict[str, Any]:
        if group and request.method == "POST":
            by, at = person(request), timezone.now()
            try:
                return {
                    "terms": trial.terms(question),
                    "comparison": trial.compare(question, group, within=within, by=by, at=at),
                }
            except DomainError as refusal:
                messages.error(request, str(refusal))
        return {"terms": trial.terms(question), "answer": search(question, within=within, limit=10)}
