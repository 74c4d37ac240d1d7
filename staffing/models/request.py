from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from staffing.choices import LeaveKind, RequestKind, RequestState, ShiftSide
from staffing.models.agent import Agent
from staffing.models.duty import DutyAssignment, ShiftType
from staffing.querysets import EntitlementQuerySet, RequestQuerySet, StayOfferQuerySet


class StaffRequest(models.Model):
    """What an agent asks of those who plan: to be off, to change shifts with a colleague, to work more.

    `first_on` and `last_on` are the days it is about, `lapses_at` when it is too late to decide.
    `revision` counts the acts on it.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=RequestKind.choices)
    state = models.CharField(_("state"), max_length=10, choices=RequestState.choices)
    agent = models.ForeignKey(
        Agent, verbose_name=_("applicant"), on_delete=models.PROTECT, related_name="requests"
    )
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    asked_at = models.DateTimeField(_("asked at"))
    lapses_at = models.DateTimeField(_("lapses at"))
    wants_exception = models.BooleanField(
        _("asks for an exception"),
        default=False,
        help_text=_("It breaks a rule that may be broken once, with a reason."),
    )
    revision = models.PositiveIntegerField(_("revision"), default=1)

    leave_kind = models.CharField(_("leave"), max_length=15, choices=LeaveKind.choices, blank=True)
    starts = models.TimeField(_("from"), null=True, blank=True)
    ends = models.TimeField(_("to"), null=True, blank=True)
    counted_minutes = models.PositiveIntegerField(
        _("counted, minutes"), default=0, help_text=_("Working time that the leave takes.")
    )

    counterpart = models.ForeignKey(
        Agent,
        verbose_name=_("colleague"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requests_to_me",
    )
    is_open = models.BooleanField(
        _("to anybody"), default=False, help_text=_("Whoever of the team may take it and does so first.")
    )
    answered_at = models.DateTimeField(_("colleague answered at"), null=True, blank=True)

    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=200, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="request_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~models.Q(agent=models.F("counterpart")), name="request_to_another"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=RequestKind.LEAVE) ^ models.Q(leave_kind=""),
                name="request_says_which_leave",
            ),
        ]
        indexes = [
            models.Index(fields=["-asked_at", "-id"], name="request_latest"),
            models.Index(fields=["state", "-asked_at", "-id"], name="request_state_latest"),
            models.Index(fields=["agent", "first_on", "last_on"], name="request_agent_days"),
            models.Index(fields=["state", "lapses_at"], name="request_lapsing"),
        ]

    def __str__(self) -> str:
        return f"{self.agent} · {self.what}"

    @property
    def what(self) -> str:
        return self.get_leave_kind_display() or self.get_kind_display()

    @property
    def is_undecided(self) -> bool:
        return self.state in {RequestState.OFFERED, RequestState.WAITING}

    @property
    def has_hours(self) -> bool:
        """Leave for a part of one day."""
        return self.starts is not None


class RequestShift(models.Model):
    """A shift that a request is about. For overtime one that does not exist yet, for leave one it cancelled.

    `made` is the duty that came of it: the colleague's, the extra one, or that of whoever fills the gap.
    """

    request = models.ForeignKey(StaffRequest, on_delete=models.CASCADE, related_name="shifts")
    side = models.CharField(_("side"), max_length=5, choices=ShiftSide.choices)
    duty = models.ForeignKey(
        DutyAssignment,
        verbose_name=_("duty"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requested",
    )
    shift_type = models.ForeignKey(
        ShiftType, verbose_name=_("shift"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("date"))
    is_dropped = models.BooleanField(
        _("left out"), default=False, help_text=_("The colleague did not take this one.")
    )
    made = models.ForeignKey(
        DutyAssignment,
        verbose_name=_("what became of it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="made_by",
    )

    class Meta:
        verbose_name = _("requested shift")
        verbose_name_plural = _("requested shifts")
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "duty"], name="request_shift_once"),
        ]

    def __str__(self) -> str:
        return f"{date_format(self.on, 'MONTH_DAY_FORMAT')} {self.shift_type}"


class StayOffer(models.Model):
    """Somebody would stay on after a shift if needed. Only who plans sees it, and may ask him or not."""

    duty = models.OneToOneField(
        DutyAssignment, verbose_name=_("duty"), on_delete=models.CASCADE, related_name="stay_offer"
    )
    offered_at = models.DateTimeField(_("offered at"))

    objects = StayOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer to stay on")
        verbose_name_plural = _("offers to stay on")

    def __str__(self) -> str:
        return str(self.duty)


class LeaveEntitlement(models.Model):
    """The days of annual leave of one agent and year, where they differ from those by years of service."""

    agent = models.ForeignKey(
        Agent, verbose_name=_("agent"), on_delete=models.PROTECT, related_name="entitlements"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    days = models.DecimalField(_("days"), max_digits=4, decimal_places=1, validators=[MaxValueValidator(60)])
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("annual leave entitlement")
        verbose_name_plural = _("annual leave entitlements")
        ordering = ["-year", "agent"]
        constraints = [
            models.UniqueConstraint(fields=["agent", "year"], name="entitlement_once_a_year"),
            models.CheckConstraint(condition=models.Q(days__gte=0), name="entitlement_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.agent} {self.year}"
