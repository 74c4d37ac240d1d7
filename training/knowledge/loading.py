"""Many articles at once, from a file: the same as `articles.load` for each, in a few statements for all."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.text import slugify
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from portal import audit
from portal.choices import AuditAction
from portal.errors import DomainError, MissingInformation
from portal.transfers.importers import Result
from training import markdown
from training.choices import ArticleState, Audience, VersionState
from training.knowledge import articles, versions
from training.knowledge.content import Content, cleaned_code, printable
from training.models import Article, ArticleVersion, Topic
from training.search import index

CHUNK = 500
LONGEST_TOPIC = 60
NO_CATEGORY = "其他"


@dataclass(frozen=True)
class Row:
    """One article of a file."""

    code: str
    content: Content
    category: str
    audience: Audience


@dataclass(frozen=True)
class Fault:
    """Why a line was left out."""

    line: int
    message: str


def rows_of(lines: Iterable[str]) -> Iterator[tuple[int, Row | Fault]]:
    """The lines of a file, each with its number; empty ones say nothing."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield number, _row(json.loads(line))
            except (ValueError, RecursionError):
                yield number, Fault(number, _("This line is no JSON object."))
            except DomainError as wrong:
                yield number, Fault(number, _told(wrong))


def load_many(lines: Iterable[str], *, at: datetime) -> tuple[Counter[Result], list[Fault]]:
    """Take in JSON lines, published at once: how many were new, changed or the same, and what was no article.

    Again with the same file, nothing changes. Each chunk is a transaction: what stands before a line that
    breaks the run is kept. Fields: `id`, `title`, `body`, `category`, `questions`; `audience` (customers,
    when left out), `keywords`, `products`.
    """
    counts: Counter[Result] = Counter()
    faults: list[Fault] = []
    told = rows_of(lines)
    seen: set[str] = set()
    while chunk := list(islice(told, CHUNK)):
        rows: dict[str, Row] = {}
        for number, one in chunk:
            if isinstance(one, Fault):
                faults.append(one)
            elif one.code in seen:
                faults.append(Fault(number, _("This id stands in the file before.")))
            else:
                rows[one.code] = one
                seen.add(one.code)
        counts.update(_load(list(rows.values()), at=at))
    counts[Result.REJECTED] = len(faults)
    return counts, faults


@transaction.atomic
def _load(rows: Sequence[Row], *, at: datetime) -> Counter[Result]:
    topics = _topics({row.category for row in rows})
    known = set(Article.objects.filter(code__in=[row.code for row in rows]).values_list("code", flat=True))
    new = [row for row in rows if row.code not in known]
    counts = Counter({Result.CREATED: len(new)})
    made = _create(new, topics, at=at)
    index.put_many(made)
    for row in rows:
        if row.code in known:
            counts[_load_again(row, topics[row.category], at=at)] += 1
    if new:
        audit.record(AuditAction.IMPORT, Article, by=None, at=at, changes={"rows": [None, len(new)]})
    return counts


def _load_again(row: Row, topic: Topic, *, at: datetime) -> Result:
    said = row.content
    return articles.load(
        row.code,
        title=said.title,
        body=said.body,
        questions=said.questions,
        keywords=said.keywords,
        products=said.products,
        topic=topic,
        audience=row.audience,
        at=at,
    )


def _create(rows: Sequence[Row], topics: Mapping[str, Topic], *, at: datetime) -> list[Article]:
    made = Article.objects.bulk_create(
        Article(code=row.code, topic=topics[row.category], audience=row.audience, created_at=at)
        for row in rows
    )
    ArticleVersion.objects.bulk_create(
        ArticleVersion(
            article=article,
            number=1,
            state=VersionState.APPROVED,
            audience=article.audience,
            written_at=at,
            reviewed_at=at,
            html=markdown.render(row.content.body),
            **versions.words(row.content),
        )
        for article, row in zip(made, rows, strict=True)
    )
    first = ArticleVersion.objects.filter(article=OuterRef("pk"), number=1).values("pk")
    Article.objects.filter(pk__in=[article.pk for article in made]).update(
        current=Subquery(first),
        state=ArticleState.PUBLISHED,
        published_at=at,
        review_on=versions.review_day(made[0], localdate(at)) if made else None,
    )
    return made


def _topics(categories: set[str]) -> dict[str, Topic]:
    """By code or by name; a new name becomes a topic at the root."""
    found: dict[str, Topic] = {}
    for name in sorted(categories):
        named = Topic.objects.filter(code=name).first() or Topic.objects.filter(name=name).first()
        found[name] = named or Topic.objects.create(name=name, code=_free_code(name))
    return found


def _free_code(name: str) -> str:
    base = slugify(name)[:30] or "topic"
    number = 1 + Topic.objects.filter(code__startswith=base).count()
    while Topic.objects.filter(code=f"{base}-{number}").exists():
        number += 1
    return f"{base}-{number}"


def _row(told: Any) -> Row:
    """Raises: MissingInformation; ValueError for what is no object."""
    if not isinstance(told, dict):
        raise ValueError  # noqa: TRY004 - the same to the caller as a line that is no JSON
    audience = told.get("audience") or Audience.CUSTOMERS
    if audience not in Audience.values:
        raise _wrong("audience", _("Choose one of: %(choices)s.") % {"choices": ", ".join(Audience.values)})
    content = Content(
        title=_text(told, "title"),
        body=_text(told, "body"),
        questions=_lines(told, "questions"),
        keywords=_lines(told, "keywords"),
        products=_lines(told, "products"),
    ).cleaned()
    category = " ".join(_text(told, "category").split())[:LONGEST_TOPIC] or NO_CATEGORY
    return Row(_code(told), content, category, Audience(audience))


def _code(told: Mapping[str, Any]) -> str:
    """A text, or a number. Raises: MissingInformation."""
    code = told.get("id")
    is_number = isinstance(code, int) and not isinstance(code, bool)
    try:
        return cleaned_code(str(code) if is_number else _text(told, "id"))
    except MissingInformation as refused:
        raise _wrong("id", str(refused)) from refused


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong(name, _("Write a text."))
    return printable(value)


def _lines(told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = told.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _wrong(name, _("Write a list of texts."))
    return tuple(value)


def _wrong(field: str, message: str) -> MissingInformation:
    return MissingInformation(message, fields={field: message})


def _told(wrong: DomainError) -> str:
    return "; ".join(f"{name}: {text}" for name, text in wrong.fields.items()) or str(wrong)
