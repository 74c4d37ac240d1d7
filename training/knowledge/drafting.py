"""The steps of whoever writes: begun, saved, put together with what came since, handed in, dropped.

Only the author changes a draft, so that whoever approves it has not written it. Nothing of a draft is seen by
readers: they see what `Article.current` points to, and a draft never touches that.
"""

import secrets
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, Stale, WrongState
from portal.models import User
from portal.privacy import without_contacts
from staffing import recording
from staffing.rights import require_reason
from training import markdown, rights
from training.choices import ArticleKind, ArticleState, Audience, UseKind, VersionState
from training.knowledge import notices, usage, versions
from training.knowledge.content import Content, cleaned_code
from training.models import Article, ArticleVersion, Topic
from training.querysets.article import audiences_of


@transaction.atomic
def write(
    content: Content,
    *,
    topic: Topic,
    by: User | None,
    at: datetime,
    kind: str = ArticleKind.FAQ,
    audience: str = Audience.AGENTS,
    owner: User | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    code: str = "",
    reference: str = "",
) -> ArticleVersion:
    """A new article, as a draft of whoever writes it, who keeps it up unless another is named.

    `reference` is the number of the matter after which it is written; contacts are then taken out.

    Raises: NotAllowed; MissingInformation by field; AlreadyTaken for a code that is known.
    """
    rights.require(by, rights.WRITE)
    require_own_audience(by, audience)
    if reference:
        content = _without_contacts(content)
    content = content.cleaned()
    code = cleaned_code(code) if code else ""
    require_order(valid_from, valid_until)
    if code and Article.objects.filter(code=code).exists():
        raise AlreadyTaken(
            _("This code is known already."), fields={"code": _("This code is known already.")}
        )
    article = Article.objects.create(
        code=code or secrets.token_hex(16),
        topic=topic,
        kind=kind,
        audience=audience,
        owner=owner or by,
        valid_from=valid_from,
        valid_until=valid_until,
        created_at=at,
    )
    if not code:
        article.code = _free_code(article)
        article.save(update_fields=["code"])
    draft = versions.add(article, content, author=by, state=VersionState.DRAFT, at=at)
    if reference:
        usage.record(draft, UseKind.CREATED_FROM, by=by, at=at, reference=reference)
    facts = {"code": article.code, "topic": topic, "kind": kind, "audience": audience, "owner": article.owner}
    recording.added(article, facts, by=by, at=at)
    return draft


@transaction.atomic
def revise(
    article: Article, *, by: User | None, at: datetime, text_of: ArticleVersion | None = None
) -> ArticleVersion:
    """A new draft, on what is published now; with the text of another version where one is named.

    Where nothing was published and every draft was dropped, it begins with the last of them.

    Raises: NotAllowed; AlreadyTaken for somebody who has a draft of it; WrongState for one that is retired,
    or has no text to begin with.
    """
    article = _written_on(article, by)
    named = article.versions.get(pk=text_of.pk) if text_of else None
    source = named or article.current or _last_dropped(article)
    if source is None:
        raise WrongState(_("It was never published: its draft is still being written."))
    return _begin(article, source, note="", state=VersionState.DRAFT, by=by, at=at)


@transaction.atomic
def roll_back(version: ArticleVersion, *, reason: str, by: User | None, at: datetime) -> ArticleVersion:
    """The text of an older version goes to review as a new one; published it is only by somebody else.

    Raises: NotAllowed; MissingInformation without a reason; AlreadyTaken for somebody who has a draft of it;
    WrongState for a version that was never published, or is now; and whatever `submit` asks for.
    """
    reason = require_reason(reason)
    article = _written_on(version.article, by)
    old = ArticleVersion.objects.get(pk=version.pk)
    if old.state != VersionState.APPROVED:
        raise WrongState(_("Only a version that was published before can be brought back."))
    new = _begin(article, old, note=reason, state=VersionState.IN_REVIEW, by=by, at=at)
    require_publishable(new, localdate(at))
    notices.handed_in(new, at=at)
    return new


@transaction.atomic
def save(
    draft: ArticleVersion, content: Content, *, revision: int, by: User | None, at: datetime
) -> ArticleVersion:
    """The words of a draft. `revision` is the one that was read: what was saved since is not overwritten.

    Raises: NotAllowed; MissingInformation by field; Stale; WrongState for one that is reviewed, or over.
    """
    draft = _own(draft, by)
    _require_state(draft, VersionState.DRAFT, VersionState.RETURNED)
    content = content.cleaned()
    _require_revision(draft, revision)
    if versions.content_of(draft) != content:
        _rewrite(draft, content, {}, by=by, at=at)
    return draft


