"""Articles: a list, a form for a new one, and the pages on which they are read, written and looked over."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.tables import TableAdmin
from portal.errors import WrongState
from portal.models import AuditEntry
from training import rights
from training.admin.article_filters import AttentionFilter, StandingFilter
from training.admin.article_forms import FactsForm, FlagForm, ReasonForm, WriteForm
from training.admin.article_pictures import PicturePages
from training.admin.article_reading import ReadingPages
from training.admin.handbook import HandbookPages
from training.admin.library import LibraryPages
from training.admin.review_board import BoardPages
from training.admin.topic_choice import WithinTopic
from training.choices import ArticleKind, Audience
from training.knowledge import articles, drafting, standing, voting
from training.knowledge.standing import Standing
from training.models import Article, ArticleFlag, ArticleVersion
from training.querysets.article import publishes, writes
from training.resources.articles import ArticleResource

STANDINGS = {
    Standing.DRAFT: "default",
    Standing.AHEAD: "info",
    Standing.PUBLISHED: "success",
    Standing.DUE: "warning",
    Standing.EXPIRED: "danger",
    Standing.RETIRED: "default",
}


@admin.register(Article)
class ArticleAdmin(LibraryPages, BoardPages, HandbookPages, PicturePages, ReadingPages, TableAdmin):
    has_own_ledger = True
    form = WriteForm
    resource_classes = [ArticleResource]
    import_kind = "articles"
    list_before_template = "training/knowledge/list_before.html"
    list_display = [
        "title", "topic_path", "kind_label", "audience_label", "standing_label", "in_work", "kept_up_by",
        "review_on", "valid_until",
    ]  # fmt: skip
    list_filter = [
        StandingFilter,
        AttentionFilter,
        WithinTopic,
        ("kind", ChoicesDropdownFilter),
        ("audience", ChoicesDropdownFilter),
    ]
    list_select_related = ["current", "topic__parent__parent", "owner"]
    search_fields = ["code", "current__title"]
    search_help_text = _("Code or words of the title")
    ordering = ["-id"]
    fields = [
        "title",
        "topic",
        "kind",
        "audience",
        "valid_from",
        "valid_until",
        "body",
        "questions",
        "reference",
    ]

    def get_urls(self) -> list[URLPattern]:
        return [*self.own_urls(), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        mine = ArticleVersion.objects.visible_to(person(request)).filter(article=OuterRef("pk"))
        alive = mine.alive().order_by("-number")
        flags = ArticleFlag.objects.open().filter(article=OuterRef("pk")).order_by()
        return (
            super()
            .get_queryset(request)
            .defer("current__body", "current__html")
            .annotate(
                draft_title=Subquery(alive.values("title")[:1]),
                draft_state=Subquery(alive.values("state")[:1]),
                is_flagged=Exists(flags),
            )
        )

    def find(self, request: HttpRequest, queryset: Any, text: str) -> tuple[QuerySet, bool]:
        """Of what is not published yet, the title of its draft, too, for those who see the draft."""
        found = queryset
        texts = ArticleVersion.objects.visible_to(person(request)).alive().order_by()
        for word in text.split():
            drafts = texts.filter(title__icontains=word).values("article")
            found = found.filter(Q(code__iexact=word) | Q(current__title__icontains=word) | Q(pk__in=drafts))
        return found, False

    def get_export_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_export_queryset(request).defer(None)

    # The form of a new article

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed by Django's form: see the pages and their dialogs."""
        return False

    def has_publish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(rights.PUBLISH)

    def has_rewrite_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(rights.REWRITE)

    def has_history_permission(self, request: HttpRequest, obj: Any) -> bool:
        """Who has sent what back, and why, is for those who work on it."""
        user = person(request)
        is_own = writes(user) and Article.objects.kept_by(user).filter(pk=obj.pk).exists()
        return publishes(user) or is_own

    def history_of(self, request: HttpRequest, obj: Any) -> QuerySet[AuditEntry]:
        """With what was done to its versions, as far as the person may see them."""
        versions = ArticleVersion.objects.visible_to(person(request)).filter(article=obj)
        keys = [str(pk) for pk in versions.values_list("pk", flat=True)]
        of_versions = AuditEntry.objects.filter(
            object_type=ArticleVersion._meta.label_lower, object_id__in=keys
        )
        return super().history_of(request, obj) | of_versions

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type("WriteFormOfRequest", (form,), {"request": request})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        usual = {"kind": ArticleKind.FAQ, "audience": Audience.CUSTOMERS}
        return usual | super().get_changeform_initial_data(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """One way on, to the editor."""
        one_button = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**one_button, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in (*WriteForm.Meta.fields, "reference")}
        draft = drafting.write(form.content, by=person(request), at=timezone.now(), **given)
        obj.pk, obj.code, obj.draft = draft.article_id, draft.article.code, draft  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        told = _("The draft is saved. Add pictures here, and hand it in when it is ready.")
        messages.success(request, str(told))
        return redirect("admin:training_articleversion_edit", obj.draft.pk)

    # The list

    @display(description=_("title"), ordering="current__title")
    def title(self, article: Any) -> str:
        return str(article) if article.current else article.draft_title or article.code

    @display(description=_("topic"), ordering="topic__name")
    def topic_path(self, article: Article) -> str:
        return article.topic.trail

    @display(description=_("kind"), ordering="kind")
    def kind_label(self, article: Article) -> str:
        return article.get_kind_display()

    @display(description=_("audience"), ordering="audience")
    def audience_label(self, article: Article) -> str:
        return article.get_audience_display()

    @display(description=_("state"), label=STANDINGS)
    def standing_label(self, article: Article) -> tuple[str, str]:
        how = standing.of(article, timezone.localdate())
        return how, str(how.label)

    @display(description=_("in work"))
    def in_work(self, article: Any) -> str:
        """What the person may know of: a version that is written or reviewed, and an open flag."""
        labels = dict(ArticleVersion._meta.get_field("state").flatchoices)
        told = [str(labels[article.draft_state])] if article.draft_state else []
        told += [str(_("Flagged"))] if article.is_flagged else []
        return " · ".join(told) or "–"

    @display(description=pgettext_lazy("article", "kept up by"), ordering="owner__name")
    def kept_up_by(self, article: Article) -> str:
        return str(article.owner or "–")

    # Acts of the page of one article

    @dialog_action(
        _("Say what is wrong"),
        form_class=FlagForm,
        text=_("Whoever keeps the article up is told, and answers you. Do not quote a customer's data."),
        done=_("Thank you. You are told what was done about it."),
        permissions=["view"],
        icon="flag",
    )
    def flag(self, request: HttpRequest, article: Article, form: FlagForm) -> None:
        if article.current is None:
            raise WrongState(_("It was never published: its draft is still being written."))
        voting.flag(
            article.current, comment=form.cleaned_data["comment"], by=person(request), at=timezone.now()
        )

    @dialog_action(
        _("Topic, readers, validity"),
        form_class=FactsForm,
        text=_("Takes effect at once, without a new version."),
        submit=_("Save"),
        done=_("Saved."),
        permissions=["rewrite"],
        icon="tune",
    )
    def amend(self, request: HttpRequest, article: Article, form: FactsForm) -> None:
        articles.amend(article, by=person(request), at=timezone.now(), **form.facts)

    @dialog_action(
        _("Retire"),
        form_class=ReasonForm,
        text=_("Nobody finds it any more, neither people nor bots. It can be brought back."),
        done=_("The article is retired."),
        permissions=["publish"],
        icon="archive",
    )
    def retire(self, request: HttpRequest, article: Article, form: ReasonForm) -> None:
        reason = form.cleaned_data["reason"]
        articles.retire(article, reason=reason, by=person(request), at=timezone.now())

    @dialog_action(
        _("Bring back"),
        form_class=ReasonForm,
        text=_("Readers see it again as it was. It is due for review at once; bots use it after that."),
        done=_("The article is back."),
        permissions=["publish"],
        icon="unarchive",
    )
    def bring_back(self, request: HttpRequest, article: Article, form: ReasonForm) -> None:
        reason = form.cleaned_data["reason"]
        articles.bring_back(article, reason=reason, by=person(request), at=timezone.now())

    actions_detail = ["flag", "amend", "retire", "bring_back"]
