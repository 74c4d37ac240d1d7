"""The vocabulary in which transfer jobs are asked for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from portal.choices import TransferStatus
from portal.transfers import importers

if TYPE_CHECKING:
    from portal.models import TransferJob, User  # noqa: F401 - the class below names it in a string

FOR_WORKERS = (TransferStatus.UPLOADED, TransferStatus.CHECKING, TransferStatus.RUNNING)
FOR_PEOPLE = (TransferStatus.READY,)
UNFINISHED = (*FOR_WORKERS, *FOR_PEOPLE)


class TransferJobQuerySet(models.QuerySet["TransferJob"]):
    def visible_to(self, user: User) -> TransferJobQuerySet:
        """One's own jobs, and all of a kind that one may import oneself."""
        kinds = [importer.key for importer in importers.for_user(user)]
        return self.filter(Q(created_by=user) | Q(kind__in=kinds))

    def workable(self, at: datetime) -> TransferJobQuerySet:
        """Waiting for a worker, and held by none that is alive."""
        return self.filter(Q(leased_until=None) | Q(leased_until__lt=at), status__in=FOR_WORKERS)
