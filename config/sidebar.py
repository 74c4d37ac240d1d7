"""The sidebar: by task, not by table, and for each person only what he may open."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config import badges
from config.badges import COUNTED
from portal.admin.house import person
from portal.errors import Text
from portal.models import User


@dataclass(frozen=True, kw_only=True, eq=False)
class Item:
    """One way into the portal.

    It is for whomever the admin shows the model, and `is_for` if given. `page` names a page of that admin
    beside its list, `query` narrows the list. `count` is told in a badge; None says: not for this person.
    """

    title: Text
    icon: str
    model: str = ""
    page: str = "changelist"
    args: tuple[str, ...] = ()
    query: dict[str, str] = field(default_factory=dict)
    is_for: Callable[[User], bool] = lambda _user: True
    count: Callable[[User], int | None] = lambda _user: 0

    @property
    def path(self) -> str:
        prefix = f"{self.model.lower().replace('.', '_')}_" if self.model else ""
        return reverse(f"admin:{prefix}{self.page}", args=self.args)

    def fits(self, request: HttpRequest) -> bool:
        """Whether the page that is open lies below this item."""
        if self.page == "index":
            return request.path == self.path
        is_asked = all(request.GET.get(name) == value for name, value in self.query.items())
        return request.path.startswith(self.path) and is_asked

    def drawn(self, *, count: int, is_active: bool) -> dict[str, Any]:
        """As the theme wants it."""
        return {
            "title": self.title,
            "icon": self.icon,
            "link": self.path + (f"?{urlencode(self.query)}" if self.query else ""),
            "active": lambda _request: is_active,
            "badge": f"{COUNTED - 1}+" if count >= COUNTED else str(count or ""),
            "badge_variant": "danger",
        }


GROUPS: tuple[tuple[Text, tuple[Item, ...]], ...] = (
    (
        "",
        (
            Item(title=_("My desk"), icon="desk", page="desk", count=badges.late_on_desk),
            Item(
                title=_("My schedule"),
                icon="calendar_month",
                model="staffing.StaffRequest",
                page="mine",
                count=badges.asked_of_me,
            ),
            Item(
                title=_("My action items"),
                icon="task_alt",
                model="staffing.ActionItem",
                page="mine",
                count=badges.actions_to_do,
            ),
            Item(
                title=_("My training"),
                icon="school",
                model="training.Enrolment",
                page="mine",
                count=badges.to_learn,
            ),
            Item(title=_("Knowledge library"), icon="menu_book", model="training.Article", page="library"),
            Item(title=_("Overview"), icon="monitoring", page="index"),
        ),
    ),
    (
        _("Tickets"),
        (
            Item(
                title=_("Waiting queue"),
                icon="hourglass_top",
                model="complaints.Ticket",
                query={"queue": "unassigned"},
                count=badges.waiting,
            ),
            Item(title=_("Ticket list"), icon="confirmation_number", model="complaints.Ticket"),
            Item(title=_("Callbacks"), icon="phone_callback", model="complaints.Callback"),
            Item(title=_("Surveys"), icon="sentiment_satisfied", model="complaints.SurveyInvitation"),
            Item(title=_("Customers"), icon="groups", model="complaints.Customer"),
            Item(
                title=_("Import tickets"),
                icon="upload_file",
                model="portal.TransferJob",
                page="upload",
                args=("complaints.ticket",),
                is_for=badges.may_import_tickets,
            ),
        ),
    ),
    (
        _("Knowledge"),
        (
            Item(
                title=_("Review board"),
                icon="rate_review",
                model="training.Article",
                page="board",
                is_for=badges.writes,
                count=badges.to_review,
            ),
            Item(title=_("Articles"), icon="article", model="training.Article", is_for=badges.writes),
            Item(
                title=_("Missing answers"),
                icon="contact_support",
                model="training.MissingAnswer",
                query={"state__exact": "open"},
            ),
            Item(title=_("Standard phrases"), icon="record_voice_over", model="training.StandardPhrase"),
            Item(title=_("Forbidden phrases"), icon="voice_over_off", model="training.ForbiddenPhrase"),
            Item(title=_("Synonyms"), icon="join", model="training.SynonymGroup"),
            Item(title=_("Bot conversations"), icon="smart_toy", model="training.BotConversation"),
        ),
    ),
    (
        _("Training"),
        (
            Item(
                title=_("Who has completed what"),
                icon="table_chart",
                model="training.Enrolment",
                page="matrix",
                is_for=badges.enrols,
            ),
            Item(title=_("Courses"), icon="school", model="training.Course"),
            Item(title=_("Sessions"), icon="co_present", model="training.TrainingSession"),
            Item(
                title=_("Papers to mark"),
                icon="grading",
                model="training.ExamAttempt",
                page="marking",
                is_for=badges.marks,
                count=badges.to_mark,
            ),
            Item(title=_("Exams"), icon="quiz", model="training.Exam"),
            Item(title=_("Question bank"), icon="library_books", model="training.Question"),
            Item(
                title=_("Exam attempts"),
                icon="fact_check",
                model="training.ExamAttempt",
                is_for=badges.enrols,
            ),
            Item(
                title=_("Announcements"),
                icon="campaign",
                model="training.Announcement",
                count=badges.to_confirm,
            ),
            Item(
                title=_("Training needs"),
                icon="psychology_alt",
                model="training.TrainingNeed",
                is_for=badges.enrols,
            ),
        ),
    ),
    (
        _("Rostering"),
        (
            Item(title=_("Current roster"), icon="grid_on", model="staffing.Roster", page="current"),
            Item(title=_("Rosters"), icon="calendar_view_month", model="staffing.Roster"),
            Item(
                title=_("Duty this week"),
                icon="calendar_view_week",
                model="staffing.DutyAssignment",
                page="week",
            ),
            Item(
                title=_("Requests to approve"),
                icon="approval",
                model="staffing.StaffRequest",
                query={"state__exact": "waiting"},
                is_for=badges.decides,
                count=badges.to_decide,
            ),
            Item(title=_("Demand forecast"), icon="query_stats", model="staffing.ServiceLine", page="demand"),
            Item(title=_("Peak plans"), icon="local_fire_department", model="staffing.PeakPlan"),
            Item(title=_("Peak tasks"), icon="checklist", model="staffing.PeakTask"),
            Item(
                title=_("Hours ledger"),
                icon="more_time",
                page="staffing_labourrule_ledger",
                is_for=badges.has_hours,
            ),
        ),
    ),
    (
        _("On duty"),
        (
            Item(title=_("Who is on duty"), icon="badge", model="staffing.Attendance", page="on_duty"),
            Item(title=_("Attendance"), icon="how_to_reg", model="staffing.Attendance"),
            Item(
                title=_("Shift hand-over"),
                icon="sync_alt",
                model="staffing.HandOver",
                page="shift",
                count=badges.hand_overs,
            ),
            Item(
                title=_("Housekeeping roster"),
                icon="mop",
                model="staffing.HousekeepingTurn",
                page="week",
            ),
            Item(title=_("Meetings"), icon="groups_2", model="staffing.Meeting"),
        ),
    ),
    (
        _("People"),
        (
            Item(title=_("Agents"), icon="support_agent", model="staffing.Agent"),
            Item(title=_("Teams"), icon="diversity_3", model="staffing.Team"),
            Item(title=_("Skills"), icon="psychology", model="staffing.Skill"),
            Item(title=_("Certificates"), icon="workspace_premium", model="staffing.Certificate"),
            Item(title=_("Work restrictions"), icon="shield_person", model="staffing.WorkRestriction"),
        ),
    ),
    (
        _("Settings"),
        (
            Item(title=_("Shifts"), icon="schedule", model="staffing.ShiftType"),
            Item(title=_("Calendars"), icon="event", model="staffing.Calendar"),
            Item(title=_("Rules of working time"), icon="gavel", model="staffing.LabourRule"),
            Item(title=_("Categories"), icon="account_tree", model="complaints.Category"),
            Item(title=_("Service policies"), icon="timer", model="complaints.ServicePolicy"),
            Item(title=_("Users"), icon="manage_accounts", model="portal.User"),
            Item(title=_("Connected systems"), icon="cable", model="portal.ApiClient"),
        ),
    ),
    (
        _("Oversight"),
        (
            Item(title=_("Transfers"), icon="swap_vert", model="portal.TransferJob"),
            Item(title=_("Audit log"), icon="policy", model="portal.AuditEntry"),
            Item(title=_("Outgoing messages"), icon="outgoing_mail", model="portal.OutboxMessage"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """What this person may open. Of the items that fit the open page the closest one is marked."""
    counts = dict(_open_to(request))
    fitting = [item for item in counts if item.fits(request)]
    active = max(fitting, key=lambda item: (len(item.path), len(item.query)), default=None)
    return [
        {
            "title": title,
            "items": [
                item.drawn(count=counts[item], is_active=item is active) for item in items if item in counts
            ],
        }
        for title, items in GROUPS
    ]


def _open_to(request: HttpRequest) -> Iterator[tuple[Item, int]]:
    """The items for this person, each with what its badge counts."""
    user = person(request)
    listed = {
        model["model"]._meta.label
        for app in admin.site.get_app_list(request)
        for model in app["models"]
        if model["admin_url"]
    }
    for _title, items in GROUPS:
        for item in items:
            if (not item.model or item.model in listed) and item.is_for(user):
                count = item.count(user)
                if count is not None:
                    yield item, count
