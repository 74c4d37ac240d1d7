"""The vocabulary in which staffing's rows are asked for. `visible_to` alone knows who may see what."""

from staffing.querysets.agent import AgentQuerySet, CertificateQuerySet
from staffing.querysets.duty import AttendanceQuerySet, DutyQuerySet
from staffing.querysets.handover import HandOverQuerySet
from staffing.querysets.housekeeping import HousekeepingTaskQuerySet, HousekeepingTurnQuerySet
from staffing.querysets.meeting import ActionItemQuerySet, MeetingQuerySet
from staffing.querysets.organisation import TeamQuerySet

__all__ = [
    "ActionItemQuerySet",
    "AgentQuerySet",
    "AttendanceQuerySet",
    "CertificateQuerySet",
    "DutyQuerySet",
    "HandOverQuerySet",
    "HousekeepingTaskQuerySet",
    "HousekeepingTurnQuerySet",
    "MeetingQuerySet",
    "TeamQuerySet",
]
