"""Articles out of Excel and CSV. What comes in goes to review: whoever imports it has written it."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.errors import NotAllowed
from portal.models import TransferJob, User
from portal.transfers.importers import Column, Record, Result
from staffing.importers import StaffingImporter, choice, day, text, wrong
from training.choices import ArticleKind, ArticleState, Audience
from training.knowledge import articles, drafting, versions
from training.knowledge.content import Content, cleaned_code
from training.models import Article, Topic


class ArticleImporter(StaffingImporter):
    """A code that is known becomes a new version, on what is published now, another one a new article.

    Both wait for somebody else to look them over. Nothing that is published changes by an import: a row that
    would have a known article stand elsewhere, for others or for another time is refused.
    """

    key, label, table = "articles", _("Articles"), "article"
    permission = "training.import_article"
    columns = (
        Column(
            "code",
            pgettext_lazy("article", "Code"),
            is_required=True,
            help=_("Known: a new version of that article."),
            example="refund-1",
        ),
        Column("title", _("Title"), is_required=True, example="退款多久到账？"),
        Column(
            "body",
            pgettext_lazy("article", "Text"),
            is_required=True,
            help=_("Markdown."),
            example="原路退回，1-3 个工作日到账。",
        ),
        Column("topic", _("Topic"), is_required=True, help=_("Its code or its name."), example="退换货"),
        Column("kind", _("Kind of article"), example="问答"),
        Column("audience", _("Audience"), help=_("Empty: agents."), example="客户和客服"),
        Column(
            "questions",
            _("Similar questions"),
            help=_("One a line, as customers ask it."),
            example="退款什么时候到",
        ),
        Column("keywords", _("Keywords"), help=_("One a line.")),
        Column("products", _("Products"), help=_("One a line.")),
        Column("valid_from", _("Valid from"), example="2026-03-01"),
        Column("valid_until", _("Valid until"), example="2026-12-31"),
    )

    def objects_url(self, job: TransferJob) -> str:
        return reverse("admin:training_article_changelist")

    def take(self, row: Record, *, by: User, at: datetime) -> Result:
        content = _content(row).cleaned()
        code = cleaned_code(text(row, "code"))
        article = Article.objects.filter(code=code).select_related("current").first()
        if article is None:
            usual: articles.Facts = {"kind": ArticleKind.FAQ, "audience": Audience.AGENTS}
            draft = drafting.write(content, code=code, by=by, at=at, **usual | _facts(row))
            drafting.submit(draft, revision=draft.revision, by=by, at=at)
            return Result.CREATED
        if not Article.objects.visible_to(by).filter(pk=article.pk).exists():
            raise NotAllowed(_("This is not known, or you may not see it."))
        for field, value in _facts(row).items():
            if getattr(article, field) != value:
                raise wrong(field, _("This article is known already: that is changed on its page."))
        if _says_already(article, content, by):
            return Result.UNCHANGED
        draft = drafting.revise(article, by=by, at=at)
        draft = drafting.save(draft, content, revision=draft.revision, by=by, at=at)
        drafting.submit(draft, revision=draft.revision, by=by, at=at)
        return Result.UPDATED


def _content(row: Record) -> Content:
    return Content(
        title=text(row, "title"),
        body=text(row, "body"),
        questions=_lines(row, "questions"),
        keywords=_lines(row, "keywords"),
        products=_lines(row, "products"),
    )


def _says_already(article: Article, content: Content, by: User) -> bool:
    """What is published, or what the person has already handed in, says the same."""
    own = drafting.draft_of(article, by)
    known = [version for version in (article.current, own) if version is not None]
    return article.state != ArticleState.RETIRED and any(
        versions.content_of(version).says_the_same_as(content) for version in known
    )


def _facts(row: Record) -> articles.Facts:
    """What the row says beside the text; an empty cell says nothing."""
    facts: articles.Facts = {"topic": _topic(row)}
    if row["kind"]:
        facts["kind"] = choice(row, "kind", ArticleKind)
    if row["audience"]:
        facts["audience"] = choice(row, "audience", Audience)
    if row["valid_from"]:
        facts["valid_from"] = day(row, "valid_from")
    if row["valid_until"]:
        facts["valid_until"] = day(row, "valid_until")
    return facts


def _topic(row: Record) -> Topic:
    named = text(row, "topic")
    found = list(Topic.objects.filter(code=named)[:1]) or list(Topic.objects.filter(name=named)[:2])
    if len(found) > 1:
        raise wrong("topic", _("Several topics have this name. Write the code of the topic."))
    if not found:
        raise wrong("topic", _("This is not known, or you may not see it."))
    return found[0]


def _lines(row: Record, field: str) -> tuple[str, ...]:
    """One a line; a semicolon ends one, too, since a cell with lines is hard to type."""
    return tuple(row[field].replace("；", "\n").replace(";", "\n").splitlines())
