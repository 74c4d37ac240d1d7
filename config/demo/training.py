"""What the department learns: topics, courses, the bank, exams; and how far everybody has got with them."""

import csv
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from config.demo import papers
from config.demo import training_texts as texts
from config.demo.people import Staff
from portal.models import User
from portal.transfers.importers import Record, Result
from staffing.models import Agent, Skill
from training.choices import CourseState, EnrolmentSource, EnrolmentState, ExamState
from training.exams import blueprint
from training.exams.blueprint import Terms
from training.exams.importing import QuestionImporter
from training.models import Course, Enrolment, Exam, ExamPart, Lesson, LessonDone, Topic

DAY = timedelta(days=1)
SHARES = {
    EnrolmentState.COMPLETED: 0.58,
    EnrolmentState.IN_PROGRESS: 0.18,
    EnrolmentState.TO_DO: 0.14,
    EnrolmentState.WAIVED: 0.04,
    EnrolmentState.WITHDRAWN: 0.06,
}
"""How far people have got. Whoever should have completed a course but failed its exam has failed."""
UP_TO_DATE = 0.75
"""Share of people who lag behind in nothing but what has just begun."""
SHARES_UP_TO_DATE = {EnrolmentState.COMPLETED: 0.97, EnrolmentState.WAIVED: 0.02, EnrolmentState.TO_DO: 0.01}
OF_ONESELF = 0.3
"""Share of those who enrolled themselves, where everybody may."""


def open_training(staff: Staff, *, rng: Random, at: datetime) -> None:
    """Everything by the steps where there is one; who has got how far is written in bulk."""
    trainer = User.objects.get(username="trainer")
    topics = _topics()
    courses = _courses(trainer, topics)
    _bank(trainer, at=at)
    exams = _exams(trainer, topics, courses, at=at)
    enrolments = _enrolments(staff, courses, rng=rng, at=at)
    papers.fill(enrolments, exams, marker=trainer, rng=rng, at=at)


def _topics() -> dict[str, Topic]:
    """By path."""
    found: dict[str, Topic] = {}
    for place, (code, name, below) in enumerate(texts.TOPICS):
        found[name] = Topic.objects.create(code=code, name=name, position=place)
        for under, (own_code, own_name) in enumerate(below):
            found[f"{name}/{own_name}"] = Topic.objects.create(
                code=f"{code}-{own_code}", name=own_name, parent=found[name], position=under
            )
    return found


def _courses(trainer: User, topics: dict[str, Topic]) -> dict[str, Course]:
    found: dict[str, Course] = {}
    for facts in json.loads(texts.COURSES.read_text("utf-8")):
        lessons, before = facts.pop("lessons"), facts.pop("prerequisites")
        topic = topics[facts.pop("topic")]
        course = Course.objects.create(owner=trainer, topic=topic, state=CourseState.OPEN, **facts)
        course.prerequisites.set(found[code] for code in before)
        Lesson.objects.bulk_create(
            Lesson(course=course, position=place, **lesson) for place, lesson in enumerate(lessons, 1)
        )
        found[course.code] = course
    return found


def _bank(trainer: User, *, at: datetime) -> None:
    """The file that anybody could import."""
    importer = QuestionImporter()
    with texts.QUESTIONS.open(encoding="utf-8", newline="") as lines:
        table = csv.reader(lines)
        match = importer.detect(next(table))
        for number, cells in enumerate(table, 2):
            values = {field: cells[place] for field, place in match.positions.items()} if match else {}
            if importer.take(Record(number, "template", values), by=trainer, at=at) != Result.CREATED:
                raise ValueError(f"Row {number} is there twice.")


def _exams(
    trainer: User, topics: dict[str, Topic], courses: dict[str, Course], *, at: datetime
) -> list[Exam]:
    skills = {skill.code: skill for skill in Skill.objects.all()}
    found = []
    for text in texts.EXAMS:
        terms = Terms(
            title=text.title,
            course=courses.get(text.course),
            skill=skills.get(text.skill),
            time_limit_minutes=text.time_limit_minutes,
            pass_mark_percent=text.pass_mark_percent,
            max_attempts=text.max_attempts,
            wait_hours=text.wait_hours,
        )
        parts = [
            ExamPart(topic=topics[path], kind=kind, count=number, marks_each=Decimal(marks))
            for path, kind, number, marks in text.parts
        ]
        exam = blueprint.set_up(terms, parts, code=text.code, by=trainer, at=at)
        if not text.is_draft:
            exam = blueprint.open_(exam, by=trainer, at=at)
        found.append(exam)
    return [exam for exam in found if exam.state == ExamState.OPEN]


