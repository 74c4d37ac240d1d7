"""The forms of a calendar: hours and dates as people type them."""

import re
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from portal import instants
from portal.admin import lists
from portal.admin.instants import DayField
from portal.errors import MissingInformation
from staffing.choices import DayKind
from staffing.holidays import AnnouncedYear, mainland_year
from staffing.models import Calendar, CalendarDay
from staffing.models.organisation import validate_timezone
from staffing.windows import WEEKDAYS, Windows, from_text, read_week, read_windows, to_text
from staffing.worktime import YearWithoutCalendar

USUAL_HOURS = ("09:00-18:00",) * 5 + ("", "")
DATES = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*(?:[/~～至—–]|to)\s*(\d{4}-\d{2}-\d{2}))?\s*(.*)")
DAY = timedelta(days=1)
LONGEST_BREAK_DAYS = 31


class HoursField(forms.Field):
    """Open hours of a day: "09:00-12:00, 13:00-18:00"; empty is closed."""

    widget = UnfoldAdminTextInputWidget

    def to_python(self, value: Any) -> Windows:
        try:
            return from_text(value or "")
        except ValueError as error:
            text = _("Write hours such as 09:00-12:00, 13:00-18:00, without overlap. 24:00 ends the day.")
            raise ValidationError(text) from error

    def prepare_value(self, value: Any) -> Any:
        return to_text(value) if isinstance(value, tuple) else value


class DatesField(forms.Field):
    """Dates, one a line: "2027-02-05 ~ 2027-02-11 Spring Festival", or a date; a name is not needed."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 2})

    def to_python(self, value: Any) -> dict[date, str]:
        named: dict[date, str] = {}
        for line in filter(None, (line.strip() for line in (value or "").splitlines())):
            try:
                named |= _dates(line)
            except ValueError as error:
                text = _("“%(line)s” is no date such as 2027-02-05 or 2027-02-05 ~ 2027-02-11.")
                raise ValidationError(text, params={"line": line}) from error
        return named


def _dates(line: str) -> dict[date, str]:
    """Raises: ValueError."""
    match = DATES.fullmatch(line)
    if not match:
        raise ValueError(line)
    first, last, name = match.groups()
    begin = date.fromisoformat(first)
    days = (date.fromisoformat(last) - begin).days if last else 0
    if not 0 <= days <= LONGEST_BREAK_DAYS:
        raise ValueError(line)
    return {begin + DAY * n: name for n in range(days + 1)}


class CalendarForm(forms.ModelForm):
    """A calendar with a line of hours for each weekday."""

    mon = HoursField(label=_("Monday"), required=False)
    tue = HoursField(label=_("Tuesday"), required=False)
    wed = HoursField(label=_("Wednesday"), required=False)
    thu = HoursField(label=_("Thursday"), required=False)
    fri = HoursField(label=_("Friday"), required=False)
    sat = HoursField(label=_("Saturday"), required=False)
    sun = HoursField(label=_("Sunday"), required=False)
    read_version = forms.IntegerField(label="", widget=forms.HiddenInput, required=False)

    class Meta:
        model = Calendar
        fields = ["code", "name", "timezone", "needs_years"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        week = read_week(self.instance.week) if self.instance.pk else map(from_text, USUAL_HOURS)
        self.initial.update(zip(WEEKDAYS, week, strict=True), read_version=self.instance.version)

    def clean_timezone(self) -> str:
        name: str = self.cleaned_data["timezone"]
        validate_timezone(name)
        return name

    def facts(self) -> dict[str, Any]:
        """What the steps want to know, but for the code."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "timezone": ZoneInfo(data["timezone"]),
            "week": tuple(data[day] for day in WEEKDAYS),
            "needs_years": data["needs_years"],
        }


class DayForm(BaseDialogForm):
    """What one day is. Opened on a day (`?on=2026-02-14`) it begins with what that day is now."""

    on = DayField(
        label=_("Date"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": " ".join(INPUT_CLASSES)}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("As the week says")), *DayKind.choices],
        widget=UnfoldAdminSelectWidget,
    )
    windows = HoursField(
        label=_("Hours"),
        required=False,
        help_text=_(
            "Such as 09:00-12:00, 13:00-18:00. Empty: a holiday is closed, a workday has the usual hours."
        ),
    )
    name = forms.CharField(
        label=_("Name of the day"), required=False, max_length=60, widget=UnfoldAdminTextInputWidget
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)

    def __init__(self, request: HttpRequest, object_id: str, **kwargs: Any) -> None:
        super().__init__(request, object_id, initial=_day_now(request, object_id), **kwargs)

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        kind = DayKind(data["kind"]) if data["kind"] else None
        return {"kind": kind, **{name: data[name] for name in ("on", "windows", "name", "reason")}}


def _day_now(request: HttpRequest, calendar_id: str) -> dict[str, Any]:
    on = instants.day(request.GET.get("on", ""))
    if on is None:
        return {}
    day = CalendarDay.objects.filter(calendar__in=_calendars(calendar_id), on=on).first()
    if day is None:
        return {"on": on}
    return {"on": on, "kind": day.kind, "name": day.name, "windows": read_windows(day.windows, "windows")}


def _calendars(object_id: str) -> QuerySet[Calendar]:
    """The calendar of the address, if it is one."""
    return Calendar.objects.filter(pk=lists.key(object_id) or 0)


class YearForm(BaseDialogForm):
    """A year's holidays, beginning with the first unrecorded year. Empty lists stand for what is built in."""

    year = forms.IntegerField(
        label=_("Year"), min_value=2000, max_value=2100, widget=UnfoldAdminIntegerFieldWidget
    )
    closes = forms.BooleanField(
        label=_("Closed on holidays"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    holidays = DatesField(
        label=_("Holidays, with their weekends"),
        required=False,
        help_text=_("One a line: 2027-02-05 ~ 2027-02-11 Spring Festival. Empty: as built into the portal."),
    )
    workdays = DatesField(label=_("Make-up workdays"), required=False)
    statutory = DatesField(label=_("Statutory days among them, paid threefold when worked"), required=False)
    source = forms.CharField(
        label=_("Source"), required=False, max_length=200, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, request: HttpRequest, object_id: str, **kwargs: Any) -> None:
        calendar = _calendars(object_id).annotate(last=Max("years__year")).first()
        known = (
            {"year": calendar.last and calendar.last + 1, "closes": calendar.needs_years} if calendar else {}
        )
        super().__init__(request, object_id, initial=known, **kwargs)

    def announced(self) -> AnnouncedYear:
        """Raises: MissingInformation, when neither the form nor the portal knows the year's holidays."""
        data = self.cleaned_data
        if not data["holidays"]:
            return _built_in(data["year"])
        return AnnouncedYear(
            year=data["year"],
            holidays=data["holidays"],
            workdays=data["workdays"],
            statutory=frozenset(data["statutory"]),
            source=data["source"],
        )


def _built_in(year: int) -> AnnouncedYear:
    try:
        return mainland_year(year)
    except YearWithoutCalendar as gap:
        text = _("The portal does not know the holidays of this year: list them.")
        raise MissingInformation(text, fields={"holidays": text}) from gap
