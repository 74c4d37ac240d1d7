"""The columns in which announcements, and who has confirmed them, are taken away."""

from django.utils.translation import gettext_lazy as _

from portal.resources import Column, TableResource


class AnnouncementResource(TableResource):
    title = Column("title", _("Title"))
    state = Column("get_state_display", _("State"))
    version = Column("version", _("Version"))
    author = Column("author__name", _("Author"))
    published_at = Column("published_at", _("Published at"))
    due_on = Column("due_on", _("To be confirmed by"))
    asked = Column("asked", _("Readers"))
    confirmed = Column("confirmed", _("Confirmed"))
    reason = Column("reason", _("Reason"))


class ReadingResource(TableResource):
    title = Column("announcement__title", _("Announcement"))
    version = Column("version", _("Version"))
    staff_no = Column("agent__staff_no", _("Staff number"))
    name = Column("agent__user__name", _("Name"))
    team = Column("agent__team__name", _("Team"))
    due_on = Column("due_on", _("To be confirmed by"))
    opened_at = Column("opened_at", _("Opened at"))
    quiz_tries = Column("quiz_tries", _("Tries at the quiz"))
    confirmed_at = Column("confirmed_at", _("Confirmed at"))
    reminded_on = Column("reminded_on", _("Reminded on"))
