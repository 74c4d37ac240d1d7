"""Tickets out of tables: what the portal's transfers call, chunk by chunk."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints import intake
from complaints.importing import drafts
from complaints.importing.formats import GENERAL, MARKETPLACES
from complaints.importing.words import plain
from complaints.intake import Draft
from complaints.models import Category
from portal import privacy
from portal.errors import DomainError
from portal.models import TransferJob, User
from portal.transfers.importers import Column, Importer, Layout, Outcome, Problem, Record, Result

Take = Callable[[Sequence[Draft]], Sequence[intake.Result]]


class TicketImporter(Importer):
    key = "complaints.ticket"
    label = _("Tickets")
    permission = "complaints.import_ticket"
    layouts = tuple(known.layout for known in MARKETPLACES)
    columns = (
        Column(
            "channel",
            _("Channel"),
            is_required=True,
            help=_("Where the matter came from: chat, hotline, a marketplace …"),
            example="在线客服",
        ),
        Column(
            "external_id",
            _("Channel's own number"),
            help=_("The same number again is the same ticket. Empty: the same row again is."),
            example="G9753637488",
        ),
        Column("kind", _("Kind"), help=_("Empty: a complaint."), example="投诉"),
        Column("occurred_at", _("Occurred at"), is_required=True, example="2026-11-11 09:30:00"),
        Column("name", _("Customer's name"), example="王小明", mask=privacy.mask_name),
        Column("phone", _("Phone"), example="13800138000", mask=privacy.mask_phone),
        Column("email", _("E-mail"), mask=privacy.mask_email),
        Column("account", _("Customer's account"), mask=privacy.mask_name),
        Column("level", _("Customer level"), help=_("Empty: ordinary."), example="大客户"),
        Column("province", _("Province"), example="浙江省"),
        Column("order_no", _("Order number"), help=_("As text, or Excel rounds it.")),
        Column("product", _("Product")),
        Column("carrier", _("Carrier")),
        Column("shop", _("Shop")),
        Column(
            "subject",
            _("Subject"),
            help=_("Empty: the beginning of the description."),
            example="少发一件",
        ),
        Column("description", _("Description")),
        Column("severity", _("Severity"), help=_("Empty: normal."), example="一般"),
        Column("category", _("Category"), help=_("Code or name of a category in use.")),
        Column("remedy_sought", _("Remedy sought"), example="补发"),
        Column("status", _("Status"), help=_("A settled matter arrives closed and owes nothing.")),
    )

    def _template(self) -> Layout:
        """Our template is the general table that also knows other words for its columns."""
        own = dict(super()._template().headers)
        known = GENERAL.layout
        # Ours first, since missing columns are named by their first word; and last, since ours count.
        return Layout(known.key, known.label, own | dict(known.headers) | own, known.required)

    def objects_url(self, job: TransferJob) -> str:
        return reverse("admin:complaints_ticket_changelist")

    def check_chunk(self, records: Sequence[Record], *, by: User | None, at: datetime) -> Sequence[Outcome]:
        return _through(records, intake.foresee, by=by, at=at)

    def apply_chunk(self, records: Sequence[Record], *, by: User | None, at: datetime) -> Sequence[Outcome]:
        def take(read: Sequence[Draft]) -> list[intake.Result]:
            return [received.result for received in intake.receive_many(read, by=by, at=at)]

        return _through(records, take, by=by, at=at)


def _through(records: Sequence[Record], take: Take, *, by: User | None, at: datetime) -> list[Outcome]:
    """Refuse the rows that cannot be a ticket or tell of one out of sight; take the others in at once."""
    categories = _categories()
    read = [_read(record, categories, at=at) for record in records]
    hidden = intake.out_of_sight([one for one in read if isinstance(one, Draft)], by=by)
    read = [
        Outcome.rejected(Problem(_("This ticket belongs to another team."), "external_id"))
        if isinstance(one, Draft) and intake.key_of(one) in hidden
        else one
        for one in read
    ]
    results = iter(take([one for one in read if isinstance(one, Draft)]))
    return [Outcome(Result(next(results))) if isinstance(one, Draft) else one for one in read]


def _read(record: Record, categories: Mapping[str, Category], *, at: datetime) -> Draft | Outcome:
    try:
        read = drafts.draft(record, categories)
        intake.check(read, at=at)
    except DomainError as refusal:
        problems = [Problem(message, field) for field, message in refusal.fields.items()]
        return Outcome.rejected(*(problems or [Problem(refusal.message)]))
    return read


def _categories() -> dict[str, Category]:
    """By name and by code; of two with one name, the code tells them apart."""
    active = list(Category.objects.filter(is_active=True))
    return {plain(one.name): one for one in active} | {plain(one.code): one for one in active}
