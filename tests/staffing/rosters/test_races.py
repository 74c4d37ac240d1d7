"""S3: two supervisors edit one roster at the same moment: no change is lost, the later is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection

from portal.errors import DomainError
from staffing.models import DutyAssignment, RosterEdit, RosterVersion
from staffing.querysets import AgentQuerySet, RosterQuerySet
from staffing.rosters import editing, publishing
from staffing.rosters.editing import CellChange
from tests.factories import NOW

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("day", "late", "night"),
]

PATIENCE_SECONDS = 20


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each answered, or with what it was stopped; all begin at one moment."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(PATIENCE_SECONDS)
            return act()
        except (DomainError, DatabaseError) as stopped:
            return stopped
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def changing(roster, agent, code, *, on=None, seen=()):
    wanted = CellChange(agent.pk, on or roster.first_on, (code,), seen)
    return lambda: editing.change_cells(roster, [wanted], by=None, at=NOW)[0]


@pytest.fixture
def unlocked(monkeypatch):
    """Neither rosters nor people are locked, and nobody writes before both have looked."""
    both = Barrier(2)
    looked = editing._Editor.save

    def late(self):
        both.wait(PATIENCE_SECONDS)
        return looked(self)

    monkeypatch.setattr(RosterQuerySet, "locked", lambda rows: rows)
    monkeypatch.setattr(AgentQuerySet, "locked", lambda rows: rows)
    monkeypatch.setattr(editing._Editor, "save", late)


def test_of_two_who_change_one_cell_the_later_is_told(roster, agent):
    for number in range(7):
        on = roster.first_on + timedelta(days=number)
        outcomes = at_once(*(changing(roster, agent, code, on=on) for code in ("L", "D")))
        (stale,) = [each for each in outcomes if each.is_stale]
        (taken,) = [each for each in outcomes if not each.is_stale]
        assert stale.codes == taken.codes
        assert DutyAssignment.objects.planned().get(agent=agent, on=on).shift_type.code == taken.codes[0]


def test_of_two_who_change_two_cells_none_is_lost(roster, agent):
    for number in range(6):
        days = [roster.first_on + timedelta(days=number), roster.last_on]
        DutyAssignment.objects.filter(on=roster.last_on).delete()
        outcomes = at_once(*(changing(roster, agent, "D", on=on) for on in days))
        assert not [each for each in outcomes if each.refusal]
    numbers = list(RosterEdit.objects.order_by("number").values_list("number", flat=True))
    roster.refresh_from_db()
    assert numbers == list(range(1, 13))
    assert roster.revision == 12


@pytest.mark.usefixtures("unlocked")
def test_without_the_lock_one_of_them_is_stopped_by_the_database(roster, agent):
    outcomes = at_once(changing(roster, agent, "D"), changing(roster, agent, "L"))
    assert any(isinstance(each, DatabaseError) for each in outcomes)


def test_what_is_changed_while_it_is_published_is_not_published_unseen(roster, agent):
    editing.change_cells(roster, [CellChange(agent.pk, roster.last_on, ("D",))], by=None, at=NOW)
    seen = 1
    published, changed = at_once(
        lambda: publishing.publish(roster, by=None, at=NOW, revision=seen), changing(roster, agent, "D")
    )
    assert not changed.refusal
    in_force = DutyAssignment.objects.published().count()
    assert in_force == RosterVersion.objects.count()  # The one that was seen, or none.
    assert isinstance(published, RosterVersion | DomainError)
