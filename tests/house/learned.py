"""Training and knowledge of the department that the house's tests open: one object of each kind."""

import io
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from portal import clients
from portal.choices import Role, Scope
from staffing.models import Agent
from tests.announcement_factories import AnnouncementFactory, published
from tests.exam_factories import exam_with, sat, sit
from tests.factories import (
    NOW,
    SkillFactory,
    UserFactory,
)
from tests.knowledge_factories import content, written
from tests.need_factories import raised, to_read
from tests.paper_factories import answered, judged
from tests.phrase_factories import ForbiddenPhraseFactory, StandardPhraseFactory
from tests.session_factories import SeatFactory
from tests.training_factories import (
    CourseFactory,
    EnrolmentFactory,
    LessonFactory,
    QuestionFactory,
    TopicFactory,
    exam_of,
)
from training.choices import AskedIn, CourseState, ExamState, QuestionKind
from training.knowledge import drafting, pictures, reviewing, voting
from training.models import BotConversation, IssuedCertificate
from training.search import conversations, missing, synonyms


def fill(department: Any, colleague: Agent) -> None:
    """What is taught, told, examined and known around a person and his colleague."""
    _taught(department, colleague)
    _told(department, colleague)
    _examined(department, colleague)
    _phrases(department)
    _needs(department, colleague)
    _exams(department, colleague)
    _courses(department, colleague)
    _search(department)
    _knowledge(department, colleague)


def _taught(department: Any, colleague: Agent) -> None:
    """A session tomorrow, in which the colleague has a seat."""
    seat = SeatFactory.create(agent=colleague, session__course__title="退换货政策")
    department.add(seat, seat.session, seat.session.room)


def _told(department: Any, colleague: Agent) -> None:
    """What the whole team has to confirm, and a draft."""
    out = published(teams=[colleague.team], questions=[QuestionFactory.create()])
    draft = AnnouncementFactory.create(title="草稿")
    department.add(out, out.readings.get(agent=colleague))
    department.special["training_announcement_publish"] = draft


def _examined(department: Any, colleague: Agent) -> None:
    """A paper of the colleague's to mark, a certificate he has earned, and a paper of one's own that runs."""
    exam = exam_with(QuestionKind.SINGLE, QuestionKind.SHORT, title="热线考试")
    department.add(sat(exam, colleague))
    sat(exam_with(title="大促考试", skill=SkillFactory.create(name="大促专席")), colleague)
    department.add(IssuedCertificate.objects.get())
    department.special["training_examattempt_correct"] = IssuedCertificate.objects.get().attempt
    own = Agent.objects.filter(user=department.person).first()
    if own is not None:
        running = sit(exam, own)
        department.special |= {
            "training_examattempt_paper": running,
            "training_examattempt_answers": running,
        }


def _phrases(department: Any) -> None:
    phrase = StandardPhraseFactory.create(text="{customer}，请您稍等，谢谢。", gloss="")
    department.add(phrase.scene, phrase, ForbiddenPhraseFactory.create())


def _needs(department: Any, colleague: Agent) -> None:
    """What the colleague lacks, and what one is oneself to read."""
    department.add(raised(colleague))
    own = Agent.objects.filter(user=department.person).first()
    if own is not None:
        department.special["training_trainingneed_read"] = to_read(own)


def _exams(department: Any, colleague: Agent) -> None:
    """A question in use and one that is not, an exam that a colleague has sat and one in the making."""
    question = QuestionFactory.create(topic__name="退款时效")
    exam = exam_of(question, title="退款上岗考试")
    answered(judged(exam, agent=colleague, score=2, total=2), question, awarded=2, chose="签收次日")
    department.add(question, exam)
    department.special |= {
        "training_question_restore": QuestionFactory.create(is_active=False),
        "training_exam_open": exam_of(question, title="新考试", state=ExamState.DRAFT),
    }


def _courses(department: Any, colleague: Agent) -> None:
    """A course that the colleague has to do and the person, too; one that is not open yet, with a file."""
    enrolment = EnrolmentFactory.create(agent=colleague)
    lesson = LessonFactory.create(course=enrolment.course, file_name="课件.pdf", file_type="application/pdf")
    lesson.file.save("lesson", ContentFile(b"%PDF-1.4"))
    enrolment.evidence.save("evidence", ContentFile(b"%PDF-1.4"))
    department.add(enrolment, enrolment.course, enrolment.course.topic)
    department.special |= {
        "training_course_lesson_file": lesson,
        "training_course_open_course": CourseFactory.create(state=CourseState.DRAFT),
    }
    own = Agent.objects.filter(user=department.person).first()
    if own is not None:
        mine = EnrolmentFactory.create(agent=own, course=enrolment.course)
        department.special["training_enrolment_learn"] = mine


def _search(department: Any) -> None:
    bot = clients.create("机器人", [Scope.KNOWLEDGE_READ], by=None, at=NOW)[0].user
    conversations.ask("转人工", client=bot, conversation="一号对话", at=NOW)
    department.add(
        synonyms.propose(["星耀卡", "黑金本"], by=None, at=NOW),
        missing.note("积分怎么转赠", asked_in=AskedIn.BOT, at=NOW),
        BotConversation.objects.get(),
    )


def _knowledge(department: Any, colleague: Agent) -> None:
    """An article that the colleague has written, with a picture; somebody says that something is wrong."""
    approver = UserFactory.create(name="审核人", roles=[Role.TRAINER])
    draft = written(colleague.user, TopicFactory.create(name="退换货"))
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    file.seek(0)
    image = pictures.add(draft.article, file, name="图", by=colleague.user, at=NOW)
    text = content(body=f"按图操作。\n\n{pictures.mark_for(image)}")
    draft = drafting.save(draft, text, revision=draft.revision, by=colleague.user, at=NOW)
    draft = drafting.submit(draft, revision=draft.revision, by=colleague.user, at=NOW)
    article = reviewing.approve(draft, revision=draft.revision, by=approver, at=NOW)
    raised = voting.flag(draft, comment="天数不对", by=colleague.user, at=NOW)
    department.add(article, draft, raised)
    department.special["training_article_image"] = image
