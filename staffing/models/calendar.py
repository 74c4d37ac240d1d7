from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from staffing.choices import DayKind


def empty_week() -> dict[str, Any]:
    return {day: [] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


class Calendar(models.Model):
    """When work is done: a week of windows, and the days and spans that differ from it.

    `version` counts the edits, so that a due time can tell by which edition of the calendar it was computed.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    timezone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    week = models.JSONField(
        _("week"),
        default=empty_week,
        help_text=_("Windows by weekday; a window may pass midnight."),
    )
    needs_years = models.BooleanField(
        _("only announced years"),
        default=True,
        help_text=_("Refuse to compute with a year whose holidays have not been recorded."),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class CalendarEdition(models.Model):
    """The hours of a calendar in one of its versions, written once: what was promised by them stays known."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="editions")
    version = models.PositiveIntegerField(_("version"))
    schedule = models.JSONField(_("hours"))

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["calendar", "version"], name="calendar_edition_once")]

    def __str__(self) -> str:
        return f"{self.calendar} {self.version}"


class CalendarYear(models.Model):
    """A year whose holidays are recorded. Computing beyond the recorded years is an error, never a guess."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField(_("year"))
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("recorded year")
        verbose_name_plural = _("recorded years")
        ordering = ["year"]
        constraints = [models.UniqueConstraint(fields=["calendar", "year"], name="calendar_year_once")]

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that differs from the week: closed, or open with its own windows (or the week's, if none)."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="days")
    on = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=DayKind.choices)
    name = models.CharField(_("name"), max_length=60, blank=True)
    windows = models.JSONField(_("windows"), default=list, blank=True)

    class Meta:
        verbose_name = _("exceptional day")
        verbose_name_plural = _("exceptional days")
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["calendar", "on"], name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"


class CalendarBlackout(models.Model):
    """A span in which no clock runs, such as a platform's pause over Spring Festival."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="blackouts")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("blackout")
        verbose_name_plural = _("blackouts")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="blackout_has_length"
            )
        ]

    def __str__(self) -> str:
        return self.reason
