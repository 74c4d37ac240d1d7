"""The columns in which staffing's tables are taken away; the same headers bring them back (see importers)."""

from django.utils.translation import gettext_lazy as _

from portal.resources import Column, TableResource


class TeamResource(TableResource):
    name = Column("name", _("Team"))
    kind = Column("get_kind_display", _("Kind of team"))
    department = Column("department__name", _("Department"))
    leader = Column("leader__staff_no", _("Leader's staff number"))


class SkillResource(TableResource):
    code = Column("code", _("Skill code"))
    name = Column("name", _("Skill"))
    description = Column("description", _("Description"))


class AgentResource(TableResource):
    staff_no = Column("staff_no", _("Staff number"))
    name = Column("user__name", _("Name"))
    account = Column("user__username", _("Account"))
    team = Column("team__name", _("Team"))
    position = Column("position__name", _("Position"))
    employment = Column("get_employment_display", _("Employment"))
    weekly_hours = Column("weekly_hours", _("Hours a week"))
    joined_on = Column("joined_on", _("Joined on"))
    left_on = Column("left_on", _("Left on"))
    max_open_tickets = Column("max_open_tickets", _("Most open tickets"))


class CertificateResource(TableResource):
    staff_no = Column("agent__staff_no", _("Staff number"))
    name = Column("agent__user__name", _("Name"))
    skill = Column("skill__code", _("Skill code"))
    skill_name = Column("skill__name", _("Skill"))
    cycle = Column("cycle", _("Cycle"))
    valid_from = Column("valid_from", _("Valid from"))
    valid_until = Column("valid_until", _("Valid until"))
    revoked_on = Column("revoked_on", _("Revoked on"))


class ShiftTypeResource(TableResource):
    code = Column("code", _("Shift code"))
    name = Column("name", _("Shift"))
    starts = Column("starts", _("Starts"))
    ends = Column("ends", _("Ends"))
    break_minutes = Column("break_minutes", _("Break, minutes"))
    colour = Column("colour", _("Colour"))
    skill = Column("skill__code", _("Skill code"))


class DutyResource(TableResource):
    on = Column("on", _("Date"))
    staff_no = Column("agent__staff_no", _("Staff number"))
    name = Column("agent__user__name", _("Name"))
    team = Column("agent__team__name", _("Team"))
    shift = Column("shift_type__code", _("Shift code"))
    shift_name = Column("shift_type__name", _("Shift"))
    starts_at = Column("starts_at", _("From"))
    ends_at = Column("ends_at", _("To"))
    state = Column("get_state_display", _("State"))
    note = Column("note", _("Note"))


class AttendanceResource(TableResource):
    business_day = Column("business_day", _("Date"))
    staff_no = Column("agent__staff_no", _("Staff number"))
    name = Column("agent__user__name", _("Name"))
    team = Column("agent__team__name", _("Team"))
    shift = Column("duty__shift_type__name", _("Shift"))
    signed_in_at = Column("signed_in_at", _("Signed in at"))
    signed_out_at = Column("signed_out_at", _("Signed out at"))
    late_minutes = Column("late_minutes", _("Late, minutes"))
    is_forgotten = Column("is_forgotten", _("Sign-out forgotten"))


class ServiceLineResource(TableResource):
    name = Column("name", _("Service line"))
    team = Column("team__name", _("Team"))
    skill = Column("skill__code", _("Skill code"))
    service_level = Column("service_level", _("Service level"))
    within_seconds = Column("within_seconds", _("Answered within, seconds"))
    patience_seconds = Column("patience_seconds", _("Patience, seconds"))
    max_occupancy = Column("max_occupancy", _("Highest occupancy"))
    shrinkage = Column("shrinkage", _("Shrinkage"))
    default_handling_seconds = Column("default_handling_seconds", _("Usual handling time, seconds"))
    concurrency = Column("concurrency", _("Contacts at once"))


class ContactVolumeResource(TableResource):
    line = Column("line__name", _("Service line"))
    starts_at = Column("starts_at", _("Half hour from"))
    contacts = Column("contacts", _("Contacts"))
    handling_seconds = Column("handling_seconds", _("Handling time on average, seconds"))


class HandOverResource(TableResource):
    """Without the notes: what was written from shift to shift is read in the portal."""

    due_at = Column("due_at", _("End of shift"))
    staff_no = Column("agent__staff_no", _("Staff number"))
    name = Column("agent__user__name", _("Name"))
    team = Column("team__name", _("Team"))
    shift = Column("duty__shift_type__name", _("Shift"))
    state = Column("get_state_display", _("State"))
    made_at = Column("made_at", _("Handed over at"))
    receiver = Column("receiver__user__name", _("Handed to"))
    acknowledged_at = Column("acknowledged_at", _("Acknowledged at"))
    acknowledged_by = Column("acknowledged_by__name", _("Acknowledged by"))


class HousekeepingResource(TableResource):
    on = Column("on", _("Date"))
    task = Column("task__name", _("Task"))
    team = Column("task__team__name", _("Team"))
    staff_no = Column("agent__staff_no", _("Staff number"))
    name = Column("agent__user__name", _("Name"))
    state = Column("get_state_display", _("State"))
    done_at = Column("done_at", _("Done at"))
    reason = Column("reason", _("Reason"))


class MeetingResource(TableResource):
    """Without the minutes: they are read in the portal."""

    starts_at = Column("starts_at", _("Starts at"))
    title = Column("title", _("Title"))
    kind = Column("get_kind_display", _("Kind of meeting"))
    team = Column("team__name", _("Team"))
    chaired_by = Column("chaired_by__user__name", _("Chaired by"))
    place = Column("place", _("Place"))
    state = Column("get_state_display", _("State"))


class ActionItemResource(TableResource):
    text = Column("text", _("What to do"))
    staff_no = Column("owner__staff_no", _("Staff number"))
    name = Column("owner__user__name", _("Who does it"))
    due_on = Column("due_on", _("Due on"))
    state = Column("get_state_display", _("State"))
    done_at = Column("done_at", _("Done at"))
    reason = Column("reason", _("Reason for dropping"))
    meeting = Column("meeting__title", _("Meeting"))
    team = Column("meeting__team__name", _("Team"))
