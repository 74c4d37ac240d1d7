"""Who is told what about his courses, in his own language. Writes outbox rows, sends nothing."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, override

from portal import outbox
from portal.choices import MessageChannel
from portal.models import User
from staffing.models import Team
from staffing.notices import day, tell
from training.choices import EnrolmentState
from training.models import Course, Enrolment

Debt = tuple[User, str, Promise | str, dict[str, object], str]
"""To whom, under which key, the sentence, its facts, the page."""


def enrolled(enrolments: Sequence[Enrolment], *, at: datetime) -> None:
    """Each of them has something to do; in one write, since a rule enrols hundreds."""
    text = _("A course for you: “%(course)s”, to be done by %(date)s")
    _owe(((row.agent.user, f"enrolled:{row.pk}", text, _facts(row), _to(row)) for row in enrolments), at=at)


def to_do_again(enrolments: Sequence[Enrolment], *, at: datetime) -> None:
    text = _("“%(course)s” has changed: please do it again by %(date)s")
    _owe(((row.agent.user, f"enrolled:{row.pk}", text, _facts(row), _to(row)) for row in enrolments), at=at)


def withdrawn(enrolments: Sequence[Enrolment], *, at: datetime) -> None:
    text, page = _("“%(course)s” is no longer for you to do"), reverse("admin:training_enrolment_mine")
    _owe(((row.agent.user, f"withdrawn:{row.pk}", text, _facts(row), page) for row in enrolments), at=at)


def marked(enrolment: Enrolment, *, by: User | None, at: datetime) -> None:
    """Somebody else says that it is completed, or need not be done."""
    text = _("“%(course)s”: %(name)s has entered “%(state)s” for you")
    facts = {"name": by or "", "state": EnrolmentState(enrolment.state).label}
    debt = (enrolment.agent.user, f"marked:{enrolment.pk}", text, _facts(enrolment) | facts, _to(enrolment))
    _owe([debt], at=at)


def due_moved(enrolment: Enrolment, *, at: datetime) -> None:
    text = _("You have until %(date)s for “%(course)s”")
    key = f"due-moved:{enrolment.pk}:{enrolment.due_on.isoformat()}:{at.timestamp():.0f}"
    _owe([(enrolment.agent.user, key, text, _facts(enrolment), _to(enrolment))], at=at)


def due_soon(enrolments: Sequence[tuple[Enrolment, int]], *, at: datetime) -> None:
    """With the number of days before, of which each is told once."""
    text = _("Please complete “%(course)s” by %(date)s")
    _owe(
        (
            (
                row.agent.user,
                f"course-due:{row.pk}:{row.due_on.isoformat()}:{days}",
                text,
                _facts(row),
                _to(row),
            )
            for row, days in enrolments
        ),
        at=at,
    )


def overdue(enrolments: Sequence[Enrolment], *, at: datetime) -> None:
    text = _("“%(course)s” was to be completed by %(date)s; please do it now")
    _owe(
        (
            (row.agent.user, f"course-overdue:{row.pk}:{row.due_on.isoformat()}", text, _facts(row), _to(row))
            for row in enrolments
        ),
        at=at,
    )


def overdue_in_team(
    team: Team, course: Course, due_on: date, names: Sequence[str], leaders: Iterable[User], *, at: datetime
) -> None:
    """One line for those who look after the team, however many are late."""

    def sentence() -> str:
        told = ngettext(
            "%(count)s person of %(team)s has not completed “%(course)s” by %(date)s: %(names)s",
            "%(count)s people of %(team)s have not completed “%(course)s” by %(date)s: %(names)s",
            len(names),
        )
        facts = {"count": len(names), "team": team, "course": course, "date": day(due_on)}
        return told % (facts | {"names": ", ".join(names)})

    page = reverse("admin:training_enrolment_matrix")
    link = f"{page}?{urlencode({'team': team.pk, 'only': 'gaps'})}"
    tell(
        leaders, f"course-overdue-team:{team.pk}:{course.pk}:{due_on.isoformat()}", sentence, link=link, at=at
    )


def _facts(row: Enrolment) -> dict[str, object]:
    return {"course": row.course, "date": day(row.due_on)}


def _to(row: Enrolment) -> str:
    return reverse("admin:training_enrolment_learn", args=[row.pk])


def _owe(debts: Iterable[Debt], *, at: datetime) -> None:
    outbox.post_many((_worded(*debt, at=at) for debt in debts if debt[0].is_active), at=at)


def _worded(
    user: User, key: str, text: Promise | str, facts: dict[str, object], link: str, *, at: datetime
) -> outbox.Owed:
    with override(user.language):
        subject = str(text) % {name: str(value) for name, value in facts.items()}
    return outbox.Owed(
        key=f"{key}:{user.pk}",
        channel=MessageChannel.PORTAL,
        user=user,
        subject=subject,
        link=link,
        due_at=at,
    )
