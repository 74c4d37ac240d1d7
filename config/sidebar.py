"""The sidebar: by task, not by table, and for each person only what he may open."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from portal.admin.house import person
from portal.choices import Role
from portal.errors import Text
from portal.models import User
from staffing.choices import RequestState
from staffing.models import ActionItem, Agent, HandOver, StaffRequest
from training import rights as training_rights
from training.choices import CourseState
from training.knowledge import figures as knowledge_figures
from training.models import Enrolment, ExamAttempt

COUNTED = 100
"""A badge counts no further: beyond, the number tells nothing new and only costs."""


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


def may_import_tickets(user: User) -> bool:
    return user.has_perm("complaints.import_ticket")


def has_hours(user: User) -> bool:
    return user.has_perm("staffing.view_dutyassignment")


def decides(user: User) -> bool:
    return user.has_perm("staffing.change_staffrequest")


def to_decide(user: User) -> int:
    return StaffRequest.objects.decidable_by(user)[:COUNTED].count()


def is_agent(user: User) -> bool:
    return _own_counts(user) is not None


def writes(user: User) -> bool:
    return user.has_perm(training_rights.REWRITE)


def enrols(user: User) -> bool:
    """Who looks after what others have learnt."""
    return user.has_perm("training.export_enrolment") or user.has_role(Role.AUDITOR)


def marks(user: User) -> bool:
    return user.has_perm(training_rights.MARK_PAPERS)


def to_review(user: User) -> int:
    if not user.has_perm(training_rights.PUBLISH):
        return 0
    return knowledge_figures.waiting(user)[:COUNTED].count()


def to_mark(user: User) -> int:
    return ExamAttempt.objects.to_mark().visible_to(user)[:COUNTED].count()


def late_on_desk(user: User) -> int | None:
    counts = _own_counts(user)
    return counts and counts[0]


def asked_of_me(user: User) -> int | None:
    counts = _own_counts(user)
    return counts and counts[1]


def actions_to_do(user: User) -> int | None:
    counts = _own_counts(user)
    return counts and counts[2]


def to_learn(user: User) -> int | None:
    counts = _own_counts(user)
    return counts and counts[3]


def _own_counts(user: User) -> tuple[int, int, int, int] | None:
    """What is late on an agent's desk, what colleagues ask him, what meetings gave him to do, and what he has
    to learn: in one query.

    Read once for each page. Who is no agent has neither desk nor schedule, and is given nothing to do.
    """
    if "_own_counts" not in user.__dict__:
        late = Ticket.objects.overdue(timezone.now()).filter(handler=OuterRef("pk"))
        asked = StaffRequest.objects.filter(counterpart=OuterRef("pk"), state=RequestState.OFFERED)
        items = ActionItem.objects.open().filter(owner=OuterRef("pk"))
        learning = Enrolment.objects.unfinished().filter(agent=OuterRef("pk"), course__state=CourseState.OPEN)
        counts = (
            _counted(late, "handler"),
            _counted(asked, "counterpart"),
            _counted(items, "owner"),
            _counted(learning, "agent"),
        )
        user.__dict__["_own_counts"] = Agent.objects.filter(user=user).values_list(*counts).first()
    found: tuple[int, int, int, int] | None = user.__dict__["_own_counts"]
    return found


def _counted(rows: Any, by: str) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values(by).annotate(count=Count("pk")).values("count")), 0)


def waiting(user: User) -> int:
    return Ticket.objects.unassigned().visible_to(user).filter(handler=None)[:COUNTED].count()


def hand_overs(user: User) -> int:
    """What of the team's waits for this person to acknowledge."""
    return HandOver.objects.waiting_for(user)[:COUNTED].count()


GROUPS: tuple[tuple[Text, tuple[Item, ...]], ...] = (
    (
        "",
        (
            Item(title=_("My desk"), icon="desk", page="desk", count=late_on_desk),
            Item(
                title=_("My schedule"),
                icon="calendar_month",
                model="staffing.StaffRequest",
                page="mine",
                count=asked_of_me,
            ),
            Item(
                title=_("My action items"),
                icon="task_alt",
                model="staffing.ActionItem",
                page="mine",
                count=actions_to_do,
            ),
            Item(
                title=_("My training"),
                icon="school",
                model="training.Enrolment",
                page="mine",
                is_for=is_agent,
                count=to_learn,
            ),
            Item(title=_("Library"), icon="menu_book", model="training.Article", page="library"),
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
                count=waiting,
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
                is_for=may_import_tickets,
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
                is_for=writes,
                count=to_review,
            ),
            Item(title=_("Articles"), icon="article", model="training.Article", is_for=writes),
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
                title=_("Completion matrix"),
                icon="table_chart",
                model="training.Enrolment",
                page="matrix",
                is_for=enrols,
            ),
            Item(title=_("Courses"), icon="school", model="training.Course"),
            Item(title=_("Sessions"), icon="co_present", model="training.TrainingSession"),
            Item(
                title=_("Papers to mark"),
                icon="grading",
                model="training.ExamAttempt",
                page="marking",
                is_for=marks,
                count=to_mark,
            ),
            Item(title=_("Exams"), icon="quiz", model="training.Exam"),
            Item(title=_("Question bank"), icon="library_books", model="training.Question"),
            Item(title=_("Exam attempts"), icon="fact_check", model="training.ExamAttempt", is_for=enrols),
            Item(title=_("Announcements"), icon="campaign", model="training.Announcement"),
            Item(
                title=_("Training needs"), icon="psychology_alt", model="training.TrainingNeed", is_for=enrols
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
                is_for=decides,
                count=to_decide,
            ),
            Item(title=_("Demand forecast"), icon="query_stats", model="staffing.ServiceLine", page="demand"),
            Item(title=_("Peak plans"), icon="local_fire_department", model="staffing.PeakPlan"),
            Item(title=_("Peak tasks"), icon="checklist", model="staffing.PeakTask"),
            Item(
                title=_("Hours ledger"),
                icon="more_time",
                page="staffing_labourrule_ledger",
                is_for=has_hours,
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
                count=hand_overs,
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
