from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from portal.admin.dialogs import dialog_action
from portal.admin.house import HouseAdmin, person
from staffing import rights
from staffing.admin.dialogs import date_field
from staffing.admin.filters import ScopedRelationFilter
from staffing.admin.permits import HistoryOfStaff
from staffing.admin.roster_files import RosterFiles
from staffing.admin.roster_grid import NAME
from staffing.admin.roster_publishing import PublishingPages
from staffing.models import Agent, Roster, Team
from staffing.querysets import RosterQuerySet
from staffing.rosters import copying, opening
from staffing.shifts import DAY

THIS_WEEK, NEXT_WEEK, NEXT_MONTH, OWN = "this_week", "next_week", "next_month", "own"
SPANS = [
    (NEXT_WEEK, _("Next week")),
    (NEXT_MONTH, _("Next month")),
    (THIS_WEEK, _("This week")),
    (OWN, _("Other days, as named below")),
]


class DrawUpForm(BaseDialogForm):
    """A team and the days. The dates count only for a span of one's own."""

    team = forms.ModelChoiceField(
        queryset=Team.objects.none(), label=_("Team"), widget=UnfoldAdminSelectWidget
    )
    span = forms.ChoiceField(label=_("Days"), choices=SPANS, widget=UnfoldAdminSelectWidget)
    first_on = date_field(_("First day of the roster"), required=False)
    last_on = date_field(_("Last day of the roster"), required=False)
    copies = forms.BooleanField(
        label=_("Begin with the pattern of the weeks before"),
        required=False,
        initial=True,
        help_text=_("Each weekday as it was planned before, where that can be."),
        widget=UnfoldBooleanSwitchWidget,
    )

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        own = Agent.objects.filter(user=person(request)).values_list("team", flat=True).first()
        super().__init__(request, object_id, initial={"team": own, "copies": True}, **options)
        self.fields["team"].queryset = Team.objects.visible_to(person(request))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("span") != OWN:
            given["first_on"], given["last_on"] = span_of(given.get("span", ""), timezone.localdate())
            return given
        for name in ("first_on", "last_on"):
            if not given.get(name) and name not in self.errors:
                self.add_error(name, gettext("Name the day."))
        return given


def span_of(preset: str, today: date) -> tuple[date, date]:
    """The first and last day of a preset."""
    if preset == NEXT_MONTH:
        first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        return first, (first + timedelta(days=32)).replace(day=1) - DAY
    monday = today - timedelta(days=today.weekday())
    if preset == NEXT_WEEK:
        monday += timedelta(days=7)
    return monday, monday + timedelta(days=6)


@admin.register(Roster)
class RosterAdmin(HistoryOfStaff, RosterFiles, PublishingPages, HouseAdmin):
    """The list of rosters; each opens as its grid."""

    has_own_ledger = True
    list_display = ["team", "days", "state", "published_at"]
    list_filter = [("team", ScopedRelationFilter), ("first_on", RangeDateFilter)]
    list_select_related = ["team"]
    list_before_template = "staffing/roster/list_before.html"
    ordering = ["-first_on", "team", "-id"]
    fields = ["team", "first_on", "last_on", "version", "published_at"]
    actions_list = ["draw_up"]

    def get_urls(self) -> list[URLPattern]:
        return [*self.grid_urls(), *self.publishing_urls(), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> RosterQuerySet:
        rosters: Any = super().get_queryset(request)
        return rosters.with_pending()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """By the dialog, not by a form."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """In the grid, not in a form."""
        return False

    def has_draw_up_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.DRAW_UP)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A roster is looked at as a grid."""
        if self.has_view_permission(request) and self.get_object(request, object_id):
            return HttpResponseRedirect(reverse(NAME.format("grid"), args=[object_id]))
        return super().change_view(request, object_id, form_url, extra_context)

    @display(description=_("days"), ordering="first_on")
    def days(self, roster: Roster) -> str:
        return f"{date_format(roster.first_on)} – {date_format(roster.last_on)}"

    @display(description=_("state"), label={"draft": "info", "pending": "warning", "published": "success"})
    def state(self, roster: Any) -> tuple[str, str]:
        if not roster.is_published:
            return "draft", gettext("Draft")
        version = gettext("Published v%(version)s") % {"version": roster.version}
        if roster.has_pending:
            return "pending", gettext("%(version)s, changes not yet published") % {"version": version}
        return "published", version

    @dialog_action(
        _("New roster"),
        form_class=DrawUpForm,
        text=_("A roster is drawn up in the grid, and nobody sees it before it is published."),
        permissions=["draw_up"],
        icon="calendar_add_on",
    )
    def draw_up(self, request: HttpRequest, _none: None, form: DrawUpForm) -> HttpResponse:
        given, by, at = form.cleaned_data, person(request), timezone.now()
        days = {"first_on": given["first_on"], "last_on": given["last_on"]}
        roster = opening.open_roster(given["team"], by=by, at=at, **days)
        if given["copies"]:
            _tell_copied(request, copying.copy_before(roster, by=by, at=at))
        return HttpResponse(headers={"HX-Redirect": reverse(NAME.format("grid"), args=[roster.pk])})


def _tell_copied(request: HttpRequest, copied: copying.Copied) -> None:
    if copied.cells:
        told = ngettext(
            "%(count)s cell was taken over from before.",
            "%(count)s cells were taken over from before.",
            copied.cells,
        )
        messages.success(request, told % {"count": copied.cells})
    if copied.left_out:
        told = ngettext(
            "%(count)s cell could not be taken over: leave, left, or overlapping.",
            "%(count)s cells could not be taken over: leave, left, or overlapping.",
            copied.left_out,
        )
        messages.warning(request, told % {"count": copied.left_out})
