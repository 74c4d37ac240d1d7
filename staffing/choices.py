from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TeamKind(models.TextChoices):
    PRE_SALE = "pre_sale", _("Pre-sale")
    IN_SALE = "in_sale", _("In-sale")
    AFTER_SALE = "after_sale", _("After-sale")
    HOTLINE = "hotline", _("Hotline")
    QA = "qa", _("Quality assurance")
    TECHNICAL = "technical", _("Technical support")


class Employment(models.TextChoices):
    FULL_TIME = "full_time", _("Full-time")
    PART_TIME = "part_time", _("Part-time")
    TEMPORARY = "temporary", _("Temporary")
    OUTSOURCED = "outsourced", _("Outsourced")


class DayKind(models.TextChoices):
    """What an exception to the week is. A statutory day is paid threefold when worked."""

    HOLIDAY = "holiday", _("Holiday")
    STATUTORY = "statutory", _("Statutory holiday")
    WORKDAY = "workday", _("Make-up workday")


class DutyState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    CANCELLED = "cancelled", _("Cancelled")


class RuleCode(models.TextChoices):
    """What the law of working time and the house ask of every roster; the last four are plain facts."""

    DAY_HOURS = "day_hours", _("Standard hours a day")
    WEEK_HOURS = "week_hours", _("Standard hours a week")
    OVERTIME_DAY = "overtime_day", _("Overtime a day")
    OVERTIME_MONTH = "overtime_month", _("Overtime a month")
    REST_DAY = "rest_day", _("Rest days a week")
    DAYS_IN_A_ROW = "days_in_a_row", _("Days in a row")
    REST_BETWEEN = "rest_between", _("Rest between shifts")
    PROTECTED_NIGHT = "protected_night", _("No nights for the protected")
    PROTECTED_OVERTIME = "protected_overtime", _("No overtime for the protected")
    STATUTORY_WORK = "statutory_work", _("Work on a statutory holiday")
    UNKNOWN_YEAR = "unknown_year", _("Year not yet announced")
    OVERLAP = "overlap", _("Two shifts at once")
    NOT_EMPLOYED = "not_employed", _("Not employed")
    NO_CERTIFICATE = "no_certificate", _("No valid certificate")
    ON_LEAVE = "on_leave", _("On leave")


class Severity(models.TextChoices):
    """What a breach means for the roster that holds it."""

    BLOCK = "block", _("Never")
    EXCEPTION = "exception", _("Only with a recorded exception")
    WARN = "warn", _("Warning")


class RestrictionKind(models.TextChoices):
    NO_NIGHTS = "no_nights", _("No nights")
    NO_OVERTIME = "no_overtime", _("No overtime")


class DemandEventKind(models.TextChoices):
    PEAK = "peak", _("Peak sale")
    HOLIDAY = "holiday", _("Holiday")
    OTHER = "other", _("Other")


class PeakKind(models.TextChoices):
    """The festivals of the trade, for which customers come in numbers."""

    JUNE_18 = "june_18", _("618")
    DOUBLE_11 = "double_11", _("Double-11")
    DOUBLE_12 = "double_12", _("Double-12")
    NEW_YEAR = "new_year", _("New Year shopping festival")
    OTHER = "other", _("Other event")


class PeakState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    RUNNING = "running", _("Under way")
    REVIEWED = "reviewed", _("Reviewed")


class PhaseKind(models.TextChoices):
    """What customers ask differs: first about the offer, then about everything, at last about parcels."""

    WARM_UP = "warm_up", _("Warm-up")
    BURST = "burst", _("Burst")
    ENCORE = "encore", _("Encore")


class PeopleSource(models.TextChoices):
    OVERTIME = "overtime", _("Own overtime")
    CROSS_TEAM = "cross_team", _("Cross-team support")
    TEMPORARY = "temporary", _("Temporary staff")
    OUTSOURCED = "outsourced", _("Outsourced staff")
    RECRUITMENT = "recruitment", _("Recruitment")


class NeedState(models.TextChoices):
    """Found says that they are promised or hired, ready that they are trained, too."""

    PLANNED = "planned", _("Wanted")
    FOUND = "found", _("Found")
    READY = "ready", _("Ready")
    CANCELLED = "cancelled", _("Cancelled")


class HandOverState(models.TextChoices):
    """How far the hand-over of a shift has come. A newer one replaces one that nobody acknowledged."""

    OWED = "owed", _("Not handed over")
    WRITTEN = "written", _("To be acknowledged")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    REPLACED = "replaced", _("Replaced by a newer one")


class TurnState(models.TextChoices):
    """Whether a housekeeping turn was done. An excused one has passed to somebody else, if any was there."""

    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    EXCUSED = "excused", _("Excused")


class MeetingKind(models.TextChoices):
    STAND_UP = "stand_up", _("Daily stand-up")
    WEEKLY = "weekly", _("Weekly meeting")
    REVIEW = "review", _("Review")


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")


class ActionState(models.TextChoices):
    OPEN = "open", _("To do")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class RequestKind(models.TextChoices):
    """What an agent asks of those who plan."""

    LEAVE = "leave", _("Leave")
    SWAP = "swap", _("Shift swap")
    GIVE_AWAY = "give_away", _("Give-away")
    OVERTIME = "overtime", _("Overtime")


class LeaveKind(models.TextChoices):
    ANNUAL = "annual", _("Annual leave")
    SICK = "sick", _("Sick leave")
    PERSONAL = "personal", _("Personal leave")
    MARRIAGE = "marriage", _("Marriage leave")
    MATERNITY = "maternity", _("Maternity leave")
    BEREAVEMENT = "bereavement", _("Bereavement leave")
    COMPENSATORY = "compensatory", _("Time off for overtime")


class RequestState(models.TextChoices):
    """Of swaps and give-aways a colleague decides first; the rest waits for the supervisor at once."""

    OFFERED = "offered", _("Waits for a colleague")
    WAITING = "waiting", _("Waits for approval")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", pgettext_lazy("a request", "Refused")
    DECLINED = "declined", _("Declined by the colleague")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REVOKED = "revoked", _("Approval taken back")
    LAPSED = "lapsed", _("Lapsed")


class ShiftSide(models.TextChoices):
    """What becomes of a shift for whoever asks."""

    GIVEN = "given", _("Given away")
    TAKEN = "taken", _("Taken on")


class RunKind(models.TextChoices):
    GENERATE = "generate", _("Generate")
    REPAIR = "repair", _("Repair")


class RunState(models.TextChoices):
    """How far planning by machine has come. A run that was stopped may have proposals, too."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


class ProposalKind(models.TextChoices):
    """What a proposal is best at; the last three repair a roster that is out."""

    BALANCED = "balanced", _("As weighed")
    MOST_COVER = "most_cover", _("Most cover")
    MOST_WISHES = "most_wishes", _("Most wishes")
    TOUCH_NOBODY = "touch_nobody", _("Nobody else touched")
    FEW_CHANGES = "few_changes", _("Few changes")
    BEST_ROSTER = "best_roster", _("Best roster")
