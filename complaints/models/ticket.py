from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints import states
from complaints.choices import Act, Channel, Direction, Kind, Responsible, Severity, Status
from complaints.models.category import Category
from complaints.models.customer import Customer
from complaints.querysets import EventQuerySet, TicketQuerySet
from portal.errors import Stale
from portal.models import User


class Ticket(models.Model):
    """One matter of one customer, from arrival to its end.

    `version` is the sequence number of the last row in its ledger: each act adds one row and one to it.
    The first-responsible agent is set once, by whoever first takes the matter, and never changes again.
    """

    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    external_id = models.CharField(  # noqa: DJ001 - absent numbers must not collide
        _("channel's own number"),
        max_length=100,
        null=True,
        blank=True,
        db_index=True,
    )
    shop = models.CharField(_("shop"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tickets",
    )
    severity = models.CharField(
        _("severity"), max_length=10, choices=Severity.choices, default=Severity.NORMAL
    )
    subject = models.CharField(_("subject"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.PROTECT, related_name="tickets"
    )
    order_no = models.CharField(_("order number"), max_length=60, blank=True, db_index=True)
    product = models.CharField(_("product"), max_length=200, blank=True)
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    remedy_sought = models.CharField(_("remedy sought"), max_length=200, blank=True)
    content_digest = models.CharField(
        max_length=64,
        blank=True,
        help_text="What the channel last told, so that the same again changes nothing.",
    )

    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.NEW)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    cycle = models.PositiveSmallIntegerField(
        _("cycle"), default=1, editable=False, help_text=_("Starts again at each reopening.")
    )
    contact_phone = models.ForeignKey(
        "complaints.CustomerIdentity",
        verbose_name=_("phone given"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text=_("Where the customer is written to about this ticket: what he gave with it."),
    )
    contact_email = models.ForeignKey(
        "complaints.CustomerIdentity",
        verbose_name=_("e-mail given"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    first_responsible = models.ForeignKey(
        "staffing.Agent",
        verbose_name=_("first-responsible agent"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="answerable_tickets",
    )
    handler = models.ForeignKey(
        "staffing.Agent",
        verbose_name=_("handler"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="handled_tickets",
    )
    team = models.ForeignKey(
        "staffing.Team",
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tickets",
    )

    occurred_at = models.DateTimeField(_("occurred at"))
    received_at = models.DateTimeField(_("received at"))
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    next_due_at = models.DateTimeField(
        _("next due"),
        null=True,
        blank=True,
        help_text=_("The earliest of its running clocks and open promises."),
    )
    waiting_until = models.DateTimeField(_("waiting until"), null=True, blank=True)
    parked_at = models.DateTimeField(
        _("parked at"),
        null=True,
        blank=True,
        help_text=_("Since when nobody qualified was on duty."),
    )

    outcome = models.TextField(_("outcome"), blank=True)
    cause = models.TextField(_("cause"), blank=True)
    responsible = models.CharField(
        _("responsible party"), max_length=10, choices=Responsible.choices, blank=True
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-id"]
        permissions = [
            ("assign_ticket", _("Can assign tickets to others")),
            ("override_ticket", _("Can act on tickets in another's place")),
            ("import_ticket", _("Can import tickets")),
            ("export_ticket", _("Can export tickets")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="ticket_once_per_channel_number"),
            models.CheckConstraint(
                condition=models.Q(handler__isnull=False)
                | models.Q(status__in=[Status.NEW, Status.CLOSED, Status.CANCELLED]),
                name="ticket_beyond_new_has_handler",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_due_at", "id"],
                condition=models.Q(status__in=states.OPEN),
                name="ticket_open_by_due",
            ),
            models.Index(fields=["handler", "status", "next_due_at"], name="ticket_handler_desk"),
            models.Index(fields=["team", "status", "next_due_at"], name="ticket_team_queue"),
            models.Index(fields=["first_responsible", "status"], name="ticket_first_responsible"),
            models.Index(fields=["status", "-id"], name="ticket_status"),
            models.Index(fields=["customer", "-id"], name="ticket_customer"),
            models.Index(fields=["kind", "-id"], name="ticket_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def number(self) -> str:
        """The number people say: one series for all channels, given by the database without a queue."""
        return f"T{self.pk:08d}"

    @property
    def is_open(self) -> bool:
        return self.status in states.OPEN

    def expect(self, version: int | None) -> None:
        """Raises Stale when the caller had read another version."""
        if version is not None and version != self.version:
            raise Stale(_("This ticket was changed by somebody else. Read it again before you act."))

    def move(
        self,
        act: Act,
        *,
        by: User | None,
        at: datetime,
        to: Status | None = None,
        reason: str = "",
        data: dict[str, Any] | None = None,
    ) -> "TicketEvent":
        """Do one act: ask the state table, count the version, and return the ledger's row, unsaved.

        The only writer of `status`. Called by `complaints.ledger`, which holds the row's lock and saves both.
        Raises: WrongState, when the act is not possible in the present state.
        """
        before = self.status
        self.status = states.after(act, Status(before), to)
        self.version += 1
        return TicketEvent(
            ticket=self,
            sequence=self.version,
            act=act,
            at=at,
            by=by,
            from_status=before,
            to_status=self.status,
            cycle=self.cycle,
            reason=reason,
            data=data or {},
        )


class TicketEvent(models.Model):
    """One row of a ticket's ledger. Only ever added."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    act = models.CharField(_("act"), max_length=20, choices=Act.choices)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: the system."),
    )
    from_status = models.CharField(max_length=20, choices=Status.choices, blank=True)
    to_status = models.CharField(max_length=20, choices=Status.choices)
    cycle = models.PositiveSmallIntegerField()
    reason = models.TextField(_("reason"), blank=True)
    data = models.JSONField(_("details"), default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        ordering = ["ticket", "sequence"]
        constraints = [models.UniqueConstraint(fields=["ticket", "sequence"], name="event_sequence_once")]
        indexes = [models.Index(fields=["act", "at"], name="event_act_at")]


class Message(models.Model):
    """What was said: by the customer, to the customer, or among colleagues."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages")
    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices)
    via = models.CharField(_("channel"), max_length=10, choices=Channel.choices, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(_("text"))
    at = models.DateTimeField(_("at"))
    external_id = models.CharField(max_length=100, null=True, blank=True)  # noqa: DJ001

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("conversation")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "external_id"], name="message_once_per_channel_number")
        ]
        indexes = [models.Index(fields=["ticket", "at"], name="message_ticket_at")]
