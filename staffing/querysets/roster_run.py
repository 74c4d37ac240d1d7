from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from staffing.choices import RunState

if TYPE_CHECKING:
    from portal.models import User
    from staffing.models import RosterRun  # noqa: F401 - in the quoted base

OPEN_RUNS = (RunState.QUEUED.value, RunState.RUNNING.value)


class RosterRunQuerySet(models.QuerySet["RosterRun"]):
    def open(self) -> RosterRunQuerySet:
        return self.filter(state__in=OPEN_RUNS)

    def workable(self, at: datetime) -> RosterRunQuerySet:
        """Open, and in the hands of no worker that is still alive."""
        return self.open().filter(Q(leased_until=None) | Q(leased_until__lte=at))

    def light(self) -> RosterRunQuerySet:
        """Without the columns that only one run's own page needs."""
        return self.defer("base", "base_figures", "explanation", "progress", "options")

    def visible_to(self, user: User) -> RosterRunQuerySet:
        """Those of the rosters that one sees."""
        from staffing.models import Roster  # noqa: PLC0415 - the model imports this module

        return self.filter(roster__in=Roster.objects.visible_to(user).order_by().values("pk"))
