"""The home page: what somebody sees of the department who looks after it, and where it leads.

Numbers come from the apps' `figures`; here is only decided who sees which, and what they look like.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints import desk, figures
from complaints.choices import Status
from config import training_cards
from config.cards import Card, Section, number
from portal import figures as portal_figures
from portal.admin.charts import Chart, chart
from portal.admin.house import person
from portal.choices import DeliveryState, Role
from portal.models import User
from staffing import figures as staffing_figures
from staffing.models import Agent, PeakTask

CHART_DAYS = 14
SATISFACTION_DAYS = 30
OVERSEERS = (Role.DIRECTOR, Role.SUPERVISOR, Role.INSPECTOR)


@dataclass(frozen=True, kw_only=True)
class TeamRow:
    name: str
    load: figures.TeamLoad | None
    count: staffing_figures.TeamCount | None
    link: str
    late_link: str
    duty_link: str

    @property
    def per_head(self) -> float | None:
        """Matters in hand per person who is there; None when nobody is."""
        if self.load is None or self.count is None or not self.count.present:
            return None
        return self.load.in_hand / self.count.present


def fill(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The theme's hook: the context of the home page, with what fits the person."""
    user, at = person(request), timezone.now()
    oversees = user.has_role(*OVERSEERS) and user.has_perm("complaints.view_ticket")
    open_now = figures.open_now(user, at=at) if oversees else None
    people = _presences(user, at)
    sections = [
        *([] if oversees else _mine(user, at=at)),
        *_peak_tasks(user, at=at),
        *([_tickets_now(open_now), _tickets_today(user, at=at)] if open_now else []),
        *([_staffing(user, people, at=at)] if people is not None else []),
        *training_cards.sections(user, at=at),
        *_portal(user, at=at),
    ]
    return context | {
        "title": _("Overview"),
        "sections": sections,
        "charts": list(_charts(user, open_now, at=at)) if open_now else [],
        "teams": _teams(open_now, people) if open_now and people is not None else [],
    }


def _presences(user: User, at: datetime) -> list[staffing_figures.Presence] | None:
    return staffing_figures.presences(user, at) if user.has_perm("staffing.view_attendance") else None


def _mine(user: User, *, at: datetime) -> Iterator[Section]:
    agent = Agent.objects.select_related("team__department").filter(user=user).first()
    if agent is None:
        return
    mine = desk.count(agent, at=at)
    link = reverse("admin:desk")
    yield Section(
        _("My desk"),
        [
            Card(title=_("In hand"), value=number(mine.in_hand), link=link),
            Card(title=_("Late"), value=number(mine.late), link=link, tone="late" if mine.late else ""),
            Card(
                title=_("Due in an hour"),
                value=number(mine.due_soon),
                link=link,
                tone="soon" if mine.due_soon else "",
            ),
            Card(title=_("Calls today"), value=number(mine.calls_today), link=link),
            Card(title=_("Promises kept this week"), value=number(mine.promises_kept), link=link),
        ],
    )


def _peak_tasks(user: User, *, at: datetime) -> Iterator[Section]:
    """What somebody has taken on for a peak event, whatever his work is otherwise."""
    due = list(PeakTask.objects.open().filter(owner=user).order_by().values_list("due_on", flat=True))
    if not due:
        return
    late = sum(on < timezone.localdate(at) for on in due)
    link = reverse("admin:staffing_peaktask_changelist")
    yield Section(
        _("My tasks for peak events"),
        [
            Card(title=_("To do"), value=number(len(due)), link=f"{link}?state=mine"),
            Card(
                title=_("Overdue"),
                value=number(late),
                link=f"{link}?state=mine",
                tone="late" if late else "",
            ),
        ],
    )


def _tickets_now(now: figures.OpenNow) -> Section:
    return Section(
        _("Now"),
        [
            Card(
                title=_("Waiting in the queue"), value=number(now.waiting), link=_tickets(queue="unassigned")
            ),
            Card(
                title=_("Parked"),
                value=number(now.parked),
                note=_("for want of a qualified agent on duty"),
                link=_tickets(queue="parked"),
                tone="late" if now.parked else "",
            ),
            Card(
                title=_("Late"),
                value=number(now.late),
                link=_tickets(queue="late"),
                tone="late" if now.late else "",
            ),
            Card(
                title=_("Due in an hour"),
                value=number(now.due_soon),
                tone="soon" if now.due_soon else "",
            ),
        ],
    )


def _tickets_today(user: User, *, at: datetime) -> Section:
    activity = figures.activity(user, at=at)
    satisfaction = figures.satisfaction(user, days=SATISFACTION_DAYS, at=at)
    overdue = figures.calls_overdue(user, at=at)
    return Section(
        _("Today"),
        [
            _compared(_("Received"), activity.received),
            _compared(_("Answered"), activity.answered),
            _compared(_("Resolved"), activity.resolved),
            Card(
                title=_("Satisfaction today"),
                value=_score(satisfaction.mean_today),
                note=ngettext("%(count)s answer", "%(count)s answers", satisfaction.answers_today)
                % {"count": number(satisfaction.answers_today)},
            ),
            Card(
                title=_("Satisfaction, 30 days"),
                value=_score(satisfaction.mean),
                note=_("%(rate)s of those asked answered") % {"rate": _rate(satisfaction.response_rate)},
                link=reverse("admin:complaints_surveyinvitation_changelist"),
            ),
            Card(
                title=_("Callbacks overdue"),
                value=number(overdue),
                link=f"{reverse('admin:complaints_callback_changelist')}?queue=overdue",
                tone="late" if overdue else "",
            ),
        ],
    )


