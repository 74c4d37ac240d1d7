"""What the forms of acts have in common: each is the door to one step, and a refusal stays on it."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.admin import ledger_page
from complaints.models import Ticket, TicketEvent
from portal.errors import DomainError, Stale, Text
from portal.models import User


class StepForm(forms.Form):
    """`take` calls the step; what it refuses is shown on the form, with everything that was typed kept."""

    title: ClassVar[Text]
    submit: Text = ""
    """The words on the button, where they differ from the title."""
    question: Text = ""
    """What the person has to say yes to, by sending once more."""
    done: Text
    hint: ClassVar[Text] = ""
    is_grave: ClassVar[bool] = False

    def __init__(
        self, *, by: User, at: datetime, data: Any = None, initial: dict[str, Any] | None = None
    ) -> None:
        self.by, self.at = by, at
        super().__init__(data, initial=initial, auto_id="act_%s")

    def take(self) -> None:
        """Call the step with what was typed. Raises: DomainError."""
        raise NotImplementedError

    def try_to_take(self) -> bool:
        """Whether the act was done; if not, the form says why."""
        if self.is_valid():
            try:
                self.take()
            except DomainError as refusal:
                self.refuse(refusal)
        return not self.errors

    def refuse(self, refusal: DomainError) -> None:
        """At the fields that can be mended; above the form, unless a field says the same."""
        at_fields = {name: str(text) for name, text in refusal.fields.items() if name in self.fields}
        for name, text in at_fields.items():
            self.add_error(name, text)
        if str(refusal) not in at_fields.values():
            self.add_error(None, str(refusal))

    @property
    def facts(self) -> dict[str, Any]:
        """What the step wants to know, under the names of its arguments."""
        return self.cleaned_data


class ActForm(StepForm):
    """An act on a ticket: carries the version that was read, and catches up when others were faster."""

    is_direct: ClassVar[bool] = False
    """Nothing is asked: the button of the page itself posts."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, ticket: Ticket, *, by: User, at: datetime, data: Any = None) -> None:
        self.ticket = ticket
        self.news: list[TicketEvent] = []
        super().__init__(by=by, at=at, data=data, initial={"version": ticket.version} | self.suggest(ticket))

    def suggest(self, ticket: Ticket) -> dict[str, Any]:
        """What the fields begin with."""
        return {}

    def refuse(self, refusal: DomainError) -> None:
        if isinstance(refusal, Stale):
            self._catch_up()
        else:
            super().refuse(refusal)

    def _catch_up(self) -> None:
        """Show what the others did since this page was read; sent again, the act is done knowingly."""
        self.news = ledger_page.since(self.ticket, self.cleaned_data["version"])
        version = self.news[-1].sequence if self.news else self.ticket.version
        self.data = {name: self.data.get(name) for name in self.data} | {"version": version}
        self.add_error(None, _("This ticket has changed since you opened it. Send again if it still fits."))
