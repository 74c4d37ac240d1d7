"""Whose turn it is: fair by the days on which people are there, and the same answer for the same facts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple


@dataclass(frozen=True)
class Present:
    """Somebody who is planned to be there on a day."""

    agent_id: int
    staff_no: str
    is_overnight: bool = False


@dataclass(frozen=True)
class Record:
    """What somebody has done lately: turns, days there, and the last turn."""

    turns: int = 0
    days: int = 0
    last_on: date | None = None


class Slot(NamedTuple):
    """One task on one day."""

    on: date
    task_id: int


NOBODY = Record()


def next_up(
    present: Iterable[Present], records: Mapping[int, Record], *, busy: Collection[int] = ()
) -> Present | None:
    """Who has done least for the days on which he was there; then whose last turn is longest ago.

    Nobody has a second turn on a day, or comes out of a night for one, while another is free. What is equal
    in all that is decided by the staff number. None when nobody is there.
    """

    def rank(person: Present) -> tuple[bool, bool, Fraction, date, str]:
        record = records.get(person.agent_id, NOBODY)
        load = Fraction(record.turns, max(record.days, 1))
        is_busy = person.agent_id in busy
        return is_busy, person.is_overnight, load, record.last_on or date.min, person.staff_no

    return min(present, key=rank, default=None)


def plan(
    slots: Collection[Slot],
    present: Mapping[date, Sequence[Present]],
    records: Mapping[int, Record],
    *,
    kept: Mapping[Slot, int],
    excused: Mapping[Slot, Collection[int]] = MappingProxyType({}),
) -> dict[Slot, int]:
    """An agent for each slot, day by day; a slot on a day on which nobody is there stays empty.

    `records` tell what was before the first day; `kept` are turns that stand. They all count from the
    beginning, so that whoever has one tomorrow does not stand in today while another is free. A turn does
    not come back to those who were `excused` from it.
    """
    known = dict(records)
    for slot, agent_id in sorted(kept.items()):
        known[agent_id] = _after_turn(known.get(agent_id, NOBODY), slot.on)
    found: dict[Slot, int] = {}
    for on in sorted({*present, *(slot.on for slot in slots)}):
        for person in present.get(on, ()):
            record = known.get(person.agent_id, NOBODY)
            known[person.agent_id] = replace(record, days=record.days + 1)
        busy = {agent_id for slot, agent_id in kept.items() if slot.on == on}
        for slot in sorted(slot for slot in slots if slot.on == on and slot not in kept):
            spared = excused.get(slot, ())
            able = [person for person in present.get(on, ()) if person.agent_id not in spared]
            chosen = next_up(able, known, busy=busy)
            if chosen is not None:
                found[slot] = chosen.agent_id
                busy.add(chosen.agent_id)
                known[chosen.agent_id] = _after_turn(known[chosen.agent_id], on)
    return found


def _after_turn(record: Record, on: date) -> Record:
    return replace(record, turns=record.turns + 1, last_on=on)
