from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.forms import BaseDialogForm

from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.tables import TableAdmin
from staffing.admin.dialogs import ReasonForm
from training.admin.phrase_forms import ForbiddenPhraseForm, TrialForm
from training.admin.shipped_phrases import ShippedPhrases
from training.choices import ForbiddenClass, PhraseSeverity
from training.models import ForbiddenPhrase
from training.phrases import forbidden, forbidding
from training.phrases.matching import Hit
from training.resources.phrases import ForbiddenPhraseResource

SEVERITIES = {PhraseSeverity.HINT: "info", PhraseSeverity.WARNING: "warning", PhraseSeverity.STOP: "danger"}


class Piece(NamedTuple):
    """A stretch of a text; `hit` where it is forbidden."""

    text: str
    hit: Hit | None = None


@admin.register(ForbiddenPhrase)
class ForbiddenPhraseAdmin(ShippedPhrases, TableAdmin):
    """What no customer should hear, and what to say instead."""

    has_own_ledger = True
    form = ForbiddenPhraseForm
    resource_classes = [ForbiddenPhraseResource]
    import_kind = "forbidden_phrases"
    list_display = ["words", "class_label", "severity_label", "told_remedy", "is_active"]
    list_filter = [
        ("forbidden_class", ChoicesDropdownFilter),
        ("severity", ChoicesDropdownFilter),
        ("match", ChoicesDropdownFilter),
        "is_active",
    ]
    search_fields = ["text", "gloss", "remedy", "code"]
    search_help_text = _("Words, remedy or code")
    ordering = ["forbidden_class", "-severity", "code"]
    list_before_template = "training/phrases/forbidden_before.html"
    actions_list = ["load_shipped"]
    actions_detail = ["lift", "put_back"]

    class Media:
        css = {"all": ["training/phrases.css"]}

    def get_urls(self) -> list[URLPattern]:
        trial = path("try/", self.admin_site.admin_view(self.try_view), name="training_forbiddenphrase_try")
        return [trial, *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        given = ["forbidden_class", "match", "text", "severity", "remedy", "exceptions", "gloss"]
        return [*given, ("is_active", "code")] if obj else given

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["is_active", "code"]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what its state allows is shown."""
        offered = super().get_actions_detail(request, object_id)
        phrase: Any = self.get_object(request, str(object_id))
        unfit = "lift" if phrase is None or not phrase.is_active else "put_back"
        return [one for one in offered if one.action_name != f"training_forbiddenphrase_{unfit}"]

    def save_model(
        self, request: HttpRequest, obj: ForbiddenPhrase, form: forms.ModelForm, change: bool
    ) -> None:
        given = form.cleaned_data
        wording = forbidding.Wording(
            forbidden_class=given["forbidden_class"],
            match=given["match"],
            text=given["text"],
            exceptions=given["exceptions"],
            severity=given["severity"],
            remedy=given["remedy"],
            gloss=given["gloss"],
        )
        if change:
            forbidding.amend(obj, by=person(request), at=timezone.now(), **wording)
        else:
            obj.pk = forbidding.forbid(by=person(request), at=timezone.now(), **wording).pk

    @display(description=_("words or pattern"), ordering="text")
    def words(self, phrase: ForbiddenPhrase) -> SafeString:
        return format_html(
            '<span class="phrase-words">{}</span><span class="phrase-gloss">{}</span>',
            phrase.text,
            phrase.gloss,
        )

    @display(description=pgettext_lazy("of forbidden words", "class"), ordering="forbidden_class")
    def class_label(self, phrase: ForbiddenPhrase) -> str:
        return phrase.get_forbidden_class_display()

    @display(description=_("severity"), ordering="severity", label=SEVERITIES)
    def severity_label(self, phrase: ForbiddenPhrase) -> tuple[int, str]:
        return phrase.severity, phrase.get_severity_display()

    @display(description=_("say instead"))
    def told_remedy(self, phrase: ForbiddenPhrase) -> SafeString:
        return format_html('<span class="phrase-words">{}</span>', phrase.remedy)

    # Acts

    @dialog_action(
        _("Lift"),
        form_class=ReasonForm,
        text=_("It is looked for no more. It is not deleted, and can be put back in force."),
        done=_("It is lifted."),
        icon="do_not_disturb_off",
    )
    def lift(self, request: HttpRequest, phrase: ForbiddenPhrase, form: ReasonForm) -> None:
        reason = form.cleaned_data["reason"]
        forbidding.lift(phrase, reason=reason, by=person(request), at=timezone.now())

    @dialog_action(
        _("Put back in force"),
        text=_("From now on it is looked for again."),
        done=_("It is in force again."),
        icon="do_not_disturb_on",
    )
    def put_back(self, request: HttpRequest, phrase: ForbiddenPhrase, form: BaseDialogForm) -> None:
        forbidding.put_back(phrase, by=person(request), at=timezone.now())

    # The page on which a text is tried

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """What the rules in force find in a text. Nothing of it is kept."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = TrialForm(request.POST if request.method == "POST" else None)
        text = form.cleaned_data["text"] if form.is_valid() else ""
        hits = forbidden.check(text)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Try a text"),
            "opts": self.opts,
            "form": form,
            "pieces": list(pieces(text, hits)),
            "findings": [finding(hit) for hit in hits],
            "is_asked": bool(text),
        }
        return TemplateResponse(request, "training/phrases/try.html", context)


def pieces(text: str, hits: Sequence[Hit]) -> Iterator[Piece]:
    """The text cut at its hits, nothing left out."""
    done = 0
    for hit in hits:
        yield Piece(text[done : hit.start])
        yield Piece(hit.found, hit)
        done = hit.end
    yield Piece(text[done:])


def finding(hit: Hit) -> dict[str, Any]:
    """A hit in words."""
    severity = PhraseSeverity(hit.severity)
    return {
        "hit": hit,
        "class": ForbiddenClass(hit.forbidden_class).label,
        "severity": severity.label,
        "tone": SEVERITIES[severity],
    }