@transaction.atomic
def put_together(
    draft: ArticleVersion,
    content: Content,
    *,
    revision: int,
    onto: ArticleVersion,
    by: User | None,
    at: datetime,
) -> ArticleVersion:
    """What the author has made of his text and of what was published since, which is `onto`.

    Raises: NotAllowed; MissingInformation by field; WrongState; Stale, also when yet another was published.
    """
    draft = _own(draft, by)
    _require_state(draft, VersionState.DRAFT, VersionState.RETURNED, VersionState.IN_REVIEW)
    content = content.cleaned()
    _require_revision(draft, revision)
    if draft.article.current_id != onto.pk:
        raise Stale(_("Yet another version has been published. Look at both once more."))
    changes: dict[str, tuple[object, object]] = {"base": (draft.base, onto)}
    draft.base = onto
    if draft.state == VersionState.IN_REVIEW:
        changes["state"] = (draft.state, VersionState.DRAFT)
        draft.state, draft.submitted_at = VersionState.DRAFT, None
    _rewrite(draft, content, changes, by=by, at=at)
    return draft


@transaction.atomic
def submit(draft: ArticleVersion, *, revision: int, by: User | None, at: datetime) -> ArticleVersion:
    """Handed in: somebody else looks it over.

    Raises: NotAllowed; MissingInformation without a text, or without an end for the rules of an activity;
    Stale, also when another version was published since it was begun; WrongState.
    """
    draft = _own(draft, by)
    _require_state(draft, VersionState.DRAFT, VersionState.RETURNED)
    _require_revision(draft, revision)
    require_publishable(draft, localdate(at))
    was = draft.state
    draft.state, draft.submitted_at = VersionState.IN_REVIEW, at
    draft.reviewer, draft.reviewed_at = None, None
    draft.save(update_fields=["state", "submitted_at", "reviewer", "reviewed_at"])
    record(draft, {"state": (was, draft.state)}, by=by, at=at)
    notices.handed_in(draft, at=at)
    return draft


@transaction.atomic
def take_back(draft: ArticleVersion, *, by: User | None, at: datetime) -> ArticleVersion:
    """The author goes on writing before anybody has looked it over. Raises: NotAllowed; WrongState."""
    draft = _own(draft, by)
    _require_state(draft, VersionState.IN_REVIEW)
    draft.state, draft.submitted_at = VersionState.DRAFT, None
    draft.save(update_fields=["state", "submitted_at"])
    record(draft, {"state": (VersionState.IN_REVIEW, draft.state)}, by=by, at=at)
    return draft


@transaction.atomic
def drop(draft: ArticleVersion, *, reason: str, by: User | None, at: datetime) -> ArticleVersion:
    """Nothing becomes of it. An article that was never published goes with the last of its drafts.

    Raises: NotAllowed for whoever is neither its author nor publishes; MissingInformation; WrongState.
    """
    reason = require_reason(reason)
    draft = versions.fresh(draft)
    if by is not None and by.pk != draft.author_id:
        rights.require(by, rights.PUBLISH, draft.article)
    _require_state(draft, VersionState.DRAFT, VersionState.RETURNED, VersionState.IN_REVIEW)
    was, article = draft.state, draft.article
    draft.state, draft.review_comment = VersionState.DROPPED, reason
    draft.save(update_fields=["state", "review_comment"])
    record(draft, {"state": (was, draft.state)}, by=by, at=at, reason=reason)
    if article.current_id is None and not article.versions.alive().exists():
        before, article.state = article.state, ArticleState.RETIRED
        article.save(update_fields=["state"])
        recording.changed(article, {"state": (before, article.state)}, by=by, at=at, reason=reason)
    notices.dropped(draft, reason, by=by, at=at)
    return draft


def draft_of(article: Article, user: User) -> ArticleVersion | None:
    """What somebody is writing on an article; at most one."""
    return ArticleVersion.objects.alive().filter(article=article, author=user).first()


def require_own_audience(by: User | None, audience: str) -> None:
    """Nobody writes what he may not read. Raises: NotAllowed."""
    if by is not None and audience not in audiences_of(by):
        message = _("You may not write for this audience.")
        raise NotAllowed(message, fields={"audience": message})


