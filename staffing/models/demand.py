from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.instants import REACH_OF_DAYS
from staffing.choices import DemandEventKind
from staffing.models.organisation import Skill, Team
from staffing.querysets import ContactVolumeQuerySet, DemandEventQuerySet, OfLineQuerySet, ServiceLineQuerySet

A_SHARE = [MinValueValidator(0.01), MaxValueValidator(0.99)]


class ServiceLine(models.Model):
    """One queue of contacts that a team answers, what is promised there, and by whom it may be answered."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    team = models.ForeignKey(
        Team, verbose_name=_("team"), on_delete=models.PROTECT, related_name="service_lines"
    )
    skill = models.ForeignKey(
        Skill,
        verbose_name=_("skill"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="service_lines",
        help_text=_("Who holds it answers here. Empty: everybody in the team."),
    )
    service_level = models.FloatField(
        _("service level"),
        default=0.80,
        validators=A_SHARE,
        help_text=_("The share of all contacts to be answered in time; who hangs up was not answered."),
    )
    within_seconds = models.PositiveIntegerField(
        _("answered within, seconds"), default=20, validators=[MaxValueValidator(86_400)]
    )
    patience_seconds = models.PositiveIntegerField(
        _("patience, seconds"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(86_400)],
        help_text=_("How long customers wait on average before they give up. Empty: they wait."),
    )
    max_occupancy = models.FloatField(
        _("highest occupancy"),
        default=0.85,
        validators=[MinValueValidator(0.1), MaxValueValidator(1)],
        help_text=_("The share of the time at work that contacts may fill."),
    )
    shrinkage = models.FloatField(
        _("shrinkage"),
        default=0.30,
        validators=[MinValueValidator(0), MaxValueValidator(0.9)],
        help_text=_("The share of rostered time away from contacts: breaks, training, sickness."),
    )
    default_handling_seconds = models.PositiveIntegerField(
        _("usual handling time, seconds"),
        default=300,
        validators=[MinValueValidator(1), MaxValueValidator(86_400)],
        help_text=_("Where none was measured."),
    )
    concurrency = models.PositiveSmallIntegerField(
        _("contacts at once"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("How many one agent handles at the same time: 1 on the phone, more in a chat."),
    )
    counts_tickets = models.BooleanField(
        _("count the tickets"),
        default=True,
        help_text=_("Off: contacts of this line are imported, such as calls of a hotline."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ServiceLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("service line")
        verbose_name_plural = _("service lines")
        ordering = ["team__name", "name"]
        permissions = [("export_serviceline", _("Can export service lines"))]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "skill"],
                condition=models.Q(counts_tickets=True, is_active=True),
                name="line_once_per_team_and_skill",
                violation_error_message=_("The tickets of this team and skill are counted for another line."),
            ),
            models.UniqueConstraint(
                fields=["team"],
                condition=models.Q(counts_tickets=True, is_active=True, skill=None),
                name="line_once_per_team",
                violation_error_message=_("The tickets of this team and skill are counted for another line."),
            ),
            models.CheckConstraint(
                condition=models.Q(service_level__gt=0, service_level__lt=1), name="line_level_is_a_share"
            ),
            models.CheckConstraint(
                condition=models.Q(max_occupancy__gt=0, max_occupancy__lte=1),
                name="line_occupancy_is_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(shrinkage__gte=0, shrinkage__lt=1), name="line_shrinkage_is_a_share"
            ),
            models.CheckConstraint(condition=models.Q(concurrency__gte=1), name="line_handles_something"),
        ]

    def __str__(self) -> str:
        return self.name


class ContactVolume(models.Model):
    """What came in on a line in one half hour, whether answered or not.

    A day of which there is any row was counted: its half hours without one had no contact.
    """

    line = models.ForeignKey(
        ServiceLine, verbose_name=_("service line"), on_delete=models.PROTECT, related_name="volumes"
    )
    starts_at = models.DateTimeField(_("half hour from"))
    contacts = models.PositiveIntegerField(_("contacts"))
    handling_seconds_total = models.PositiveIntegerField(
        _("handling time, seconds in all"), help_text=_("Of all contacts together.")
    )

    objects = ContactVolumeQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact volume")
        verbose_name_plural = _("contact volumes")
        ordering = ["-starts_at", "-id"]
        permissions = [
            ("import_contactvolume", _("Can import contact volumes")),
            ("export_contactvolume", _("Can export contact volumes")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["line", "starts_at"], name="volume_once_per_half_hour"),
        ]
        indexes = [models.Index(fields=["-starts_at", "-id"], name="volume_latest")]

    def __str__(self) -> str:
        return f"{self.line} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def handling_seconds(self) -> float | None:
        """On average; None where nothing came."""
        return self.handling_seconds_total / self.contacts if self.contacts else None


class DemandEvent(models.Model):
    """Days on which more or fewer contacts come than usual: a peak sale, a holiday of one's own."""

    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(
        _("kind"), max_length=10, choices=DemandEventKind.choices, default=DemandEventKind.PEAK
    )
    first_on = models.DateField(_("first day"), validators=[*REACH_OF_DAYS])
    last_on = models.DateField(_("last day"), validators=[*REACH_OF_DAYS])
    factor = models.FloatField(
        _("uplift factor"),
        default=1.0,
        validators=[MinValueValidator(0.05), MaxValueValidator(50)],
        help_text=_("Contacts against usual days: 2.8 is nearly three times as many, 0.5 half."),
    )
    team = models.ForeignKey(
        Team,
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="demand_events",
        help_text=_("Empty: all teams."),
    )
    lines = models.ManyToManyField(
        ServiceLine,
        verbose_name=_("service lines"),
        blank=True,
        related_name="events",
        help_text=_("Empty: all lines of the team."),
    )

    objects = DemandEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("demand event")
        verbose_name_plural = _("demand events")
        ordering = ["-first_on", "name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="demand_event_ends_after_start"
            ),
            models.CheckConstraint(condition=models.Q(factor__gt=0), name="demand_event_has_a_factor"),
        ]
        indexes = [models.Index(fields=["last_on", "first_on"], name="demand_event_span")]

    def __str__(self) -> str:
        return f"{self.name} {self.first_on}"


