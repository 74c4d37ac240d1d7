"""What exams ask of one agent, for the desk; and all that the page "My exams" shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from staffing.models import Agent, Certificate
from training import policy
from training.choices import AttemptState, Standing
from training.exams import admission, certification
from training.exams.admission import Admission
from training.models import Enrolment, Exam, ExamAttempt

RESULTS_AT_MOST = 50


@dataclass(frozen=True, kw_only=True)
class ExamToSit:
    exam_id: int
    title: str
    is_running: bool


@dataclass(frozen=True, kw_only=True)
class CertificateEnding:
    skill: str
    valid_until: date
    days_left: int
    is_renewable: bool


@dataclass(frozen=True, kw_only=True)
class OwnExams:
    to_sit: tuple[ExamToSit, ...]
    ending: tuple[CertificateEnding, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.to_sit or self.ending)


def read(agent: Agent, *, at: datetime) -> OwnExams:
    """Two queries. `agent` comes with team and department."""
    return OwnExams(to_sit=tuple(_to_sit(agent)), ending=tuple(_ending(agent, agent.local_date(at))))


def _to_sit(agent: Agent) -> list[ExamToSit]:
    """Begun and not handed in, or of a course that the agent has to do and not passed within it."""
    own = ExamAttempt.objects.filter(exam=OuterRef("pk"), agent=agent)
    passed = own.filter(
        state=AttemptState.PASSED, enrolment__in=Enrolment.objects.unfinished().filter(agent=agent)
    )
    to_do = Enrolment.objects.unfinished().filter(agent=agent, course=OuterRef("course"))
    exams = Exam.objects.annotate(is_running=Exists(own.running()), is_to_do=Exists(to_do))
    waiting = Q(is_to_do=True) & ~Exists(passed) & ~Exists(own.to_mark()) & Q(pk__in=Exam.objects.open())
    rows: Any = exams.filter(Q(is_running=True) | waiting).order_by("-is_running", "code")
    return [ExamToSit(exam_id=row.pk, title=row.title, is_running=row.is_running) for row in rows]


def _ending(agent: Agent, today: date) -> list[CertificateEnding]:
    rows: Any = (
        Certificate.objects.valid(today)
        .unrenewed()
        .filter(agent=agent, valid_until__lte=today + policy.RENEWAL_WINDOW)
        .annotate(is_renewable=Exists(Exam.objects.open().filter(skill=OuterRef("skill"))))
        .select_related("skill")
        .order_by("valid_until", "pk")
    )
    return [
        CertificateEnding(
            skill=row.skill.name,
            valid_until=row.valid_until,
            days_left=(row.valid_until - today).days,
            is_renewable=row.is_renewable,
        )
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class Held:
    """A certificate, and the document of it if an exam gave it."""

    certificate: Certificate
    standing: Standing
    issued_id: int | None
    number: str


@dataclass(frozen=True, kw_only=True)
class Mine:
    running: Sequence[Admission]
    ready: Sequence[Admission]
    barred: Sequence[Admission]
    results: Sequence[ExamAttempt]
    certificates: Sequence[Held]


def mine(agent: Agent, *, at: datetime) -> Mine:
    """A constant number of queries, however many exams there are."""
    to_do = Enrolment.objects.unfinished().filter(agent=agent).values("course")
    tried = ExamAttempt.objects.unjudged().filter(agent=agent).values("exam")
    offered = Q(course=None) | Q(course__in=to_do)
    exams = Exam.objects.filter(Q(pk__in=Exam.objects.open().filter(offered)) | Q(pk__in=tried))
    found = admission.of(agent, list(exams.select_related("course", "skill")), at=at)
    attempts = ExamAttempt.objects.filter(agent=agent).exclude(state=AttemptState.RUNNING)
    return Mine(
        running=[each for each in found if each.running],
        ready=[each for each in found if each.may_begin],
        barred=[each for each in found if not each.may_begin and not each.running],
        results=list(attempts.select_related("exam")[:RESULTS_AT_MOST]),
        certificates=_held(agent, agent.local_date(at)),
    )


def _held(agent: Agent, today: date) -> list[Held]:
    rows: Any = Certificate.objects.with_renewed().filter(agent=agent).select_related("skill", "issued")
    return [
        Held(
            certificate=row,
            standing=certification.standing(row, today, is_renewed=row.is_renewed),
            issued_id=issued.pk if issued else None,
            number=issued.number if issued else "",
        )
        for row in rows.order_by("-valid_until", "-pk")
        for issued in [getattr(row, "issued", None)]
    ]