def require_order(valid_from: date | None, valid_until: date | None) -> None:
    """Raises: MissingInformation."""
    if valid_from and valid_until and valid_until < valid_from:
        message = _("It cannot end before it begins.")
        raise MissingInformation(message, fields={"valid_until": message})


def _require_revision(version: ArticleVersion, revision: int) -> None:
    """Raises: Stale, when the words are others than those that were read."""
    if version.revision != revision:
        raise Stale(_("The draft has been saved elsewhere since. Put both together and save again."))


def require_publishable(version: ArticleVersion, on: date) -> None:
    """What must be right before anybody looks it over, and still be right when it is published.

    Raises: MissingInformation; Stale for one begun on another version; WrongState.
    """
    article = version.article
    if article.state == ArticleState.RETIRED:
        raise WrongState(_("The article is retired. Bring it back first."))
    if not version.body:
        raise MissingInformation(_("Write the text first."), fields={"body": _("Write the text first.")})
    if article.kind == ArticleKind.ACTIVITY and article.valid_until is None:
        raise MissingInformation(
            _("Say until when the activity goes: the rules of an activity disappear after it.")
        )
    if article.valid_until and article.valid_until < on:
        raise WrongState(_("Its validity is over. Give it another end first."))
    if version.is_outdated:
        raise Stale(_("Another version has been published since this one was begun. Put both together."))
    current = article.current
    if current and versions.content_of(version).says_the_same_as(versions.content_of(current)):
        raise WrongState(_("Nothing is different from the published version."))


def record(
    version: ArticleVersion, changes: recording.Changes, *, by: User | None, at: datetime, reason: str = ""
) -> None:
    """In the history, which keeps no words of a draft but its title."""
    recording.changed(version, changes, by=by, at=at, reason=reason)


def _begin(
    article: Article,
    source: ArticleVersion,
    *,
    note: str,
    state: VersionState,
    by: User | None,
    at: datetime,
) -> ArticleVersion:
    if ArticleVersion.objects.alive().filter(article=article, author=by).exists():
        raise AlreadyTaken(_("You are writing on this article already."))
    rights.require(by, rights.REWRITE, source)
    is_other = source.pk != article.current_id
    new = versions.add(
        article,
        Content(**{**vars(versions.content_of(source)), "note": note}).cleaned(),
        author=by,
        state=state,
        at=at,
        taken_from=source if is_other else None,
    )
    recording.added(new, {"base": new.base, "taken_from": new.taken_from}, by=by, at=at, reason=note)
    return new


def _free_code(article: Article) -> str:
    """By its number; one that came with an import may bear that code already."""
    code, number = f"KB-{article.pk}", 1
    while Article.objects.filter(code=code).exists():
        number += 1
        code = f"KB-{article.pk}-{number}"
    return code


def _last_dropped(article: Article) -> ArticleVersion | None:
    """Of an article that nobody is writing, the text with which it was given up."""
    if article.versions.alive().exists():
        return None
    return article.versions.order_by("-number").first()


def _rewrite(
    draft: ArticleVersion, content: Content, changes: recording.Changes, *, by: User | None, at: datetime
) -> None:
    for name, value in versions.words(content).items():
        setattr(draft, name, value)
    draft.html, draft.written_at = markdown.render(content.body), at
    draft.revision += 1
    draft.save()
    record(draft, {**changes, "revision": (draft.revision - 1, draft.revision)}, by=by, at=at)


def _written_on(article: Article, by: User | None) -> Article:
    """The article, if this person may write on it now."""
    article = versions.locked(article)
    rights.require(by, rights.REWRITE, article)
    if article.state == ArticleState.RETIRED:
        raise WrongState(_("The article is retired. Bring it back first."))
    return article


def _own(draft: ArticleVersion, by: User | None) -> ArticleVersion:
    """The draft as it stands, if this person writes it and still may."""
    draft = versions.fresh(draft)
    rights.require(by, rights.REWRITE, draft)
    if by is not None and by.pk != draft.author_id:
        raise NotAllowed(_("Only its author writes on a draft."))
    return draft


def _require_state(version: ArticleVersion, *states: VersionState) -> None:
    if version.state not in states:
        raise WrongState(_("This version is %(state)s.") % {"state": version.get_state_display()})


def _without_contacts(content: Content) -> Content:
    def clean(lines: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(without_contacts, lines))

    return Content(
        title=without_contacts(content.title),
        body=without_contacts(content.body),
        questions=clean(content.questions),
        keywords=clean(content.keywords),
        products=clean(content.products),
        note=without_contacts(content.note),
    )
