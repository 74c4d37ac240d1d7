"""The steps of the synonym table, the groups that are shipped, and what must be indexed again."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from portal import locks
from portal.errors import MissingInformation, Stale, WrongState
from portal.models import User
from portal.transfers.importers import Result
from staffing import recording
from training import rights
from training.choices import ArticleState, PhraseState
from training.models import Article, SearchEntry, SynonymGroup
from training.search import index, pinyin, tokens
from training.search.concepts import GAP, Group, key_of, parts_of
from training.search.normalising import spelled

SHIPPED = Path(__file__).with_name("synonyms.tsv")
LONGEST_PHRASE = 40
MOST_PHRASES = 80
AT_ONCE = 300
"""Articles that are indexed again in the step itself; more are left to `catch_up`."""
CHUNK = 200


@transaction.atomic
def propose(
    phrases: Iterable[str], *, by: User | None, at: datetime, code: str = "", note: str = ""
) -> SynonymGroup:
    """A group as a draft: search does not know it until somebody who may publish articles has looked at it.

    Raises: NotAllowed; MissingInformation for fewer than two phrases.
    """
    rights.require(by, rights.ADD_SYNONYMS)
    clean = _clean(phrases)
    group = SynonymGroup(code=_free_code(code or clean[0]), state=PhraseState.DRAFT)
    _write(group, clean, note=note, by=by, at=at)
    recording.added(group, {"phrases": " / ".join(clean)}, by=by, at=at)
    return group


@transaction.atomic
def amend(
    group: SynonymGroup,
    *,
    phrases: Iterable[str],
    by: User | None,
    at: datetime,
    note: str = "",
    revision: int | None = None,
) -> SynonymGroup:
    """Other phrases. A published group stays published: what it says is in force at once.

    `revision` is the one that was read; None: whatever it is now.

    Raises: NotAllowed, also for a published group without the right to publish; MissingInformation;
    WrongState; Stale.
    """
    group = _locked(group, by)
    if revision not in (None, group.revision):
        raise Stale(_("Somebody else has changed this group since. Load the page again to see it."))
    if group.state == PhraseState.RETIRED:
        raise WrongState(_("This group was retired. Publish it again first."))
    if group.state == PhraseState.PUBLISHED:
        rights.require(by, rights.PUBLISH)
    before, clean = list(group.phrases), _clean(phrases)
    _write(group, clean, note=note, by=by, at=at)
    recording.changed(group, {"phrases": (" / ".join(before), " / ".join(clean))}, by=by, at=at)
    if group.state == PhraseState.PUBLISHED:
        _index_again(group, [*before, *clean])
    return group


@transaction.atomic
def publish(group: SynonymGroup, *, by: User | None, at: datetime) -> SynonymGroup:
    """Search knows it from now on.

    Raises: NotAllowed; MissingInformation for a phrase that another group has.
    """
    group = _locked(group, by)
    rights.require(by, rights.PUBLISH)
    if group.state == PhraseState.PUBLISHED:
        raise WrongState(_("This group is published already."))
    _set_state(group, PhraseState.PUBLISHED, by=by, at=at)
    _index_again(group, group.phrases)
    return group


@transaction.atomic
def retire(group: SynonymGroup, *, reason: str, by: User | None, at: datetime) -> SynonymGroup:
    """Search knows it no more. Raises: NotAllowed; MissingInformation without a reason; WrongState."""
    group = _locked(group, by)
    rights.require(by, rights.PUBLISH)
    if not reason.strip():
        raise MissingInformation(_("Give a reason."), fields={"reason": _("Give a reason.")})
    if group.state == PhraseState.RETIRED:
        raise WrongState(_("This group was retired already."))
    _set_state(group, PhraseState.RETIRED, by=by, at=at, reason=reason.strip())
    _index_again(group, group.phrases)
    return group


def define(
    code: str, *, phrases: Sequence[str], by: User | None, at: datetime, note: str = ""
) -> tuple[SynonymGroup, Result]:
    """For an import: a group of that code has these phrases; a new one is a draft. Raises: as the steps."""
    group = SynonymGroup.objects.filter(code=_as_code(code)).first() if code else None
    if group is None:
        return propose(phrases, by=by, at=at, code=code, note=note), Result.CREATED
    if set(map(key_of, phrases)) == set(map(key_of, group.phrases)):
        return group, Result.UNCHANGED
    return amend(group, phrases=phrases, by=by, at=at, note=note or group.note), Result.UPDATED


def take_shipped() -> int:
    """Take in the groups that came with this release and are not known by their code yet; how many.

    What people have made of a shipped group stays theirs, and one that they retired stays retired.
    """
    known = set(SynonymGroup.objects.values_list("code", flat=True))
    is_first = not SearchEntry.objects.exists()
    new = [
        SynonymGroup(
            code=one.code,
            phrases=list(one.phrases),
            pinyin=list(one.pinyin),
            is_shipped=True,
            is_indexed=is_first,
        )
        for one in shipped()
        if one.code not in known
    ]
    SynonymGroup.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


@lru_cache(maxsize=1)
def shipped() -> tuple[Group, ...]:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    parted = [(code, phrases.split("|")) for code, phrases in rows]
    return tuple(Group(code, tuple(phrases), tuple(_pinyin(phrases))) for code, phrases in parted)


# The index follows


def catch_up() -> int:
    """Index again what groups have touched that were too big for their step; how many articles.

    Each chunk is a transaction of its own. Called again and again, it ends when nothing is left.
    """
    done = 0
    for group in SynonymGroup.objects.filter(is_indexed=False).order_by("pk"):
        keys = touched_by(group, group.phrases)
        for start in range(0, len(keys), CHUNK):
            index.put_many([Article(pk=key) for key in keys[start : start + CHUNK]])
        same = SynonymGroup.objects.filter(pk=group.pk, revision=group.revision)
        same.update(is_indexed=True)
        done += len(keys)
    return done


def touched_by(group: SynonymGroup, phrases: Iterable[str]) -> list[int]:
    """The articles whose index entry a group has changed, or its phrases would change."""
    holding = Q(head_terms__contains=tokens.concept(group.code)) | Q(
        body_terms__contains=tokens.concept(group.code)
    )
    for phrase in phrases:
        parts = Q()
        for term in (term for part in parts_of(phrase) for term in tokens.body(part)):
            parts &= Q(head_terms__contains=term) | Q(body_terms__contains=term)
        if parts:
            holding |= parts
    published = SearchEntry.objects.filter(article__state=ArticleState.PUBLISHED)
    return list(published.filter(holding).order_by("pk").values_list("pk", flat=True))


def _index_again(group: SynonymGroup, phrases: Iterable[str]) -> None:
    """Whoever publishes an article meanwhile has done so before we look, or waits and reads the new table."""
    locks.wait_for(index.LOCK)
    keys = touched_by(group, phrases)
    is_small = len(keys) <= AT_ONCE
    if is_small:
        index.put_many([Article(pk=key) for key in keys])
    SynonymGroup.objects.filter(pk=group.pk).update(is_indexed=is_small)
    group.is_indexed = is_small


# Phrases


def conflicts(phrases: Iterable[str], *, but: SynonymGroup | None) -> dict[str, SynonymGroup]:
    """Which of the phrases another group has that is not retired.

    That is allowed: a phrase may say what a matter is about and what is asked of it. But it is seldom meant,
    and blurs both, so whoever writes a group is told.
    """
    asked = {key_of(phrase): phrase for phrase in phrases}
    others = SynonymGroup.objects.exclude(state=PhraseState.RETIRED)
    found = {}
    for other in others.exclude(pk=but.pk) if but and but.pk else others:
        for key in map(key_of, other.phrases):
            if key in asked:
                found[asked[key]] = other
    return found


def _clean(phrases: Iterable[str]) -> list[str]:
    """Phrases that say something, each once. Raises: MissingInformation."""
    tidy = (" ".join(phrase.replace("...", GAP).split()) for phrase in phrases)
    clean = list({key_of(phrase): phrase for phrase in tidy if key_of(phrase)}.values())
    if len(clean) < 2:  # noqa: PLR2004 - a synonym needs another
        raise _wrong(_("Give at least two phrases that are read differently, one a line."))
    if len(clean) > MOST_PHRASES or max(map(len, clean)) > LONGEST_PHRASE:
        raise _wrong(
            _("At most %(phrases)s phrases of %(characters)s characters each.")
            % {"phrases": MOST_PHRASES, "characters": LONGEST_PHRASE}
        )
    return clean


def _wrong(message: object) -> MissingInformation:
    return MissingInformation(str(message), fields={"phrases": str(message)})


def _pinyin(phrases: Iterable[str]) -> list[str]:
    return sorted(set(filter(None, (pinyin.of(spelled(phrase)) for phrase in phrases if GAP not in phrase))))


def _free_code(wish: str) -> str:
    """A code that no group has: the wish in letters, with a number where it is taken."""
    base = _as_code(wish)
    taken = Counter(SynonymGroup.objects.filter(code__startswith=base).values_list("code", flat=True))
    number = 2
    code = base
    while code in taken:
        code, number = f"{base}-{number}", number + 1
    return code


def _as_code(wish: str) -> str:
    """In letters; no two codes make the same term."""
    return slugify(pinyin.of(spelled(wish)) or wish).replace("_", "-").strip("-")[:30] or "group"


def _locked(group: SynonymGroup, by: User | None) -> SynonymGroup:
    rights.require(by, rights.KEEP_SYNONYMS)
    return SynonymGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)


def _write(group: SynonymGroup, phrases: list[str], *, note: str, by: User | None, at: datetime) -> None:
    group.phrases, group.pinyin, group.note = phrases, _pinyin(phrases), note.strip()
    group.changed_by, group.changed_at, group.revision = by, at, group.revision + 1
    group.save()


def _set_state(
    group: SynonymGroup, state: PhraseState, *, by: User | None, at: datetime, reason: str = ""
) -> None:
    changes = {"state": (group.state, state)}
    group.state, group.changed_by, group.changed_at, group.revision = state, by, at, group.revision + 1
    group.save()
    recording.changed(group, changes, by=by, at=at, reason=reason)
