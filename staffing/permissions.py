"""What staffing's tables give to each role (see portal.roles). `visible_to` narrows the rows further."""

from collections.abc import Mapping

from portal.choices import Role

TABLES = (
    "department",
    "team",
    "position",
    "skill",
    "agent",
    "certificate",
    "shifttype",
    "dutyassignment",
    "attendance",
    "calendar",
    "calendaryear",
    "calendarday",
    "calendarblackout",
)
READ = tuple(f"view_{table}" for table in TABLES)
EXPORTED = ("team", "skill", "agent", "certificate", "shifttype", "dutyassignment", "attendance")
EXPORT = tuple(f"export_{table}" for table in EXPORTED)
IMPORT = tuple(f"import_{table}" for table in EXPORTED if table != "attendance")

# The teams' day among themselves: nobody's business but theirs and the director's.
DAILY = ("handover", "housekeepingtask", "housekeepingturn", "meeting", "actionitem")
EXPORTED_DAILY = ("handover", "housekeepingturn", "meeting", "actionitem")
READ_DAILY = tuple(f"view_{table}" for table in DAILY)
EXPORT_DAILY = tuple(f"export_{table}" for table in EXPORTED_DAILY)

ROLE_PERMISSIONS: Mapping[Role, tuple[str, ...]] = {
    Role.ADMINISTRATOR: (
        *READ,
        *EXPORT,
        *IMPORT,
        *(f"{verb}_{table}" for verb in ("add", "change") for table in TABLES),
    ),
    Role.DIRECTOR: (*READ, *EXPORT, *READ_DAILY, *EXPORT_DAILY),
    # Of the own teams only, which is a matter of sight: see querysets.
    Role.SUPERVISOR: (
        *READ,
        *EXPORT,
        "add_agent",
        "change_agent",
        "import_agent",
        "add_dutyassignment",
        "change_dutyassignment",
        "import_dutyassignment",
        "add_attendance",
        "change_attendance",
        *READ_DAILY,
        *EXPORT_DAILY,
        *(f"{verb}_{table}" for verb in ("add", "change") for table in DAILY),
    ),
    # Who of the team is on duty and when; not who came late.
    Role.HANDLER: (
        "view_team",
        "view_agent",
        "view_skill",
        "view_shifttype",
        "view_dutyassignment",
        "view_calendar",
        *READ_DAILY,
        "add_handover",
    ),
    Role.TRAINER: (
        *READ,
        "add_skill",
        "change_skill",
        "import_skill",
        "export_skill",
        "add_certificate",
        "change_certificate",
        "import_certificate",
        "export_certificate",
    ),
    Role.INSPECTOR: READ,
    Role.AUDITOR: READ,
}
