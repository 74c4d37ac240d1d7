from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.forms import BaseDialogForm

from portal import outbox, privacy
from portal.admin.dialogs import dialog_action
from portal.admin.house import ReadOnlyAdmin, person
from portal.admin.lists import DayRangeFilter
from portal.admin.refusals import act_on_each
from portal.choices import DeliveryState, MessageChannel
from portal.models import OutboxMessage

MASKS = {MessageChannel.SMS: privacy.mask_phone, MessageChannel.EMAIL: privacy.mask_email}


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    """What was to be sent, and how far it came; not the texts, which are for the recipient."""

    list_display = ["subject", "channel", "recipient", "state_label", "attempts", "due_at", "sent_at"]
    list_filter = ["state", "channel", ("created_at", DayRangeFilter)]
    list_select_related = ["user"]
    actions = ["retry_chosen"]
    actions_detail = ["retry"]
    fields = [
        "subject",
        "channel",
        "recipient",
        "state_label",
        ("attempts", "last_error"),
        ("created_at", "due_at", "sent_at"),
    ]

    @admin.display(description=_("recipient"))
    def recipient(self, message: OutboxMessage) -> str:
        if message.address:
            return MASKS[MessageChannel(message.channel)](message.address)
        return str(message.user)

    @display(
        description=_("state"),
        ordering="state",
        label={
            DeliveryState.PENDING.label: "info",
            DeliveryState.SENT.label: "success",
            DeliveryState.GIVEN_UP.label: "danger",
        },
    )
    def state_label(self, message: OutboxMessage) -> str:
        return message.get_state_display()

    def has_retry_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        if not request.user.has_perm("portal.retry_outboxmessage"):
            return False
        message = self.get_object(request, object_id) if object_id else None
        return message is None or message.state == DeliveryState.GIVEN_UP

    @admin.action(description=_("Send the given-up ones again"), permissions=["retry"])
    def retry_chosen(self, request: HttpRequest, messages: QuerySet) -> None:
        act_on_each(
            request,
            messages,
            lambda message: outbox.retry(message, by=person(request), at=timezone.now()),
            done=_("%(count)s messages will be sent again."),
        )

    @dialog_action(
        _("Send again"),
        text=_("It is tried again at once, and as often as the first time."),
        done=_("The message will be sent again."),
        permissions=["retry"],
        icon="replay",
    )
    def retry(self, request: HttpRequest, message: OutboxMessage, form: BaseDialogForm) -> None:
        outbox.retry(message, by=person(request), at=timezone.now())
