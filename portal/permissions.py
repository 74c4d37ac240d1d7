"""What the portal's own tables give to each role (see portal.roles)."""

from collections.abc import Mapping

from portal.choices import Role

ROLE_PERMISSIONS: Mapping[Role, tuple[str, ...]] = {
    Role.ADMINISTRATOR: (
        "view_user",
        "add_user",
        "change_user",
        "view_apiclient",
        "add_apiclient",
        "change_apiclient",
        "view_outboxmessage",
        "retry_outboxmessage",
        "view_notice",
    ),
    Role.DIRECTOR: ("view_user", "view_notice"),
    Role.SUPERVISOR: ("view_notice",),
    Role.HANDLER: ("view_notice",),
    Role.TRAINER: ("view_notice",),
    Role.INSPECTOR: ("view_notice",),
    Role.AUDITOR: ("view_auditentry", "view_notice"),
    Role.FULFILMENT: ("view_notice",),
}
