from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from staffing.choices import TeamKind
from staffing.querysets import TeamQuerySet


def validate_timezone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("“%(name)s” is not the name of a time zone."), params={"name": name})


class Department(models.Model):
    """The teams of one place. Its shifts begin and end by that place's wall clock."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    timezone = models.CharField(
        _("time zone"), max_length=40, default="Asia/Shanghai", validators=[validate_timezone]
    )

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Team(models.Model):
    department = models.ForeignKey(
        Department, verbose_name=_("department"), on_delete=models.PROTECT, related_name="teams"
    )
    name = models.CharField(_("name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=TeamKind.choices)
    leader = models.ForeignKey(
        "staffing.Agent",
        verbose_name=_("team leader"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="led_teams",
    )
    calendar = models.ForeignKey(
        "staffing.Calendar",
        verbose_name=_("calendar"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="teams",
        help_text=_("The hours in which this team works."),
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]
        permissions = [
            ("import_team", _("Can import teams")),
            ("export_team", _("Can export teams")),
        ]

    def __str__(self) -> str:
        return self.name


class Position(models.Model):
    name = models.CharField(_("name"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Skill(models.Model):
    """What a matter may require of the person who handles it; held by certificate."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60, unique=True)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["name"]
        permissions = [
            ("import_skill", _("Can import skills")),
            ("export_skill", _("Can export skills")),
        ]

    def __str__(self) -> str:
        return self.name
