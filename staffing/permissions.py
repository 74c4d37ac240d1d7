"""What staffing's tables give to each role (see portal.roles). `visible_to` narrows the rows further."""

from collections.abc import Mapping

from portal.choices import Role


def _may(verbs: str, *tables: str) -> tuple[str, ...]:
    """The codenames of some verbs with some tables."""
    return tuple(f"{verb}_{table}" for verb in verbs.split() for table in tables)


def _for(*roles: Role, may: tuple[str, ...]) -> dict[Role, tuple[str, ...]]:
    return dict.fromkeys(roles, may)


Topic = Mapping[Role, tuple[str, ...]]

ORGANISED = (
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
TAKEN_IN = ("team", "skill", "agent", "certificate", "shifttype", "dutyassignment")
TAKEN_AWAY = (*TAKEN_IN, "attendance")
READ = _may("view", *ORGANISED)
EXPORT = _may("export", *TAKEN_AWAY)

# A supervisor's is of the own teams only, which is a matter of sight: see querysets.
ORGANISATION: Topic = {
    Role.ADMINISTRATOR: (*_may("view add change", *ORGANISED), *EXPORT, *_may("import", *TAKEN_IN)),
    Role.DIRECTOR: (*READ, *EXPORT),
    Role.SUPERVISOR: (
        *READ,
        *EXPORT,
        *_may("add change import", "agent", "dutyassignment"),
        *_may("add change", "attendance"),
    ),
    # Who of the team is on duty and when; not who came late.
    Role.HANDLER: _may("view", "team", "agent", "skill", "shifttype", "dutyassignment", "calendar"),
    Role.TRAINER: (*READ, *_may("add change import export", "skill", "certificate")),
    Role.INSPECTOR: READ,
    Role.AUDITOR: READ,
}

# Not for everybody who reads: who is protected lets one guess why.
WORKING_TIME: Topic = {
    Role.ADMINISTRATOR: _may("view add change", "labourrule", "workrestriction"),
    Role.DIRECTOR: _may("view", "labourrule"),
    Role.SUPERVISOR: (*_may("view", "labourrule"), *_may("view add change", "workrestriction")),
}

PLANNED = ("roster", "wish", "minimumstaffing")
"""Before a roster is published it is seen by those who plan, and by nobody else."""
ROSTERS: Topic = {
    **_for(
        Role.ADMINISTRATOR,
        Role.SUPERVISOR,
        may=(
            *_may("view add change", *PLANNED),
            *_may("delete", "minimumstaffing"),
            *_may("import export", "roster"),
        ),
    ),
    Role.DIRECTOR: (*_may("view", *PLANNED), *_may("export", "roster")),
}

DEMANDED = ("serviceline", "contactvolume", "demandevent")
READ_DEMAND = (*_may("view", *DEMANDED), *_may("export", "serviceline", "contactvolume"))
DEMAND: Topic = {
    **_for(
        Role.ADMINISTRATOR,
        Role.SUPERVISOR,
        may=(
            *READ_DEMAND,
            *_may("import", "contactvolume"),
            *_may("add change", "serviceline", "demandevent"),
        ),
    ),
    Role.DIRECTOR: READ_DEMAND,
}

READ_PEAKS = _may("view", "peakplan", "peaktask")
PREPARE_PEAKS = (*READ_PEAKS, *_may("add change export", "peakplan"))
# A warehouse has its part in the preparation of a peak event, too: the own tasks.
PEAKS: Topic = {
    **_for(Role.ADMINISTRATOR, Role.DIRECTOR, may=(*PREPARE_PEAKS, *_may("approve", "peakplan"))),
    Role.SUPERVISOR: PREPARE_PEAKS,
    **_for(Role.TRAINER, Role.INSPECTOR, Role.AUDITOR, may=READ_PEAKS),
    **_for(Role.HANDLER, Role.FULFILMENT, may=_may("view", "peaktask")),
}

# The teams' day among themselves: nobody's business but theirs and the director's.
DAYS_WORK = ("handover", "housekeepingtask", "housekeepingturn", "meeting", "actionitem")
READ_DAILY = _may("view", *DAYS_WORK)
EXPORT_DAILY = _may("export", "handover", "housekeepingturn", "meeting", "actionitem")
DAILY: Topic = {
    Role.DIRECTOR: (*READ_DAILY, *EXPORT_DAILY),
    Role.SUPERVISOR: (*READ_DAILY, *EXPORT_DAILY, *_may("add change", *DAYS_WORK)),
    Role.HANDLER: (*READ_DAILY, *_may("add", "handover")),
}

ASK = _may("view add", "staffrequest")
"""For whoever is an agent: of his own, and what colleagues offer him; see the queryset."""
DECIDE = (*_may("view add change", "staffrequest"), *_may("view add change", "leaveentitlement"))
REQUESTS: Topic = {
    **_for(Role.ADMINISTRATOR, Role.DIRECTOR, Role.SUPERVISOR, may=DECIDE),
    **_for(Role.HANDLER, Role.TRAINER, Role.INSPECTOR, may=ASK),
}

TOPICS = (ORGANISATION, WORKING_TIME, ROSTERS, DEMAND, PEAKS, DAILY, REQUESTS)

ROLE_PERMISSIONS: Topic = {
    role: tuple(codename for topic in TOPICS for codename in topic.get(role, ())) for role in Role
}
