"""The forms of articles. Each offers only what the person may choose."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from portal.admin import lists
from portal.admin.house import person
from portal.models import User
from staffing.admin.dialogs import date_field
from training import policy
from training.admin.topic_choice import TopicChoice
from training.choices import ArticleKind, Audience
from training.knowledge import voting
from training.knowledge.content import LONGEST_NOTE, LONGEST_TITLE, Content
from training.models import Article, ArticleVersion
from training.querysets.article import audiences_of

ROWS_OF_TEXT = 22


class LinesField(forms.CharField):
    """One thing a line."""

    def __init__(self, **options: Any) -> None:
        rows = options.pop("rows", 4)
        widget = UnfoldAdminTextareaWidget(attrs={"rows": rows})
        super().__init__(required=False, widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else "\n".join(value)

    def clean(self, value: Any) -> Any:
        return tuple(super().clean(value).splitlines())


def text_field(**options: Any) -> forms.CharField:
    attrs = {"rows": ROWS_OF_TEXT, "data-text": "", "spellcheck": "false"}
    return forms.CharField(
        label=pgettext_lazy("article", "text"),
        required=False,
        max_length=policy.LONGEST_TEXT,
        help_text=_("Markdown."),
        widget=UnfoldAdminTextareaWidget(attrs=attrs),
        **options,
    )


def questions_field() -> LinesField:
    return LinesField(
        label=_("similar questions"),
        rows=6,
        help_text=_("One a line, as customers ask it."),
        max_length=policy.MOST_QUESTIONS * 250,
    )


class WriteForm(forms.ModelForm):
    """A new article: what stands beside its text, and the text as far as it goes already.

    `reference` is the number of the matter after which it is written, from the page of which somebody comes.
    """

    title = forms.CharField(label=_("title"), max_length=LONGEST_TITLE, widget=UnfoldAdminTextInputWidget)
    topic = TopicChoice()
    body = text_field()
    questions = questions_field()
    reference = forms.CharField(
        label=_("reference"), required=False, max_length=policy.LONGEST_REFERENCE, widget=forms.HiddenInput
    )

    class Meta:
        model = Article
        fields = ("topic", "kind", "audience", "valid_from", "valid_until")

    request: HttpRequest
    """Set on a class of its own for each request."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "audience" in self.fields:
            audience: Any = self.fields["audience"]
            audience.choices = _audiences(person(self.request))

    @property
    def content(self) -> Content:
        given = self.cleaned_data
        return Content(title=given["title"], body=given["body"], questions=given["questions"])


class EditForm(forms.Form):
    """The words of a draft. `revision` is the one that was read."""

    title = forms.CharField(label=_("title"), max_length=LONGEST_TITLE, widget=UnfoldAdminTextInputWidget)
    body = text_field()
    questions = questions_field()
    keywords = LinesField(label=_("keywords"), rows=2, help_text=_("One a line."), max_length=2_000)
    products = LinesField(label=_("products"), rows=2, help_text=_("One a line."), max_length=2_000)
    note = forms.CharField(
        label=_("what is different"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=_("For the reviewer and the history."),
        widget=UnfoldAdminTextInputWidget,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, draft: ArticleVersion, *, data: Any = None, words: Any = None) -> None:
        names = ("title", "body", "questions", "keywords", "products", "note", "revision")
        initial = {name: getattr(draft, name) for name in names} | (words or {})
        super().__init__(data, initial=initial)

    @property
    def content(self) -> Content:
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("revision", "onto")}
        return Content(**given)


class MergeForm(EditForm):
    """The words of a draft put together with the version `onto`, which was published since."""

    onto = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, draft: ArticleVersion, *, data: Any = None, words: Any = None) -> None:
        super().__init__(draft, data=data, words=words)
        self.initial["onto"] = draft.article.current_id


class ReviewForm(forms.Form):
    """What somebody decides who has read a version in the state of that revision."""

    comment = forms.CharField(
        label=_("review comment"),
        required=False,
        max_length=500,
        help_text=_("Needed to send it back."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        choices=[("approve", ""), ("send_back", "")], widget=forms.HiddenInput, required=True
    )


class FactsForm(BaseDialogForm):
    """What stands beside the text. Each field brings along what was read: only what was changed counts."""

    topic = TopicChoice()
    kind = forms.ChoiceField(label=_("kind"), choices=ArticleKind.choices, widget=UnfoldAdminSelectWidget)
    audience = forms.ChoiceField(label=_("audience"), widget=UnfoldAdminSelectWidget)
    owner = forms.ModelChoiceField(
        label=pgettext_lazy("article", "kept up by"),
        queryset=User.objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    valid_from = date_field(_("valid from"), required=False)
    valid_until = date_field(
        _("valid until"), required=False, help_text=_("The last day. Then it disappears by itself.")
    )

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        rows = Article.objects.visible_to(person(request)).filter(pk=lists.key(object_id or "") or 0)
        article = rows.first()
        names = ("topic", "kind", "audience", "owner", "valid_from", "valid_until")
        initial = {name: getattr(article, name) for name in names} if article else {}
        super().__init__(request, object_id, initial=initial, **options)
        for name in names:
            self.fields[name].show_hidden_initial = True
        audience: Any = self.fields["audience"]
        owner: Any = self.fields["owner"]
        audience.choices = _audiences(person(request))
        kept_by = [article.owner_id] if article else []
        owner.queryset = User.objects.filter(
            Q(pk__in=writers().order_by().values("pk")) | Q(pk__in=kept_by)
        ).order_by("name")

    @property
    def facts(self) -> Any:
        """Not what somebody else has changed while the dialog was open."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.initial}


class ReasonForm(BaseDialogForm):
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)


class FlagForm(BaseDialogForm):
    comment = forms.CharField(
        label=_("what is wrong"),
        max_length=voting.LONGEST_FLAG,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )


class AnswerForm(BaseDialogForm):
    answer = forms.CharField(
        label=_("what was done"),
        max_length=voting.LONGEST_FLAG,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


class VoteForm(forms.Form):
    version = forms.IntegerField()
    useful = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    comment = forms.CharField(required=False, max_length=voting.LONGEST_REASON)


def writers() -> Any:
    """Who can keep an article up: whoever may write one."""
    may = {
        "is_active": True,
        "is_system": False,
        "groups__permissions__codename": "change_article",
        "groups__permissions__content_type__app_label": "training",
    }
    return User.objects.filter(**may).distinct().order_by("name")


def _audiences(user: User) -> Sequence[tuple[str, Any]]:
    own = audiences_of(user)
    return [(value, label) for value, label in Audience.choices if value in own]
