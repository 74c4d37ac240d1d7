from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is in the department; each is a group of permissions (see portal.roles)."""

    ADMINISTRATOR = "administrator", _("Administrator")
    DIRECTOR = "director", _("Director")
    SUPERVISOR = "supervisor", _("Supervisor")
    HANDLER = "handler", _("Handler")
    TRAINER = "trainer", _("Trainer")
    INSPECTOR = "inspector", _("QA inspector")
    AUDITOR = "auditor", _("Auditor")
    FULFILMENT = "fulfilment", _("Fulfilment contact")


class Scope(models.TextChoices):
    """What a connected system may do with its token. The names are fixed by the API's contract."""

    TICKETS_READ = "tickets:read", _("Read tickets")
    TICKETS_WRITE = "tickets:write", _("Raise and handle tickets")
    CALLBACKS_WRITE = "callbacks:write", _("Log callbacks")
    STATS_WRITE = "stats:write", _("Report channel figures")
    KNOWLEDGE_READ = "knowledge:read", _("Read articles")
    KNOWLEDGE_WRITE = "knowledge:write", _("Write articles")
    STAFFING_READ = "staffing:read", _("Read duty and rosters")
    APPRAISAL_READ = "appraisal:read", _("Read scorecards")
    WEBHOOKS_MANAGE = "webhooks:manage", _("Manage web hooks")


class MessageChannel(models.TextChoices):
    PORTAL = "portal", _("In the portal")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")


class DeliveryState(models.TextChoices):
    PENDING = "pending", _("Waiting")
    SENT = "sent", _("Sent")
    GIVEN_UP = "given_up", _("Given up")


class RevealReason(models.TextChoices):
    """Why somebody has personal data shown to him."""

    CONTACT = "contact", _("To contact the person")
    VERIFY = "verify", _("To make sure who it is")
    CORRECT = "correct", _("To correct the record")
    HAND_ON = "hand_on", _("To pass it on to whoever carries out the order")
    REQUEST = "request", _("The person asked for it")
    OTHER = "other", _("Another reason")


class AuditAction(models.TextChoices):
    """What the audit log tells of. Acts on a ticket stand in the ticket's own ledger, not here."""

    ADD = "add", _("Added")
    CHANGE = "change", _("Changed")
    DELETE = "delete", _("Deleted")
    GRANT_ROLE = "grant_role", _("Role granted")
    REVOKE_ROLE = "revoke_role", _("Role revoked")
    SET_PASSWORD = "set_password", _("Password set")
    SIGN_IN = "sign_in", _("Logged in")
    SIGN_IN_FAILED = "sign_in_failed", _("Login failed")
    CONNECT = "connect", _("System connected")
    DISCONNECT = "disconnect", _("System disconnected")
    REVEAL = "reveal", _("Personal data shown")
    LOOK_UP = "look_up", _("Looked people up too often")
    IMPORT = "import", _("Imported")
    EXPORT = "export", _("Exported")
    RETRY = "retry", _("Sending tried again")
    RUN = "run", _("Started by hand")


class TransferStatus(models.TextChoices):
    UPLOADED = "uploaded", _("Uploaded")
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Ready to import")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    DONE_WITH_ERRORS = "done_with_errors", _("Done with errors")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