def _staffing(user: User, people: list[staffing_figures.Presence], *, at: datetime) -> Section:
    planned = sum(one.shift is not None for one in people)
    missing = sum(one.is_missing for one in people)
    expiring = staffing_figures.expiring_certificates(user, timezone.localdate(at))
    on_duty = reverse("admin:staffing_attendance_on_duty")
    return Section(
        _("People"),
        [
            Card(
                title=_("On duty now"),
                value=number(sum(one.is_on_duty for one in people)),
                note=_("%(count)s planned") % {"count": number(planned)},
                link=on_duty,
            ),
            Card(
                title=_("Planned, not signed in"),
                value=number(missing),
                link=on_duty,
                tone="soon" if missing else "",
            ),
            Card(
                title=_("Certificates running out"),
                value=number(expiring),
                note=_("within 30 days"),
                link=f"{reverse('admin:staffing_certificate_changelist')}?state=expiring",
            ),
        ],
    )


def _portal(user: User, *, at: datetime) -> Iterator[Section]:
    """For those who keep the portal running, and those who watch what is done in it."""
    if user.has_perm("portal.view_outboxmessage"):
        sending = portal_figures.sending()
        messages = reverse("admin:portal_outboxmessage_changelist")
        yield Section(
            _("Outgoing messages"),
            [
                Card(
                    title=_("Given up"),
                    value=number(sending.given_up),
                    link=f"{messages}?state__exact={DeliveryState.GIVEN_UP}",
                    tone="late" if sending.given_up else "",
                ),
                Card(title=_("Waiting to be sent"), value=number(sending.pending), link=messages),
            ],
        )
    if user.has_perm("portal.view_auditentry"):
        today = portal_figures.recorded_today(at=at)
        yield Section(
            _("Audit log"),
            [
                Card(
                    title=_("Acts recorded today"),
                    value=number(today),
                    link=reverse("admin:portal_auditentry_changelist"),
                )
            ],
        )


def _compared(title: str, count: figures.Compared) -> Card:
    return Card(
        title=title,
        value=number(count.today),
        note=_("%(count)s yesterday by this hour") % {"count": number(count.yesterday)},
        trend=(count.today > count.yesterday) - (count.today < count.yesterday),
    )


def _charts(user: User, now: figures.OpenNow, *, at: datetime) -> Iterator[Chart]:
    """The days end with yesterday: a day that still goes on would always look like a collapse."""
    *days, _today = figures.received_and_resolved(user, days=CHART_DAYS + 1, at=at)
    yield chart(
        _("Received and resolved, 14 days"),
        "line",
        [date_format(day.on, "m-d") for day in days],
        {
            _("Received"): ("var(--color-primary-600)", [day.received for day in days]),
            _("Resolved"): ("var(--color-green-600)", [day.resolved for day in days]),
        },
    )
    open_statuses = [status for status in Status if now.by_status.get(status)]
    yield chart(
        _("Open by status"),
        "bar",
        [str(status.label) for status in open_statuses],
        {_("Tickets"): ("var(--color-primary-500)", [now.by_status[status] for status in open_statuses])},
    )
    yield chart(
        _("Open by team"),
        "bar",
        [load.team for load in now.by_team],
        {
            _("Late"): ("var(--color-red-600)", [load.late for load in now.by_team]),
            _("In time"): ("var(--color-primary-300)", [load.in_hand - load.late for load in now.by_team]),
        },
        is_stacked=True,
    )


def _teams(now: figures.OpenNow, people: list[staffing_figures.Presence]) -> list[TeamRow]:
    """Teams with open matters, the latest first, then those that are only on duty."""
    loads = {load.team_id: load for load in now.by_team}
    counts = {count.team_id: count for count in staffing_figures.count_by_team(people)}
    names = {load.team_id: load.team for load in now.by_team} | {
        count.team_id: count.team for count in counts.values()
    }
    return [
        TeamRow(
            name=name,
            load=loads.get(team_id),
            count=counts.get(team_id),
            link=_tickets(queue="all", team__id__exact=team_id),
            late_link=_tickets(queue="late", team__id__exact=team_id),
            duty_link=f"{reverse('admin:staffing_attendance_on_duty')}?team={team_id}",
        )
        for team_id, name in names.items()
    ]


def _tickets(**filters: object) -> str:
    return f"{reverse('admin:complaints_ticket_changelist')}?{urlencode(filters)}"


def _score(mean: float | None) -> str:
    return "–" if mean is None else number_format(mean, 2)


def _rate(rate: float | None) -> str:
    return "–" if rate is None else f"{number_format(rate * 100, 0)} %"
