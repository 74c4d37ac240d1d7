"""The form of a hand-over: the open matters as the system lists them, each with room for a remark."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from portal.admin.refusals import put_on_form
from portal.errors import DomainError
from portal.models import User
from staffing import handover, handover_sources
from staffing.admin.dialogs import AgentChoice
from staffing.handover_sources import OpenLine, Told
from staffing.models import Agent, HandOver

PREFIX = "remark:"


class HandOverForm(forms.Form):
    receiver = AgentChoice(
        label=_("Hand over to"), required=False, help_text=_("Empty: whoever is on the next shift.")
    )
    note = forms.CharField(
        label=_("Note to the next shift"),
        max_length=handover.LONGEST_NOTE,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )

    def __init__(self, agent: Agent, lines: Sequence[OpenLine], *, at: datetime, data: Any = None) -> None:
        super().__init__(data)
        self.agent, self.lines, self.at = agent, lines, at
        mates = Agent.objects.filter(team=agent.team_id).exclude(pk=agent.pk).employed(agent.local_date(at))
        receiver: Any = self.fields["receiver"]
        receiver.queryset = mates.select_related("user", "team").order_by("user__name")
        for line in lines:
            self.fields[PREFIX + line.name] = forms.CharField(
                label=_("Remark on %(number)s") % {"number": line.reference},
                max_length=handover.LONGEST_REMARK,
                required=False,
                widget=UnfoldAdminTextInputWidget(attrs={"placeholder": _("What should the next one know?")}),
            )

    def rows(self) -> Iterator[tuple[Told, Any]]:
        told = handover_sources.tell(self.lines, at=self.at)
        for line, one in zip(self.lines, told, strict=True):
            yield one, self[PREFIX + line.name]

    def take(self, *, by: User) -> HandOver | None:
        """Hand over, or say on the form why not."""
        if not self.is_valid():
            return None
        given = self.cleaned_data
        remarks = {
            name.removeprefix(PREFIX): text
            for name, text in given.items()
            if name.startswith(PREFIX) and text
        }
        try:
            return handover.write(
                self.agent, by=by, at=self.at, note=given["note"], receiver=given["receiver"], remarks=remarks
            )
        except DomainError as refusal:
            put_on_form(self, refusal)
            return None
