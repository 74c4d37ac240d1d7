from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display
from unfold.forms import BaseDialogForm

from portal.admin import refusals
from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.tables import TableAdmin
from staffing.admin.dialogs import ReasonForm
from training import rights
from training.admin.phrase_forms import StandardPhraseForm
from training.admin.shipped_phrases import ShippedPhrases
from training.choices import PhraseState
from training.models import StandardPhrase
from training.phrases import placeholders, writing
from training.resources.phrases import StandardPhraseResource

STATES = {PhraseState.DRAFT: "warning", PhraseState.PUBLISHED: "success", PhraseState.RETIRED: "info"}
PREFIX = "training_standardphrase"
SUITS = {
    "publish": {PhraseState.DRAFT},
    "retire": {PhraseState.DRAFT, PhraseState.PUBLISHED},
    "take_up": {PhraseState.RETIRED},
}


@admin.register(StandardPhrase)
class StandardPhraseAdmin(ShippedPhrases, TableAdmin):
    """The words that may be put into replies: written by one, published by another."""

    has_own_ledger = True
    form = StandardPhraseForm
    resource_classes = [StandardPhraseResource]
    import_kind = "standard_phrases"
    list_display = ["words", "scene", "state_label", "times_used", "author", "changed_at"]
    list_filter = [
        ("scene", RelatedDropdownFilter),
        ("state", ChoicesDropdownFilter),
    ]
    list_select_related = ["scene", "author"]
    search_fields = ["text", "gloss", "code", "scene__name"]
    search_help_text = _("Words, scene or code")
    ordering = ["scene__position", "position", "id"]
    list_before_template = "training/phrases/standard_before.html"
    actions = ["publish_chosen"]
    actions_list = ["load_shipped"]
    actions_detail = ["publish", "retire", "take_up"]

    class Media:
        css = {"all": ["training/phrases.css"]}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        given = ["scene", "text", "gloss", "position"]
        if obj is None:
            return given
        return [*given, "preview", ("state", "times_used"), ("author", "approved_by"), "code"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["preview", "state", "times_used", "author", "approved_by", "code"]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what its state allows is shown."""
        offered = super().get_actions_detail(request, object_id)
        phrase: Any = self.get_object(request, str(object_id))
        if phrase is None:
            return offered
        fitting = [name for name, states in SUITS.items() if phrase.state in states]
        return [one for one in offered if one.action_name.removeprefix(f"{PREFIX}_") in fitting]

    def save_model(
        self, request: HttpRequest, obj: StandardPhrase, form: forms.ModelForm, change: bool
    ) -> None:
        wording = writing.Wording(
            scene=form.cleaned_data["scene"],
            text=form.cleaned_data["text"],
            gloss=form.cleaned_data["gloss"],
            position=form.cleaned_data["position"],
        )
        if change:
            writing.change(obj, by=person(request), at=timezone.now(), **wording)
        else:
            obj.pk = writing.write(by=person(request), at=timezone.now(), **wording).pk

    def has_publish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.PUBLISH_PHRASES)

    @display(description=_("text"), ordering="text")
    def words(self, phrase: StandardPhrase) -> SafeString:
        return format_html(
            '<span class="phrase-words">{}</span><span class="phrase-gloss">{}</span>',
            phrase.text,
            phrase.gloss,
        )

    @display(description=_("state"), ordering="state", label=STATES)
    def state_label(self, phrase: StandardPhrase) -> tuple[str, str]:
        return phrase.state, phrase.get_state_display()

    @display(description=_("how it reads"))
    def preview(self, phrase: StandardPhrase) -> SafeString:
        """With example values, and as it is where nothing is known of the customer."""
        known, unknown = placeholders.fill(phrase.text, examples()), placeholders.fill(phrase.text, {})
        return format_html('<p>{}</p><p class="phrase-gloss">{}</p>', known, unknown)

    # Acts

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish_chosen(self, request: HttpRequest, chosen: QuerySet[StandardPhrase]) -> None:
        by, at = person(request), timezone.now()
        refusals.act_on_each(
            request,
            chosen,
            lambda phrase: writing.publish(phrase, by=by, at=at),
            done=_("%(count)s phrases published."),
        )

    @dialog_action(
        _("Publish"),
        text=_("From now on everybody who answers customers can use it. Its author is told."),
        done=_("The phrase is published."),
        permissions=["publish"],
        icon="publish",
    )
    def publish(self, request: HttpRequest, phrase: StandardPhrase, form: BaseDialogForm) -> None:
        writing.publish(phrase, by=person(request), at=timezone.now())

    @dialog_action(
        _("Retire"),
        form_class=ReasonForm,
        text=_("Nobody can use it any more. It is not deleted, and can be taken up again."),
        done=_("The phrase is retired."),
        permissions=["publish"],
        icon="archive",
    )
    def retire(self, request: HttpRequest, phrase: StandardPhrase, form: ReasonForm) -> None:
        reason = form.cleaned_data["reason"]
        writing.retire(phrase, reason=reason, by=person(request), at=timezone.now())

    @dialog_action(
        _("Take up again"),
        text=_("It is a draft again, which somebody else has to publish."),
        done=_("The phrase is a draft again."),
        icon="unarchive",
    )
    def take_up(self, request: HttpRequest, phrase: StandardPhrase, form: BaseDialogForm) -> None:
        writing.take_up(phrase, by=person(request), at=timezone.now())


def examples() -> dict[str, str]:
    """For each blank something to look at."""
    return {
        "customer": gettext("Ms Wang"),
        "title": gettext("Ms"),
        "agent": gettext("Lin Xiaoyu"),
        "number": "T00001024",
        "order": "260310001",
        "product": gettext("celadon cup"),
        "shop": gettext("flagship store"),
        "date": date_format(timezone.localdate(), "MONTH_DAY_FORMAT"),
    }
