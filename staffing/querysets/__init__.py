"""The vocabulary in which staffing's rows are asked for. `visible_to` alone knows who may see what."""

from staffing.querysets.agent import AgentQuerySet, CertificateQuerySet
from staffing.querysets.demand import (
    ContactVolumeQuerySet,
    DemandEventQuerySet,
    OfLineQuerySet,
    ServiceLineQuerySet,
)
from staffing.querysets.duty import AttendanceQuerySet, DutyQuerySet
from staffing.querysets.handover import HandOverQuerySet
from staffing.querysets.housekeeping import HousekeepingTaskQuerySet, HousekeepingTurnQuerySet
from staffing.querysets.labour import LabourRuleQuerySet, RestrictionQuerySet
from staffing.querysets.meeting import ActionItemQuerySet, MeetingQuerySet
from staffing.querysets.organisation import TeamQuerySet
from staffing.querysets.peak import PeakPlanQuerySet, PeakTaskQuerySet
from staffing.querysets.request import EntitlementQuerySet, RequestQuerySet, StayOfferQuerySet
from staffing.querysets.roster import MinimumStaffingQuerySet, RosterQuerySet, WishQuerySet
from staffing.querysets.roster_run import RosterRunQuerySet

__all__ = [
    "ActionItemQuerySet",
    "AgentQuerySet",
    "AttendanceQuerySet",
    "CertificateQuerySet",
    "ContactVolumeQuerySet",
    "DemandEventQuerySet",
    "DutyQuerySet",
    "EntitlementQuerySet",
    "HandOverQuerySet",
    "HousekeepingTaskQuerySet",
    "HousekeepingTurnQuerySet",
    "LabourRuleQuerySet",
    "MeetingQuerySet",
    "MinimumStaffingQuerySet",
    "OfLineQuerySet",
    "PeakPlanQuerySet",
    "PeakTaskQuerySet",
    "RequestQuerySet",
    "RestrictionQuerySet",
    "RosterQuerySet",
    "RosterRunQuerySet",
    "ServiceLineQuerySet",
    "StayOfferQuerySet",
    "TeamQuerySet",
    "WishQuerySet",
]
