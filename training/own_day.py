"""What training asks of one agent, for the desk: announcements, courses, exams, sessions, needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from staffing.models import Agent
from training.announcements import figures as announcements
from training.courses import own as courses
from training.exams import own as exams
from training.models import AnnouncementReading, SessionBooking, TrainingNeed
from training.needs import figures as needs
from training.sessions import figures as sessions


@dataclass(frozen=True, kw_only=True)
class OwnTraining:
    announcements: Sequence[AnnouncementReading]
    courses: courses.Own
    exams: exams.OwnExams
    sessions: Sequence[SessionBooking]
    to_read: Sequence[TrainingNeed]

    @property
    def has_work(self) -> bool:
        """Whether there is anything to learn, sit, read or come to; announcements have their own card."""
        return bool(not self.courses.is_empty or not self.exams.is_empty or self.sessions or self.to_read)


def read(agent: Agent, *, at: datetime) -> OwnTraining:
    """Six queries. `agent` comes with user, team and department."""
    return OwnTraining(
        announcements=announcements.own(agent),
        courses=courses.read(agent, at=at),
        exams=exams.read(agent, at=at),
        sessions=sessions.own(agent, at),
        to_read=needs.to_read(agent),
    )
