"""What staffing's tables give to each role (see portal.roles). `visible_to` narrows the rows further."""

from collections.abc import Mapping

from portal.choices import Role

LOOK = (
    "view_department",
    "view_team",
    "view_position",
    "view_skill",
    "view_agent",
    "view_shifttype",
    "view_dutyassignment",
)

ROLE_PERMISSIONS: Mapping[Role, tuple[str, ...]] = {
    # Who is where, and by which hours we work; not who is on duty today.
    Role.ADMINISTRATOR: (
        *LOOK,
        "add_department",
        "change_department",
        "add_team",
        "change_team",
        "add_position",
        "change_position",
        "add_skill",
        "change_skill",
        "add_agent",
        "change_agent",
        "add_shifttype",
        "change_shifttype",
        "view_certificate",
        "view_calendar",
        "add_calendar",
        "change_calendar",
        "view_calendaryear",
        "add_calendaryear",
        "change_calendaryear",
        "view_calendarday",
        "add_calendarday",
        "change_calendarday",
        "delete_calendarday",
        "view_calendarblackout",
        "add_calendarblackout",
        "change_calendarblackout",
        "delete_calendarblackout",
    ),
    Role.DIRECTOR: (*LOOK, "view_certificate", "view_attendance", "view_calendar"),
    # The rosters, the duty and the certificates of his teams.
    Role.SUPERVISOR: (
        *LOOK,
        "change_agent",
        "view_certificate",
        "add_certificate",
        "change_certificate",
        "add_dutyassignment",
        "change_dutyassignment",
        "view_attendance",
        "add_attendance",
        "change_attendance",
        "view_calendar",
    ),
    Role.HANDLER: ("view_team", "view_agent", "view_shifttype", "view_dutyassignment"),
    Role.TRAINER: (
        "view_team",
        "view_agent",
        "view_dutyassignment",
        "view_skill",
        "add_skill",
        "change_skill",
        "view_certificate",
        "add_certificate",
        "change_certificate",
    ),
    Role.INSPECTOR: ("view_team", "view_agent"),
}