@dataclass(frozen=True)
class _Chosen:
    """What is made up of somebody and a course."""

    agent: Agent
    course: Course
    state: EnrolmentState
    enrolled_at: datetime
    share_done: float


def _enrolments(staff: Staff, courses: dict[str, Course], *, rng: Random, at: datetime) -> list[Enrolment]:
    """Most are done, some late, a few let off."""
    lagging = {
        agent.pk for members in staff.agents.values() for agent in members if rng.random() > UP_TO_DATE
    } | {staff.handler.pk}
    chosen = [
        _choose(agent, course, lags=agent.pk in lagging, rng=rng, at=at)
        for code, teams in texts.TAUGHT.items()
        for course in [courses[code]]
        for agent in _taught(staff, teams)
    ]
    rows = Enrolment.objects.bulk_create(_row(one, by=staff.root, rng=rng, at=at) for one in chosen)
    lessons: dict[int, list[Lesson]] = {}
    for lesson in Lesson.objects.order_by("course", "position"):
        lessons.setdefault(lesson.course_id, []).append(lesson)
    LessonDone.objects.bulk_create(
        LessonDone(enrolment=row, lesson=lesson, done_at=min(row.started_at + place * timedelta(hours=5), at))
        for one, row in zip(chosen, rows, strict=True)
        if row.started_at
        for place, lesson in enumerate(_gone_through(lessons[one.course.pk], one.share_done))
    )
    return rows


def _taught(staff: Staff, teams: tuple[str, ...]) -> list[Agent]:
    return [
        agent for team, members in staff.agents.items() if not teams or team in teams for agent in members
    ]


def _choose(agent: Agent, course: Course, *, lags: bool, rng: Random, at: datetime) -> _Chosen:
    shares = SHARES if lags else SHARES_UP_TO_DATE
    state = rng.choices(list(shares), list(shares.values()))[0]
    if course.needs_session and lags and state == EnrolmentState.COMPLETED:
        state = EnrolmentState.IN_PROGRESS  # Who was at no session has that before him.
    is_over = state in {EnrolmentState.COMPLETED, EnrolmentState.WITHDRAWN}
    days = rng.randint(30, 100) if is_over else rng.randint(1, 20)
    part = rng.choice((0.34, 0.67, 1.0 if course.needs_session else 0.67))
    share = {EnrolmentState.COMPLETED: 1.0, EnrolmentState.IN_PROGRESS: part}
    enrolled_at = at - days * DAY - timedelta(minutes=rng.randrange(480))
    return _Chosen(agent, course, state, enrolled_at, share.get(state, 0.0))


def _row(one: _Chosen, *, by: User, rng: Random, at: datetime) -> Enrolment:
    course, state = one.course, one.state
    began_at = min(one.enrolled_at + timedelta(hours=rng.randint(2, 40)), at) if one.share_done else None
    settled = {EnrolmentState.WAIVED: texts.WAIVED, EnrolmentState.WITHDRAWN: texts.WITHDRAWN}
    is_signed = state == EnrolmentState.COMPLETED and course.needs_session
    ended_at = began_at + rng.randint(1, 9) * DAY if state == EnrolmentState.COMPLETED and began_at else None
    return Enrolment(
        agent=one.agent,
        course=course,
        source=EnrolmentSource.SELF
        if course.is_open_to_all and rng.random() < OF_ONESELF
        else EnrolmentSource.ASSIGNED,
        state=state,
        enrolled_at=one.enrolled_at,
        due_on=(one.enrolled_at + course.days_to_complete * DAY).date(),
        started_at=began_at,
        ended_at=one.enrolled_at + DAY if state in settled else ended_at,
        ended_by=by if state in settled or is_signed else None,
        reason=texts.SIGNED if is_signed else settled.get(state, ""),
    )


def _gone_through(lessons: list[Lesson], share: float) -> list[Lesson]:
    """The first so many of them, in their order."""
    return lessons[: round(len(lessons) * share)]
