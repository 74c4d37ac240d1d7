"""What the complaints' tables give to each role (see portal.roles). `visible_to` narrows the rows further."""

from collections.abc import Mapping

from portal.choices import Role

READ = (
    "view_ticket",
    "view_ticketevent",
    "view_message",
    "view_ownershipentry",
    "view_clock",
    "view_promise",
    "view_customer",
    "view_callback",
    "view_callbackattempt",
    "view_surveyinvitation",
    "view_surveyanswer",
    "view_category",
)
HANDLE = (*READ, "add_ticket", "change_ticket", "add_callback", "change_callback")

ROLE_PERMISSIONS: Mapping[Role, tuple[str, ...]] = {
    # By which rules tickets run, never the tickets themselves.
    Role.ADMINISTRATOR: (
        "view_category",
        "add_category",
        "change_category",
        "view_servicepolicy",
        "add_servicepolicy",
        "view_servicetarget",
        "add_servicetarget",
    ),
    # Sees everything and decides little: what is escalated to him he takes over.
    Role.DIRECTOR: (*READ, "override_ticket", "export_ticket", "view_servicepolicy", "view_servicetarget"),
    Role.SUPERVISOR: (
        *HANDLE,
        "assign_ticket",
        "override_ticket",
        "import_ticket",
        "export_ticket",
        "change_customer",
        "add_category",
        "change_category",
        "view_servicepolicy",
        "add_servicepolicy",
        "view_servicetarget",
        "add_servicetarget",
    ),
    Role.HANDLER: HANDLE,
    Role.INSPECTOR: READ,
    # The log of what was done, not what customers said.
    Role.AUDITOR: ("view_ticketevent", "view_ownershipentry"),
}
