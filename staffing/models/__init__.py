from staffing.models.agent import Agent, Certificate
from staffing.models.calendar import Calendar, CalendarBlackout, CalendarDay, CalendarEdition, CalendarYear
from staffing.models.duty import Attendance, DutyAssignment, ShiftType
from staffing.models.handover import HandOver, HandOverLine
from staffing.models.housekeeping import HousekeepingTask, HousekeepingTurn
from staffing.models.meeting import ActionItem, Meeting, MeetingAttendee
from staffing.models.organisation import Department, Position, Skill, Team

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
    "Department",
    "DutyAssignment",
    "HandOver",
    "HandOverLine",
    "HousekeepingTask",
    "HousekeepingTurn",
    "Meeting",
    "MeetingAttendee",
    "Position",
    "ShiftType",
    "Skill",
    "Team",
]
