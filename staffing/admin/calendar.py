from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal.admin.dialogs import dialog_action
from portal.admin.house import HouseAdmin, HouseTabularInline, person
from staffing import calendars
from staffing.admin.calendar_forms import CalendarForm, DayForm, YearForm
from staffing.admin.permits import HistoryOfStaff
from staffing.blackouts import Blackout, set_blackouts
from staffing.models import Calendar, CalendarBlackout
from staffing.windows import read_week, to_text
from staffing.year_view import WEEKDAY_INITIALS, Look, months

YEARS_SHOWN = range(2000, 2101)


class BlackoutInline(HouseTabularInline):
    """Whoever may change the calendar may change its blackouts."""

    model = CalendarBlackout
    fields = ["starts_at", "ends_at", "reason"]
    verbose_name_plural = _("Blackouts: spans in which no clock runs")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("staffing.view_calendar") or self._may_change(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may_change(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may_change(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may_change(request)

    def _may_change(self, request: HttpRequest) -> bool:
        return request.user.has_perm("staffing.change_calendar")


@admin.register(Calendar)
class CalendarAdmin(HistoryOfStaff, HouseAdmin):
    """The form and the year below it call the steps; they, too, keep the history."""

    has_own_ledger = True
    form = CalendarForm
    inlines = [BlackoutInline]
    list_display = ["name", "code", "hours", "timezone", "recorded_years"]
    search_fields = ["code", "name"]
    actions_detail = ["set_day", "announce_year"]
    change_form_outer_after_template = "staffing/calendar/year.html"

    class Media:
        css = {"all": ["staffing/calendar.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("years")

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        about = ["code", "name", "timezone", "needs_years"]
        if obj and not self.has_change_permission(request, obj):
            return [(None, {"fields": [*about, "hours"]})]
        week = [("mon", "tue"), ("wed", "thu"), ("fri",), ("sat", "sun"), "read_version"]
        text = _("Such as 09:00-12:00, 13:00-18:00; 20:00-02:00 runs past midnight, an empty day is closed.")
        return [(None, {"fields": about}), (_("Week"), {"fields": week, "description": text})]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        return ["code", "hours"] if obj else []

    def save_model(self, request: HttpRequest, obj: Calendar, form: CalendarForm, change: bool) -> None:
        by, at = person(request), timezone.now()
        if change:
            calendars.revise(obj, by=by, at=at, version=form.cleaned_data["read_version"], **form.facts())
        else:
            obj.pk = calendars.create(by=by, at=at, code=form.cleaned_data["code"], **form.facts()).pk
            obj.refresh_from_db()

    def save_formset(
        self, request: HttpRequest, form: ModelForm, formset: BaseModelFormSet, change: bool
    ) -> None:
        rows = [row.cleaned_data for row in formset.forms if row.cleaned_data]
        spans = [
            Blackout(row["starts_at"], row["ends_at"], row["reason"]) for row in rows if not row.get("DELETE")
        ]
        set_blackouts(form.instance, by=person(request), at=timezone.now(), blackouts=spans)

    def construct_change_message(
        self, request: HttpRequest, form: ModelForm, formsets: Any, add: bool = False
    ) -> dict[str, Any]:
        return {}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], obj: Calendar | None = None, **kwargs: Any
    ) -> HttpResponse:
        if obj:
            context["year_view"] = self._year_view(request, obj)
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def _year_view(self, request: HttpRequest, calendar: Calendar) -> dict[str, Any]:
        today = timezone.localdate()
        asked = request.GET.get("year", "")
        year = int(asked) if asked.isascii() and asked.isdigit() and int(asked) in YEARS_SHOWN else today.year
        is_recorded = year in {recorded.year for recorded in calendar.years.all()}
        return {
            "year": year,
            "previous": year - 1,
            "next": year + 1,
            "today": today,
            "months": months(calendar, year),
            "weekdays": WEEKDAY_INITIALS,
            "looks": list(Look),
            "is_missing": calendar.needs_years and not is_recorded,
            "day_url": reverse("admin:staffing_calendar_set_day", args=[calendar.pk])
            if self.has_change_permission(request, calendar)
            else None,
        }

    @display(description=_("hours"))
    def hours(self, calendar: Calendar) -> str:
        """Mon–Fri 09:00-18:00; Sat 10:00-16:00"""
        week = enumerate(read_week(calendar.week))
        runs = [(list(run), windows) for windows, run in groupby(week, key=lambda day: day[1]) if windows]
        return "; ".join(f"{_span(days[0][0], days[-1][0])} {to_text(windows)}" for days, windows in runs)

    @display(description=_("recorded years"))
    def recorded_years(self, calendar: Calendar) -> str:
        return ", ".join(str(recorded.year) for recorded in calendar.years.all())

    @dialog_action(_("Change a day"), form_class=DayForm, done=_("The day is changed."), icon="event")
    def set_day(self, request: HttpRequest, calendar: Calendar, form: DayForm) -> None:
        calendars.set_day(calendar, by=person(request), at=timezone.now(), **form.facts())

    @dialog_action(
        _("Announce a year"),
        form_class=YearForm,
        text=_("Record a year's holidays and make-up workdays, as announced each November."),
        done=_("The year is recorded."),
        icon="calendar_add_on",
    )
    def announce_year(self, request: HttpRequest, calendar: Calendar, form: YearForm) -> None:
        announced, closes = form.announced(), form.cleaned_data["closes"]
        calendars.announce_year(
            calendar, by=person(request), at=timezone.now(), announced=announced, closes=closes
        )


def _span(first: int, last: int) -> str:
    names = WEEKDAYS_ABBR[first], WEEKDAYS_ABBR[last]
    return str(names[0]) if first == last else "–".join(map(str, names))
