"""Synonym groups out of Excel and CSV: each row by the steps, with the rights of who imports it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation
from portal.models import TransferJob, User
from portal.transfers.importers import Column, Importer, Outcome, Record, Result, row_by_row
from training.search import synonyms

SEPARATOR = "|"


class SynonymImporter(Importer):
    """A code that is known gets these phrases; a new one becomes a draft, to be published by somebody."""

    key, label = "synonyms", _("Synonym groups")
    permission = "training.import_synonymgroup"
    columns = (
        Column("code", _("Code"), help=_("Empty: a new group."), example="refund"),
        Column(
            "phrases", _("Phrases"), is_required=True, help=_("With | between them."), example="退款 | 退钱"
        ),
        Column("note", _("Note")),
    )

    def check_chunk(self, records: Sequence[Record], *, by: User, at: datetime) -> Sequence[Outcome]:
        with transaction.atomic():
            outcomes = self.apply_chunk(records, by=by, at=at)
            transaction.set_rollback(True)
        return outcomes

    def apply_chunk(self, records: Sequence[Record], *, by: User, at: datetime) -> Sequence[Outcome]:
        return row_by_row(records, lambda row: self.take(row, by=by, at=at))

    def take(self, row: Record, *, by: User, at: datetime) -> Result:
        phrases = row["phrases"].split(SEPARATOR)
        if not row["phrases"].strip():
            message = _("This cell must not be empty.")
            raise MissingInformation(message, fields={"phrases": message})
        return synonyms.define(row["code"], phrases=phrases, note=row["note"], by=by, at=at)[1]

    def objects_url(self, job: TransferJob) -> str:
        return reverse("admin:training_synonymgroup_changelist")
