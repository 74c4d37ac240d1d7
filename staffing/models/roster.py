from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from staffing.models.agent import Agent
from staffing.models.duty import ShiftType
from staffing.models.organisation import Skill, Team
from staffing.querysets import MinimumStaffingQuerySet, RosterQuerySet, WishQuerySet


class Roster(models.Model):
    """The duty roster of a team for a span of days: drawn up, published, revised.

    `version` counts the publications (0: never published), `revision` the changed cells. What the roster
    holds are its duties: in force those that are published, planned those plus the drafts less the withdrawn.
    """

    team = models.ForeignKey(Team, verbose_name=_("team"), on_delete=models.PROTECT, related_name="rosters")
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    revision = models.PositiveIntegerField(_("revision"), default=0, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    weights = models.JSONField(_("weights"), default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    objects = RosterQuerySet.as_manager()

    class Meta:
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")
        ordering = ["-first_on", "team", "-id"]
        permissions = [
            ("import_roster", _("Can import rosters")),
            ("export_roster", _("Can export rosters")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["team", "first_on"], name="roster_once_per_start"),
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="roster_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["-first_on", "team", "-id"], name="roster_latest"),
            models.Index(fields=["team", "first_on", "last_on"], name="roster_span"),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.first_on} – {self.last_on}"

    @property
    def is_published(self) -> bool:
        return self.version > 0


class RosterEdit(models.Model):
    """One changed cell: the ledger of a roster. `before` and `after` are shift codes; none means off."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="edits")
    number = models.PositiveIntegerField(_("edit number"))
    agent = models.ForeignKey(Agent, verbose_name=_("agent"), on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("date"))
    before = models.JSONField(_("before"), default=list)
    after = models.JSONField(_("after"), default=list)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("roster change")
        verbose_name_plural = _("roster changes")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["roster", "number"], name="roster_edit_once")]
        indexes = [models.Index(fields=["roster", "agent", "on"], name="roster_edit_cell")]

    def __str__(self) -> str:
        return f"{self.roster} {self.number}"


class RosterVersion(models.Model):
    """A publication. Which duties it brought and took is written on the duties themselves."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField(_("version"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    added = models.PositiveIntegerField(_("added"), default=0)
    removed = models.PositiveIntegerField(_("removed"), default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("published at"))

    class Meta:
        verbose_name = _("roster version")
        verbose_name_plural = _("roster versions")
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["roster", "version"], name="roster_version_once")]

    def __str__(self) -> str:
        return f"{self.roster} v{self.version}"


class RuleException(models.Model):
    """Why a rule of working time may be broken once: without it the roster is not published."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="exceptions")
    rule = models.CharField(_("rule"), max_length=40)
    agent = models.ForeignKey(Agent, verbose_name=_("agent"), on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("date"))
    sentence = models.CharField(_("what is broken"), max_length=300)
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("granted by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("exception from a rule")
        verbose_name_plural = _("exceptions from rules")
        ordering = ["on", "agent", "rule"]
        constraints = [
            models.UniqueConstraint(fields=["roster", "rule", "agent", "on"], name="rule_exception_once")
        ]

    def __str__(self) -> str:
        return self.sentence


class RosterPin(models.Model):
    """A cell that planning by machine leaves as it is, shift or off."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="pins")
    agent = models.ForeignKey(Agent, verbose_name=_("agent"), on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("date"))

    class Meta:
        verbose_name = _("pinned cell")
        verbose_name_plural = _("pinned cells")
        constraints = [models.UniqueConstraint(fields=["roster", "agent", "on"], name="roster_pin_once")]

    def __str__(self) -> str:
        return f"{self.agent} {self.on}"


class Wish(models.Model):
    """What an agent would like on a day: a shift, any shift, or to be off. Weighed, never promised."""

    agent = models.ForeignKey(Agent, verbose_name=_("agent"), on_delete=models.PROTECT, related_name="wishes")
    on = models.DateField(_("date"))
    shift_type = models.ForeignKey(
        ShiftType,
        verbose_name=_("shift"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: any shift."),
    )
    is_wanted = models.BooleanField(
        _("wanted"), default=False, help_text=_("Ticked: would like to work; not ticked: would rather not.")
    )
    weight = models.PositiveSmallIntegerField(_("weight"), default=1, validators=[MinValueValidator(1)])
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = WishQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        ordering = ["-on", "agent", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["agent", "on", "shift_type"], name="wish_once_per_shift"),
            models.UniqueConstraint(
                fields=["agent", "on"],
                condition=models.Q(shift_type=None),
                name="wish_once_for_any_shift",
            ),
            models.CheckConstraint(
                condition=models.Q(weight__gte=1) & models.Q(weight__lte=3), name="wish_weight_in_range"
            ),
        ]
        indexes = [models.Index(fields=["-on", "agent", "-id"], name="wish_latest")]

    def __str__(self) -> str:
        return f"{self.agent} {self.on}"


class MinimumStaffing(models.Model):
    """How many must be on a shift of a team, whatever the forecast says; with a skill, holders of it."""

    team = models.ForeignKey(
        Team, verbose_name=_("team"), on_delete=models.CASCADE, related_name="minimum_staffing"
    )
    shift_type = models.ForeignKey(
        ShiftType, verbose_name=_("shift"), on_delete=models.PROTECT, related_name="+"
    )
    skill = models.ForeignKey(
        Skill,
        verbose_name=_("skill"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: anybody of the team."),
    )
    weekdays = models.CharField(
        _("weekdays"),
        max_length=7,
        default="1234567",
        help_text=_("Digits: 1 is Monday, 7 is Sunday."),
    )
    agents = models.PositiveSmallIntegerField(_("at least"), validators=[MinValueValidator(1)])

    objects = MinimumStaffingQuerySet.as_manager()

    class Meta:
        verbose_name = _("minimum staffing")
        verbose_name_plural = _("minimum staffing")
        ordering = ["team", "shift_type", "id"]

    def __str__(self) -> str:
        return f"{self.team} {self.shift_type} ≥ {self.agents}"
