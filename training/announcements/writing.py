"""The steps of an announcement before it is out: drafted, and written anew."""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation, NotAllowed, Stale, WrongState
from portal.models import User
from staffing import recording
from staffing.models import Team
from staffing.querysets.sight import sees_all
from training import markdown, rights
from training.choices import AnnouncementState, QuestionKind
from training.models import Announcement, Question

LONGEST_TEXT = 20_000
QUIZ_KINDS = (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.TRUE_FALSE)
"""What a machine can judge at once."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """What is announced, to whom (no teams: the whole department), and by when it is to be confirmed.

    `questions` None leaves the quiz as it is: who may not see the bank cannot choose out of it.
    """

    title: str
    body: str
    due_on: date
    teams: Collection[Team] = ()
    questions: Collection[Question] | None = None


@transaction.atomic
def draft(text: Text, *, by: User, at: datetime) -> Announcement:
    """Nobody is told yet.

    Raises: NotAllowed, also for teams that one does not look after; MissingInformation without title or text;
    WrongState for questions that a machine cannot judge.
    """
    rights.require(by, rights.ANNOUNCE)
    require_text(text, by=by)
    announcement = Announcement.objects.create(author=by, **words(text))
    announcement.teams.set(text.teams)
    announcement.questions.set(text.questions or ())
    facts = {"title": announcement.title, "due_on": text.due_on, "teams": list(text.teams)}
    recording.added(announcement, facts, by=by, at=at)
    return announcement


@transaction.atomic
def rewrite(
    announcement: Announcement, text: Text, *, by: User | None, at: datetime, read: str = ""
) -> Announcement:
    """Another text for a draft. `read` is the `edition` that was read, if one was.

    Raises: as `draft`; NotAllowed unless it is one's own or one looks after the whole department; Stale;
    WrongState for one that is out: see `publishing.revise`.
    """
    announcement = held(announcement, by)
    require_edition(announcement, read)
    if announcement.state != AnnouncementState.DRAFT:
        raise WrongState(_("This is no draft any more."))
    require_text(text, by=by)
    changes = put(announcement, text)
    if changes:
        recording.changed(announcement, changes, by=by, at=at)
    return announcement


def may_change(announcement: Announcement, by: User | None) -> bool:
    """Its author, and whoever announces and looks after the whole department."""
    if by is None:
        return True
    return by.has_perm(rights.REANNOUNCE) and (announcement.author_id == by.pk or sees_all(by))


def held(announcement: Announcement, by: User | None) -> Announcement:
    """The announcement under its lock, if this person may change it. Raises: NotAllowed."""
    rows = Announcement.objects.select_for_update(of=("self",), no_key=True)
    announcement = rows.select_related("author").get(pk=announcement.pk)
    if not may_change(announcement, by):
        raise NotAllowed(_("Only its author or a trainer may do that."))
    return announcement


def edition(announcement: Announcement) -> str:
    """A mark of how it stands: another one after a change of its words, audience, quiz or state."""
    names = ("state", "version", "title", "body", "due_on")
    said = [str(getattr(announcement, name)) for name in names]
    chosen = [
        sorted(relation.values_list("pk", flat=True))
        for relation in (announcement.teams, announcement.questions)
    ]
    return hashlib.sha256(json.dumps([said, chosen]).encode()).hexdigest()[:16]


def require_edition(announcement: Announcement, read: str) -> None:
    """Raises: Stale, when somebody else has changed it since."""
    if read and read != edition(announcement):
        raise Stale(_("Somebody else has changed this announcement since. Load the page again to see it."))


def require_text(text: Text, *, by: User | None) -> None:
    """Raises: MissingInformation, NotAllowed, WrongState."""
    for name, said in (("title", text.title), ("body", text.body)):
        if not said.strip():
            raise MissingInformation(_("Give a title and a text."), fields={name: _("This is empty.")})
    if len(text.body) > LONGEST_TEXT:
        message = _("At most %(count)s characters.") % {"count": LONGEST_TEXT}
        raise MissingInformation(message, fields={"body": message})
    _require_audience(text.teams, by)
    if text.questions:
        if by is not None and not by.has_perm(rights.SEE_QUESTIONS):
            raise NotAllowed(_("You may not choose questions."))
        require_judgeable(text.questions)


def put(announcement: Announcement, text: Text) -> recording.Changes:
    """Write the words, the audience and the quiz; what was changed by it."""
    new = words(text)
    changes: dict[str, tuple[object, object]] = {
        name: (getattr(announcement, name), value)
        for name, value in new.items()
        if name != "html" and getattr(announcement, name) != value
    }
    for name, value in new.items():
        setattr(announcement, name, value)
    announcement.save(update_fields=list(new))
    for name, rows in (("teams", text.teams), ("questions", text.questions)):
        relation = getattr(announcement, name)
        before = list(relation.all())
        if rows is not None and set(before) != set(rows):
            relation.set(rows)
            changes[name] = (before, list(rows))
    return changes


def words(text: Text) -> dict[str, object]:
    body = text.body.strip()
    return {
        "title": text.title.strip(),
        "body": body,
        "html": str(markdown.render(body)),
        "due_on": text.due_on,
    }


def require_judgeable(questions: Iterable[Question]) -> None:
    """Raises: WrongState."""
    if any(not question.is_active or question.kind not in QUIZ_KINDS for question in questions):
        text = _("Only active questions with options to choose from can be in the quiz.")
        raise WrongState(text, fields={"questions": text})


def _require_audience(teams: Collection[Team], by: User | None) -> None:
    if by is None or sees_all(by):
        return
    if not teams:
        text = _("Choose at least one team.")
        raise MissingInformation(text, fields={"teams": text})
    own = Team.objects.visible_to(by).filter(pk__in=[team.pk for team in teams])
    if own.count() < len(set(teams)):
        raise NotAllowed(_("You may not do that for this team."), fields={"teams": _("Not your team.")})
