"""The acts of working on a ticket: say, promise, wait, classify, resolve, close and begin anew."""

from typing import Any, cast

from django import forms
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from complaints import callbacks, classification, closing, deadlines, handling, reply_language
from complaints.admin.act_form import ActForm
from complaints.admin.fields import (
    AgentField,
    ButtonChoice,
    CategoryField,
    colleagues,
    moment_field,
    offer,
    reason_field,
    text_area,
)
from complaints.choices import CallbackPurpose, Channel, Kind, Responsible, Severity, WaitingFor
from complaints.models import Category, Ticket
from portal.admin import lists
from portal.errors import DomainError


class Speech(TextChoices):
    REPLY = "reply", _("Reply to the customer")
    NOTE = "note", _("Internal note")
    HEARD = "heard", _("The customer said")


class SayForm(ActForm):
    """The box below the conversation: to the customer, to colleagues, or what the customer said."""

    title = _("Say something")
    submit = _("Send")
    done = _("Written down.")

    speech = forms.ChoiceField(label=_("to whom"), choices=Speech.choices, widget=ButtonChoice)
    text = forms.CharField(label=_("text"), required=False, widget=text_area(rows=3))
    via = forms.ChoiceField(label=_("channel"), choices=Channel.choices, widget=UnfoldAdminSelectWidget)
    override_reason = forms.CharField(
        label=_("Send it all the same, because"),
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
    )
    articles = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    may_override = False
    """It was stopped, and this person may send it with a reason."""

    def __init__(self, *args: Any, may_reply: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_reply:
            speech = cast("forms.ChoiceField", self.fields["speech"])
            speech.choices = [choice for choice in Speech.choices if choice[0] != Speech.REPLY]
            self.initial["speech"] = Speech.NOTE

    def suggest(self, ticket: Ticket) -> dict[str, Any]:
        return {"speech": Speech.REPLY, "via": ticket.channel}

    def clean_articles(self) -> list[int]:
        """The keys of what was put in from the panel of suggestions; what is none is nothing."""
        keys = map(lists.key, self.cleaned_data["articles"].split(","))
        return [int(key) for key in keys if key is not None]

    def refuse(self, refusal: DomainError) -> None:
        super().refuse(refusal)
        if isinstance(refusal, reply_language.ForbiddenWords):
            self.may_override = reply_language.may_override(self.ticket, self.by)

    def take(self) -> None:
        text, via = self.cleaned_data["text"], self.cleaned_data["via"]
        match self.cleaned_data["speech"]:
            case Speech.REPLY:
                handling.reply(
                    self.ticket,
                    text=text,
                    via=via,
                    by=self.by,
                    at=self.at,
                    version=self.cleaned_data["version"],
                    override_reason=self.cleaned_data["override_reason"],
                    articles=self.cleaned_data["articles"],
                )
            case Speech.NOTE:
                handling.note(self.ticket, text=text, by=self.by, at=self.at)
            case Speech.HEARD:
                handling.hear(self.ticket, text=text, via=via, by=self.by, at=self.at)


class PromiseForm(ActForm):
    title = _("Promise a reply")
    done = _("The promise is on your desk.")

    due_at = moment_field(label=_("promised for"))

    def take(self) -> None:
        handling.promise(self.ticket, by=self.by, at=self.at, **self.facts)


class WaitForm(ActForm):
    title = _("Wait")
    done = _("The ticket waits.")
    hint = _("Only waiting for the customer stops the clock of the resolution.")

    for_ = forms.ChoiceField(label=_("waiting for"), choices=WaitingFor.choices, widget=ButtonChoice)
    reason = reason_field()
    until = moment_field(
        label=_("until"),
        required=False,
        help_text=_("At this time the ticket goes on by itself. Empty: in seven days."),
    )

    def suggest(self, ticket: Ticket) -> dict[str, Any]:
        return {"for_": WaitingFor.CUSTOMER}

    def take(self) -> None:
        handling.wait(self.ticket, by=self.by, at=self.at, **self.facts)


class ResumeForm(ActForm):
    title = _("Go on")
    done = _("The ticket is in progress again.")
    is_direct = True

    def take(self) -> None:
        handling.resume(self.ticket, by=self.by, at=self.at, **self.facts)


class ClassifyForm(ActForm):
    title = _("Classify")
    done = _("Classified.")
    hint = _("A matter that becomes graver is measured by its new limits from its old start.")

    kind = forms.ChoiceField(label=_("kind"), choices=Kind.choices, widget=UnfoldAdminSelectWidget)
    category = CategoryField(required=False)
    severity = forms.ChoiceField(label=_("severity"), choices=Severity.choices, widget=ButtonChoice)
    responsible = forms.ChoiceField(
        label=_("responsible party"),
        required=False,
        choices=[("", _("Not known yet")), *Responsible.choices],
        widget=UnfoldAdminSelectWidget,
    )

    def suggest(self, ticket: Ticket) -> dict[str, Any]:
        return {name: getattr(ticket, name) for name in ("kind", "severity", "responsible")} | {
            "category": ticket.category_id
        }

    def take(self) -> None:
        given = self.facts | {"responsible": self.cleaned_data["responsible"] or None}
        classification.classify(self.ticket, by=self.by, at=self.at, **given)


class ResolveForm(ActForm):
    """Asks for the category, too, where the matter has none yet: it cannot be resolved without."""

    title = _("Resolve")
    done = _("Resolved.")

    category = CategoryField()
    outcome = forms.CharField(label=_("outcome"), required=False, widget=text_area(rows=3))
    cause = forms.CharField(label=_("cause"), required=False, widget=text_area(rows=2))
    responsible = forms.ChoiceField(
        label=_("responsible party"), required=False, choices=Responsible.choices, widget=ButtonChoice
    )

    def __init__(self, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(ticket, **kwargs)
        if ticket.category_id is None:
            offer(self, "category", Category.objects.filter(is_active=True, kind__in=["", ticket.kind]))
        else:
            del self.fields["category"]
        if ticket.kind not in closing.CAUSE_NEEDED:
            del self.fields["cause"], self.fields["responsible"]

    def suggest(self, ticket: Ticket) -> dict[str, Any]:
        return {name: getattr(ticket, name) for name in ("outcome", "cause", "responsible")}

    def take(self) -> None:
        facts = dict(self.facts)
        category = facts.pop("category", None)
        with transaction.atomic():
            if category is not None:
                version = facts.pop("version")
                classification.classify(
                    self.ticket, category=category, by=self.by, at=self.at, version=version
                )
            closing.resolve(self.ticket, by=self.by, at=self.at, **facts)


class CloseForm(ActForm):
    title = _("Close")
    done = _("Closed. The customer is asked how it was.")
    is_direct = True

    def take(self) -> None:
        closing.close(self.ticket, by=self.by, at=self.at, **self.facts)


class ReopenForm(ActForm):
    title = _("Reopen")
    done = _("Open again, with new clocks.")

    reason = reason_field()

    def take(self) -> None:
        closing.reopen(self.ticket, by=self.by, at=self.at, **self.facts)


class CancelForm(ActForm):
    title = _("Cancel the ticket")
    is_grave = True
    done = _("Cancelled.")
    hint = _("For a matter that was none: raised in error, or withdrawn. Nothing more is owed for it.")

    reason = reason_field()

    def take(self) -> None:
        closing.cancel(self.ticket, by=self.by, at=self.at, **self.facts)


class ApplyPolicyForm(ActForm):
    title = _("Re-apply the service policy")
    done = _("The running clocks follow the policy now in force.")
    hint = _("The running clocks are measured by the policy now in force, from their old starts.")

    reason = reason_field()

    def take(self) -> None:
        deadlines.reapply(self.ticket, by=self.by, at=self.at, **self.facts)


class ScheduleCallbackForm(ActForm):
    title = _("Schedule a callback")
    done = _("The callback is scheduled.")

    purpose = forms.ChoiceField(
        label=_("purpose"),
        choices=[
            choice for choice in CallbackPurpose.choices if choice[0] != CallbackPurpose.AFTER_COMPLAINT
        ],
        widget=UnfoldAdminSelectWidget,
    )
    due_at = moment_field(label=_("due at"))
    agent = AgentField(label=_("agent"), required=False, help_text=_("Empty: the first-responsible agent."))
    note = forms.CharField(
        label=_("what about"), required=False, max_length=500, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(ticket, **kwargs)
        offer(self, "agent", colleagues(at=self.at))

    def take(self) -> None:
        given = {name: value for name, value in self.facts.items() if name != "version"}
        callbacks.schedule(customer=self.ticket.customer, ticket=self.ticket, by=self.by, at=self.at, **given)
