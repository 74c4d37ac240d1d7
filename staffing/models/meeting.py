from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.privacy import PersonalTextField
from staffing.choices import ActionState, MeetingKind, MeetingState
from staffing.models.agent import Agent
from staffing.models.organisation import Team
from staffing.querysets import ActionItemQuerySet, MeetingQuerySet


class Meeting(models.Model):
    """A meeting of a team, with minutes. `version` counts how often they were written."""

    team = models.ForeignKey(Team, verbose_name=_("team"), on_delete=models.PROTECT, related_name="meetings")
    kind = models.CharField(_("kind"), max_length=10, choices=MeetingKind.choices)
    title = models.CharField(_("title"), max_length=100)
    starts_at = models.DateTimeField(_("starts at"))
    place = models.CharField(_("place"), max_length=60, blank=True)
    chaired_by = models.ForeignKey(
        Agent, verbose_name=_("chaired by"), on_delete=models.PROTECT, related_name="chaired_meetings"
    )
    minutes = PersonalTextField(_("minutes"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=MeetingState.choices, default=MeetingState.PLANNED
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-starts_at", "-id"]
        permissions = [("export_meeting", _("Can export meetings"))]
        indexes = [
            models.Index(fields=["-starts_at", "-id"], name="meeting_latest"),
            models.Index(fields=["team", "-starts_at"], name="meeting_team_latest"),
        ]

    def __str__(self) -> str:
        return self.title


class MeetingAttendee(models.Model):
    """Somebody who was asked to come; present when ticked."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendees")
    agent = models.ForeignKey(
        Agent, verbose_name=_("agent"), on_delete=models.PROTECT, related_name="meetings_asked_to"
    )
    was_present = models.BooleanField(_("present"), default=False)

    class Meta:
        verbose_name = _("attendee")
        verbose_name_plural = _("attendees")
        ordering = ["meeting", "agent"]
        constraints = [models.UniqueConstraint(fields=["meeting", "agent"], name="meeting_attendee_once")]

    def __str__(self) -> str:
        return str(self.agent)


class ActionItem(models.Model):
    """What a meeting gave somebody to do by a day."""

    meeting = models.ForeignKey(
        Meeting, verbose_name=_("meeting"), on_delete=models.PROTECT, related_name="action_items"
    )
    text = models.CharField(_("what to do"), max_length=300)
    owner = models.ForeignKey(
        Agent, verbose_name=_("who does it"), on_delete=models.PROTECT, related_name="action_items"
    )
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=10, choices=ActionState.choices, default=ActionState.OPEN)
    reason = models.CharField(_("reason for dropping"), max_length=200, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    overdue_told_at = models.DateTimeField(null=True, editable=False)

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("action item")
        verbose_name_plural = _("action items")
        ordering = ["due_on", "id"]
        permissions = [("export_actionitem", _("Can export action items"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=ActionState.DONE, done_at__isnull=False)
                | (~models.Q(state=ActionState.DONE) & models.Q(done_at=None)),
                name="actionitem_done_at",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ActionState.DROPPED, reason=""), name="actionitem_drop_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="actionitem_due"),
            models.Index(
                fields=["owner", "due_on"],
                condition=models.Q(state=ActionState.OPEN),
                name="actionitem_open_of_owner",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def is_overdue(self, on: date) -> bool:
        """Whether the day has passed and it is not done."""
        return self.state == ActionState.OPEN and self.due_on < on
