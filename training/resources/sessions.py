"""The columns in which sessions and their attendance are taken away."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.resources import Column, TableResource


class SessionResource(TableResource):
    starts_at = Column("starts_at", _("Starts at"))
    ends_at = Column("ends_at", _("Ends at"))
    code = Column("course__code", _("Course code"))
    course = Column("course__title", _("Course"))
    trainer = Column("trainer__name", pgettext_lazy("session", "Trainer"))
    room = Column("room__name", _("Room"))
    url = Column("url", _("Online at"))
    seats = Column("seats", _("Seats"))
    taken = Column("taken", _("Seats taken"))
    state = Column("get_state_display", _("State"))
    reason = Column("reason", _("Reason"))


class SeatResource(TableResource):
    starts_at = Column("session__starts_at", _("Starts at"))
    course = Column("session__course__title", _("Course"))
    trainer = Column("session__trainer__name", pgettext_lazy("session", "Trainer"))
    staff_no = Column("agent__staff_no", _("Staff number"))
    name = Column("agent__user__name", _("Name"))
    team = Column("agent__team__name", _("Team"))
    presence = Column("get_presence_display", pgettext_lazy("training", "Attendance"))
    note = Column("note", _("Note"))
    reason = Column("reason", _("Reason"))
    marked_by = Column("marked_by__name", _("Marked by"))
    marked_at = Column("marked_at", _("Marked at"))
