"""What planning could not meet, in words: sums first, then days and people, then what would help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.errors import Text

NAMED = 4
"""People named of those whom one thing hinders; the others are counted."""

OBSTACLES: Mapping[str, Text] = {
    "skill": gettext_lazy("do not hold the skill"),
    "leave": gettext_lazy("on leave"),
    "certificate": gettext_lazy("no valid certificate"),
    "no_nights": gettext_lazy("protected from nights"),
    "no_overtime": gettext_lazy("protected from overtime"),
    "not_employed": gettext_lazy("not employed"),
    "fixed": gettext_lazy("cell pinned or already begun"),
    "elsewhere": gettext_lazy("on another shift that day"),
    "week_hours": gettext_lazy("the week's hours are used up"),
    "rest_day": gettext_lazy("no rest day would be left in the week"),
    "days_in_a_row": gettext_lazy("too many days in a row"),
    "rest_between": gettext_lazy("too little rest between shifts"),
    "min_off": gettext_lazy("would leave a single day off"),
    "day_hours": gettext_lazy("the shift is longer than the law allows"),
    "not_offered": gettext_lazy("the shift is not among those planned with"),
    "free": gettext_lazy("free"),
}

WAYS: Mapping[str, Text] = {
    "elsewhere": gettext_lazy("move %(name)s from another shift"),
    "week_hours": gettext_lazy("overtime for %(name)s"),
    "fixed": gettext_lazy("release the pinned cell of %(name)s"),
    "rest_between": gettext_lazy("less rest for %(name)s, with an exception"),
    "rest_day": gettext_lazy("no rest day for %(name)s, with an exception"),
    "days_in_a_row": gettext_lazy("one more day in a row for %(name)s, with an exception"),
    "min_off": gettext_lazy("a single day off for %(name)s"),
    "leave": gettext_lazy("ask %(name)s to move the leave"),
    "free": gettext_lazy("%(name)s is free: plan again with more time"),
}


@dataclass(frozen=True)
class Names:
    """What keys in the facts mean."""

    agents: Mapping[int, str]
    shifts: Mapping[str, str]
    skills: Mapping[int, str]
    with_protections: bool = False
    """Whether the reader may know who is protected; if not, he reads only that it cannot be."""


@dataclass(frozen=True)
class Day:
    title: str
    obstacles: Sequence[str]
    ways: Sequence[str]


@dataclass(frozen=True)
class Shortage:
    """`arithmetic` says whether it can be met at all."""

    title: str
    arithmetic: str
    days: Sequence[Day]
    more: int = 0


def shortages(facts: Sequence[Mapping[str, Any]], names: Names) -> list[Shortage]:
    return [_shortage(fact, names) for fact in facts if fact.get("rule") == "minimum"]


def rule_sentences(facts: Sequence[Mapping[str, Any]], names: Names) -> list[str]:
    """Rules that had to yield, then the smallest sets of rules that cannot be kept together."""
    yielded = [_loosened(fact["label"], names) for fact in facts if fact.get("rule") == "loosened"]
    return yielded + [_conflict(fact, names) for fact in facts if fact.get("rule") == "conflict"]


def _loosened(label: Sequence[Any], names: Names) -> str:
    return _("%(name)s: what is settled allows no roster that keeps this rule: %(rule)s") % {
        "name": names.agents.get(int(label[1]), ""),
        "rule": _rule(label, names),
    }


def _conflict(fact: Mapping[str, Any], names: Names) -> str:
    rules = "; ".join(_rule(label, names) for label in fact["rules"])
    told = {"rules": rules, "needed": fact["needed"], "available": fact["available"]}
    if fact["available"] is None:
        sentence = _("Not all of these can be kept: %(rules)s") % told
    else:
        sentence = _("Needed %(needed)s, available %(available)s, by these rules together: %(rules)s") % told
    gains = [
        _("without “%(rule)s”: %(filled)s") % {"rule": _rule(way["rule"], names), "filled": way["filled"]}
        for way in fact["ways"]
        if way["filled"] and way["filled"] > (fact["available"] or 0)
    ]
    return f"{sentence} ({'; '.join(gains)})" if gains else sentence


def _rule(label: Sequence[Any], names: Names) -> str:
    """A rule by its label, with the person and the days that the label names."""
    name, rest = str(label[0]), label[1:]
    if name == "minimum":
        shift = names.shifts.get(rest[0], str(rest[0]))
        return _("minimum of “%(shift)s”") % {"shift": shift}
    days = [_date(date.fromordinal(each)) for each in rest if isinstance(each, int) and each > _SOME_DAY]
    text = _word(RULE_NAMES, our_name(name), names)
    who = names.agents.get(int(rest[0]), "") if rest else ""
    return " ".join(filter(None, (who, text, "–".join(dict.fromkeys(days)))))


def _shortage(fact: Mapping[str, Any], names: Names) -> Shortage:
    shift = names.shifts.get(fact["code"], fact["code"])
    if fact["skill"]:
        shift = f"{shift} · {names.skills.get(fact['skill'], '')}"
    told = {
        "shift": shift,
        "needed": fact["needed"],
        "possible": fact["possible"],
        "missing": fact["missing"],
    }
    if fact["possible"] < fact["needed"]:
        arithmetic = _("Needed %(needed)s, possible at most %(possible)s.") % told
    else:
        arithmetic = (
            _("Needed %(needed)s, and %(possible)s would be possible, but not together with the rest.") % told
        )
    return Shortage(
        title=ngettext(
            "“%(shift)s”: %(missing)s is missing", "“%(shift)s”: %(missing)s are missing", fact["missing"]
        )
        % told,
        arithmetic=arithmetic,
        days=[_day(day, names) for day in fact["days"]],
        more=fact["more"],
    )


def _day(day: Mapping[str, Any], names: Names) -> Day:
    on = date.fromisoformat(day["on"])
    lower = _("lower the minimum of this day to %(count)s") % {"count": day["staffed"]}
    return Day(
        title=_("%(date)s: needed %(needed)s, planned %(staffed)s")
        % {"date": _date(on), "needed": day["needed"], "staffed": day["staffed"]},
        obstacles=[
            _("%(count)s %(why)s (%(names)s)")
            % {"count": len(agents), "why": _word(OBSTACLES, why, names), "names": _people(agents, names)}
            for why, agents in day["obstacles"].items()
        ],
        ways=[*(_way(way, names) for way in day["ways"]), lower],
    )


def _way(way: Mapping[str, Any], names: Names) -> str:
    name = {"name": names.agents.get(way["agent"], "")}
    return ", ".join(str(WAYS[rule]) % name for rule in way["rules"] or ["free"])


RULES: Mapping[str, str] = {
    "max_run": "days_in_a_row",
    "succession": "rest_between",
    "rest_after": "rest_between",
    "past": "fixed",
}
RULE_NAMES: Mapping[str, Text] = {
    "leave": gettext_lazy("leave"),
    "certificate": gettext_lazy("certificates"),
    "no_nights": gettext_lazy("protection from nights"),
    "no_overtime": gettext_lazy("protection from overtime"),
    "not_employed": gettext_lazy("employment"),
    "fixed": gettext_lazy("pinned cells and days begun"),
    "week_hours": gettext_lazy("hours of the week"),
    "rest_day": gettext_lazy("a rest day in each week"),
    "days_in_a_row": gettext_lazy("days in a row"),
    "rest_between": gettext_lazy("rest between shifts"),
    "min_off": gettext_lazy("two days off together"),
    "day_hours": gettext_lazy("hours of a day"),
    "not_offered": gettext_lazy("shifts planned with"),
}
PROTECTED = frozenset({"no_nights", "no_overtime"})
_SOME_DAY = date(2000, 1, 1).toordinal()
"""Numbers beyond it are days, those below keys."""


def our_name(rule: str) -> str:
    """What the solver calls by its own name is one of our rules."""
    return RULES.get(rule, rule)


def _word(words: Mapping[str, Text], name: str, names: Names) -> str:
    if name in PROTECTED and not names.with_protections:
        return _("a rule of working time")
    return str(words.get(name, name))


def _people(agents: Sequence[int], names: Names) -> str:
    told = ", ".join(names.agents.get(agent, "") for agent in agents[:NAMED])
    return f"{told} …" if len(agents) > NAMED else told


def _date(on: date) -> str:
    return date_format(on, "MONTH_DAY_FORMAT")