class Forecast(models.Model):
    """One making of a forecast, kept with how wrong the same method would have been in the weeks before."""

    line = models.ForeignKey(
        ServiceLine, verbose_name=_("service line"), on_delete=models.PROTECT, related_name="forecasts"
    )
    made_at = models.DateTimeField(_("created at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    days_known = models.PositiveIntegerField(_("days of history"))
    method = models.CharField(_("method"), max_length=40)
    error = models.FloatField(_("error"), null=True)
    naive_error = models.FloatField(_("error of the same weekday"), null=True)

    objects = OfLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("forecast")
        verbose_name_plural = _("forecasts")
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="forecast_ends_after_start"
            )
        ]
        indexes = [models.Index(fields=["line", "-made_at"], name="forecast_latest")]

    def __str__(self) -> str:
        return f"{self.line} {self.first_on} - {self.last_on}"


class RequiredStaff(models.Model):
    """Whom one half hour of a line needs. A new forecast writes over all but what a person has set."""

    line = models.ForeignKey(
        ServiceLine, verbose_name=_("service line"), on_delete=models.PROTECT, related_name="required"
    )
    forecast = models.ForeignKey(Forecast, on_delete=models.PROTECT, related_name="required")
    on = models.DateField(_("date"))
    starts_at = models.DateTimeField(_("half hour from"))
    contacts = models.FloatField(_("contacts"))
    handling_seconds = models.FloatField(_("handling time, seconds"))
    agents = models.PositiveIntegerField(_("agents at work"))
    scheduled = models.PositiveIntegerField(_("agents rostered"))
    override = models.PositiveIntegerField(
        _("set by hand"), null=True, blank=True, help_text=_("Instead of the agents rostered.")
    )

    objects = OfLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("required staff")
        verbose_name_plural = _("required staff")
        ordering = ["line", "starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["line", "starts_at"], name="required_once_per_half_hour")
        ]
        indexes = [models.Index(fields=["line", "on"], name="required_line_day")]

    def __str__(self) -> str:
        return f"{self.line} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def needed(self) -> int:
        """How many to roster."""
        return self.scheduled if self.override is None else self.override
