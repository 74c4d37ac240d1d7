"""The step that begins a roster: whose it is, and for which days."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, Text, WrongState
from portal.models import User
from staffing import recording, rights
from staffing.models import DutyAssignment, Roster, Team

LONGEST = timedelta(days=62)
"""A roster is looked at as one page."""


@transaction.atomic
def open_roster(team: Team, *, first_on: date, last_on: date, by: User | None, at: datetime) -> Roster:
    """Begin the roster of a team for a span of days, both included.

    A day belongs to one roster of a team. What was assigned for these days before is in it, and in force.

    Raises: NotAllowed; MissingInformation for an end before the start; WrongState for more days than a page
    holds; AlreadyTaken when another roster of the team has one of the days.
    """
    team = Team.objects.select_for_update(of=("self",)).get(pk=team.pk)
    rights.require_over_team(by, rights.DRAW_UP, team)
    _require_span(first_on, last_on)
    _require_no_other(team, first_on, last_on)
    roster = Roster.objects.create(
        team=team, first_on=first_on, last_on=last_on, created_by=by, created_at=at
    )
    known = DutyAssignment.objects.standing().filter(agent__team=team, on__range=(first_on, last_on))
    known.filter(roster=None).update(roster=roster, published_in=0)
    recording.added(roster, {"team": team, "first_on": first_on, "last_on": last_on}, by=by, at=at)
    return roster


def _require_span(first_on: date, last_on: date) -> None:
    text: Text = _("The last day lies before the first.")
    if last_on < first_on:
        raise MissingInformation(text, fields={"last_on": text})
    if last_on - first_on >= LONGEST:
        text = _("A roster has at most %(days)s days.") % {"days": LONGEST.days}
        raise WrongState(text, fields={"last_on": text})


def _require_no_other(team: Team, first_on: date, last_on: date) -> None:
    other = team.rosters.touching(first_on, last_on).first()
    if other is not None:
        text = _("There is a roster of this team from %(first)s to %(last)s already.") % {
            "first": date_format(other.first_on),
            "last": date_format(other.last_on),
        }
        raise AlreadyTaken(text, fields={"first_on": text})
