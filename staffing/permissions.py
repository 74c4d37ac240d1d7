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
WORKING_TIME = ("labourrule", "workrestriction")
"""Not for everybody who reads: who is protected lets one guess why."""
READ = tuple(f"view_{table}" for table in TABLES)
# The demand for people, which those look after who plan.
DEMAND = ("serviceline", "contactvolume", "demandevent")
READ_DEMAND = tuple(f"view_{table}" for table in DEMAND)
EXPORT_DEMAND = ("export_serviceline", "export_contactvolume")
PLAN_DEMAND = (
    *READ_DEMAND,
    *EXPORT_DEMAND,
    "import_contactvolume",
    *(f"{verb}_{table}" for verb in ("add", "change") for table in ("serviceline", "demandevent")),
)
EXPORTED = ("team", "skill", "agent", "certificate", "shifttype", "dutyassignment", "attendance")
EXPORT = tuple(f"export_{table}" for table in EXPORTED)
IMPORT = tuple(f"import_{table}" for table in EXPORTED if table != "attendance")

PLANNING = ("roster", "wish", "minimumstaffing")
"""Before a roster is published it is seen by those who plan, and by nobody else."""
PLAN = (
    *(f"{verb}_{table}" for verb in ("view", "add", "change") for table in PLANNING),
    "delete_minimumstaffing",
    "import_roster",
    "export_roster",
)

ROLE_PERMISSIONS: Mapping[Role, tuple[str, ...]] = {
    Role.ADMINISTRATOR: (
        *READ,
        *EXPORT,
        *IMPORT,
        *(f"{verb}_{table}" for verb in ("add", "change") for table in TABLES),
        *PLAN,
        *(f"{verb}_{table}" for verb in ("view", "add", "change") for table in WORKING_TIME),
    ),
    Role.DIRECTOR: (
        *READ,
        *EXPORT,
        *(f"view_{table}" for table in PLANNING),
        "export_roster",
        "view_labourrule",
    ),
        *PLAN_DEMAND,
    ),
    Role.DIRECTOR: (*READ, *EXPORT, *READ_DEMAND, *EXPORT_DEMAND),
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
        *PLAN,
        "add_attendance",
        "change_attendance",
        "view_labourrule",
        "view_workrestriction",
        "add_workrestriction",
        "change_workrestriction",
        *PLAN_DEMAND,
    ),
    # Who of the team is on duty and when; not who came late.
    Role.HANDLER: (
        "view_team",
        "view_agent",
        "view_skill",
        "view_shifttype",
        "view_dutyassignment",
        "view_calendar",
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
