"""The phrases that come with the portal: filled into the tables once, by code. What people changed stays."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model

from portal import audit
from portal.choices import AuditAction
from portal.models import User
from training import rights
from training.choices import MatchKind, PhraseState
from training.models import ForbiddenPhrase, PhraseScene, StandardPhrase

SHIPPED = Path(__file__).parent / "shipped"


@dataclass(frozen=True)
class Loaded:
    """How many rows are new."""

    scenes: int
    standard: int
    forbidden: int

    @property
    def total(self) -> int:
        return self.scenes + self.standard + self.forbidden


@transaction.atomic
def load(*, by: User | None, at: datetime) -> Loaded:
    """Add what is not there yet; a code that is known is left as it stands, lifted or retired ones, too.

    Of words that somebody has forbidden under another code nothing is added. Raises: NotAllowed.
    """
    for permission in (rights.PUBLISH_PHRASES, rights.FORBID):
        rights.require(by, permission)
    scenes = _add(PhraseScene, list(_scenes()))
    standard = _add(StandardPhrase, list(_standard(by, at)))
    forbidden = _add(ForbiddenPhrase, list(_forbidden(at)))
    for model, count in ((StandardPhrase, standard), (ForbiddenPhrase, forbidden)):
        if count:
            audit.record(AuditAction.IMPORT, model, by=by, at=at, changes={"rows": [None, count]})
    return Loaded(scenes, standard, forbidden)


@cache
def shipped(name: str) -> dict[str, Any]:
    """What stands in a shipped file: "standard" or "forbidden"."""
    return tomllib.loads((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"))


def _scenes() -> Iterator[PhraseScene]:
    known = set(PhraseScene.objects.values_list("name", flat=True))
    for position, scene in enumerate(shipped("standard")["scenes"], 1):
        if scene["name"] not in known:
            yield PhraseScene(code=scene["code"], name=scene["name"], position=position * 10)


def _standard(by: User | None, at: datetime) -> Iterator[StandardPhrase]:
    scenes = list(PhraseScene.objects.all())
    by_code, by_name = ({getattr(one, key): one for one in scenes} for key in ("code", "name"))
    for scene in shipped("standard")["scenes"]:
        home = by_code.get(scene["code"]) or by_name[scene["name"]]
        for position, told in enumerate(scene["phrases"], 1):
            yield StandardPhrase(
                **told,
                scene=home,
                position=position * 10,
                state=PhraseState.PUBLISHED,
                approved_by=by,
                changed_at=at,
            )


def _forbidden(at: datetime) -> Iterator[ForbiddenPhrase]:
    for forbidden_class, rules in shipped("forbidden").items():
        for told in rules:
            facts = {"match": MatchKind.PHRASE, "exceptions": []} | told
            yield ForbiddenPhrase(forbidden_class=forbidden_class, changed_at=at, **facts)


def _add(model: type[Model], rows: list[Any]) -> int:
    """Two who load at once add each row once: the codes are unique, and so are forbidden words."""
    rows_of = model._default_manager
    before = rows_of.count()
    known = set(rows_of.values_list("code", flat=True))
    rows_of.bulk_create([row for row in rows if row.code not in known], ignore_conflicts=True)
    return rows_of.count() - before
