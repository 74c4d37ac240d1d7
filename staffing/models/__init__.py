from staffing.models.agent import Agent, Certificate
from staffing.models.calendar import Calendar, CalendarBlackout, CalendarDay, CalendarEdition, CalendarYear
from staffing.models.demand import ContactVolume, DemandEvent, Forecast, RequiredStaff, ServiceLine
from staffing.models.duty import Attendance, DutyAssignment, ShiftType
from staffing.models.feed import DutyFeed
from staffing.models.handover import HandOver, HandOverLine
from staffing.models.housekeeping import HousekeepingTask, HousekeepingTurn
from staffing.models.labour import LabourRule, WorkRestriction
from staffing.models.meeting import ActionItem, Meeting, MeetingAttendee
from staffing.models.organisation import Department, Position, Skill, Team
from staffing.models.peak import PeakContingency, PeakNeed, PeakPhase, PeakPlan, PeakReview, PeakTask
from staffing.models.request import LeaveEntitlement, RequestShift, StaffRequest, StayOffer
from staffing.models.roster import (
    MinimumStaffing,
    Roster,
    RosterEdit,
    RosterPin,
    RosterVersion,
    RuleException,
    Wish,
)
from staffing.models.roster_run import RosterProposal, RosterRun

__all__ = [
    "ActionItem",
    "Agent",
    "Attendance",
    "Calendar",
    "CalendarBlackout",
    "CalendarDay",
    "CalendarEdition",
    "CalendarYear",
    "Certificate",
    "ContactVolume",
    "DemandEvent",
    "Department",
    "DutyAssignment",
    "DutyFeed",
    "Forecast",
    "HandOver",
    "HandOverLine",
    "HousekeepingTask",
    "HousekeepingTurn",
    "LabourRule",
    "LeaveEntitlement",
    "Meeting",
    "MeetingAttendee",
    "MinimumStaffing",
    "PeakContingency",
    "PeakNeed",
    "PeakPhase",
    "PeakPlan",
    "PeakReview",
    "PeakTask",
    "Position",
    "RequestShift",
    "RequiredStaff",
    "Roster",
    "RosterEdit",
    "RosterPin",
    "RosterProposal",
    "RosterRun",
    "RosterVersion",
    "RuleException",
    "ServiceLine",
    "ShiftType",
    "Skill",
    "StaffRequest",
    "StayOffer",
    "Team",
    "Wish",
    "WorkRestriction",
]
