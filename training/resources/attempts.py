"""The columns in which exam attempts are taken away."""

from django.utils.translation import gettext_lazy as _

from portal.resources import Column, TableResource


class ExamAttemptResource(TableResource):
    staff_no = Column("agent__staff_no", _("Staff number"))
    name = Column("agent__user__name", _("Name"))
    team = Column("agent__team__name", _("Team"))
    exam = Column("exam__title", _("Exam"))
    cycle = Column("cycle", _("Cycle"))
    number = Column("number", _("Attempt"))
    state = Column("get_state_display", _("State"))
    score = Column("score", _("Score"))
    total = Column("total", _("Marks in all"))
    pass_mark_percent = Column("pass_mark_percent", _("Pass mark in per cent"))
    started_at = Column("started_at", _("Begun at"))
    handed_in_at = Column("handed_in_at", _("Handed in at"))
    judged_at = Column("judged_at", _("Judged at"))
    reason = Column("reason", _("Reason"))
