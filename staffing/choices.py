from django.db import models
from django.utils.translation import gettext_lazy as _


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
