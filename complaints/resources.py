"""Tables to take away. Customers are masked in every file: a file goes where no right follows it."""

from django.utils.translation import gettext_lazy as _

from portal.resources import Column, TableResource


class TicketResource(TableResource):
    number = Column("number", _("number"))
    channel = Column("get_channel_display", _("channel"))
    external_id = Column("external_id", _("channel's own number"))
    shop = Column("shop", _("shop"))
    kind = Column("get_kind_display", _("kind"))
    category = Column("category__name", _("category"))
    severity = Column("get_severity_display", _("severity"))
    subject = Column("subject", _("subject"))
    customer = Column("customer", _("customer"))
    level = Column("customer__get_level_display", _("level"))
    province = Column("customer__province", _("province"))
    order_no = Column("order_no", _("order number"))
    product = Column("product", _("product"))
    status = Column("get_status_display", _("status"))
    first_responsible = Column("first_responsible", _("first-responsible agent"))
    handler = Column("handler", _("handler"))
    team = Column("team__name", _("team"))
    occurred_at = Column("occurred_at", _("occurred at"))
    received_at = Column("received_at", _("received at"))
    next_due_at = Column("next_due_at", _("next due"))
    resolved_at = Column("resolved_at", _("resolved at"))
    closed_at = Column("closed_at", _("closed at"))
    cycle = Column("cycle", _("cycle"))
    responsible = Column("get_responsible_display", _("responsible party"))
    outcome = Column("outcome", _("outcome"))
