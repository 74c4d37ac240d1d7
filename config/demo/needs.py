"""What people lack, in every state: just raised, being learned, learned and measured, not needed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice, zip_longest

from config.demo.people import Staff
from portal.models import User
from staffing.models import Agent
from training.choices import CourseState, NeedSource
from training.courses import editing, marking, offering
from training.models import Article, Course, Topic, TrainingNeed
from training.needs import effects, planning, raising, settling

DAY = timedelta(days=1)
LEARNED_BEFORE = 70 * DAY
"""So long ago were the first needs met that their effect can be measured."""
COURSES = {
    "aftersales-refunds": (
        "refund-times",
        "退款时效与原路退回",
        "先说期限，再说去向：余额即时，信用卡三到七个工作日。",
    ),
    "service-wording": ("calm-words", "安抚与婉拒的服务用语", "先致歉，再复述，最后给出时间承诺。"),
    "delivery": ("urge-parcels", "催仓与催件", "超承诺未发的催仓，停滞的催件，附运单号与要求。"),
}
"""Topic -> a course of it: code, title and the text of its lesson."""


def open_needs(staff: Staff, *, at: datetime) -> None:
    """After the articles, among whose topics they lie."""
    trainer, inspector = (User.objects.get(username=name) for name in ("trainer", "inspector"))
    courses = {topic: _course(topic, trainer, at=at - LEARNED_BEFORE) for topic in COURSES}
    people = _learners(staff)
    for nth, agent in enumerate(islice(people, 6)):
        _learned(agent, courses["service-wording"], trainer, inspector, at=at - LEARNED_BEFORE + nth * DAY)
    _open(people, trainer, inspector, at=at)
    _of_the_handler(staff, courses, trainer, inspector, at=at)
    settling.settle(at)
    effects.measure_due(at)


def _course(topic: str, trainer: User, *, at: datetime) -> Course:
    """An open course of the topic; where there is none, a short one."""
    found = Course.objects.open().filter(topic__code=topic).order_by("pk").first()
    if found is not None:
        return found
    code, title, text = COURSES[topic]
    row = Topic.objects.get(code=topic)
    editing.define(code, title=title, topic=row, owner=trainer, minutes=30, by=trainer, at=at)
    course = Course.objects.get(code=code)
    editing.define_lesson(course, title, text=text, by=trainer, at=at)
    if course.state == CourseState.DRAFT:
        offering.open_course(course, by=trainer, at=at)
    course.refresh_from_db()
    return course


def _learners(staff: Staff) -> Iterator[Agent]:
    """Members of all teams in turn, but for leaders and the handler."""
    for members in zip_longest(*(agents[1:] for agents in staff.agents.values())):
        yield from (agent for agent in members if agent is not None and agent != staff.handler)


def _learned(agent: Agent, course: Course, trainer: User, inspector: User, *, at: datetime) -> None:
    """A course completed five days after it was assigned."""
    need = _raise(agent, course.topic, "顾客激动时反问对方，没有先致歉", by=inspector, at=at - 4 * DAY)
    planning.assign_course(need, course, measure=_measure(), by=trainer, at=at)
    marking.complete(agent, course, reason="现场演练合格", by=trainer, at=at + 5 * DAY)
    settling.settle(at + 5 * DAY)


def _open(people: Iterator[Agent], trainer: User, inspector: User, *, at: datetime) -> None:
    """Several lack the same; of one it was said again; one need was none."""
    refund, invoice = (Topic.objects.get(code=code) for code in ("aftersales-refunds", "orders-invoices"))
    lacking = list(islice(people, 5))
    for nth, agent in enumerate(lacking):
        told = "把退款到账时间说成“马上到”，没有说明三到七个工作日"
        _raise(agent, refund, told, by=inspector, at=at - (nth + 2) * DAY)
    again = "投诉里再次承诺“当天到账”"
    for agent in lacking[:1]:
        _raise(agent, refund, again, by=None, source=NeedSource.COMPLAINT, at=at - DAY)
    for agent in islice(people, 1):
        none = _raise(agent, invoice, "开票金额解释错误", by=inspector, at=at - 8 * DAY)
        planning.dismiss(none, reason="当时开票系统显示有误，本人解释无误", by=trainer, at=at - 6 * DAY)


def _of_the_handler(
    staff: Staff, courses: dict[str, Course], trainer: User, inspector: User, *, at: datetime
) -> None:
    """On the handler's own page: a course, an article, something that is being looked for, one learned."""
    handler, topics = staff.handler, {topic.code: topic for topic in Topic.objects.all()}
    course = _raise(
        handler, topics["delivery"], "不清楚什么时候催仓、什么时候催件", by=inspector, at=at - 9 * DAY
    )
    planning.assign_course(course, courses["delivery"], measure=_measure(), by=trainer, at=at - 4 * DAY)
    article = _raise(
        handler, topics["orders-invoices"], "换开发票的期限说成了 30 天", by=inspector, at=at - 6 * DAY
    )
    title = Article.objects.get(code="invoice-title")
    planning.assign_article(article, title, measure=_measure(), by=trainer, at=at - 2 * DAY)
    _raise(
        handler,
        topics["aftersales-refunds"],
        "满减订单部分退款的金额算错",
        by=staff.supervisor.user,
        at=at - DAY,
    )
    read = _raise(
        handler, topics["complaints-intake"], "没有说明投诉处理时限", by=inspector, at=at - 20 * DAY
    )
    rule = Article.objects.get(code="complaint-channel")
    read = planning.assign_article(read, rule, by=trainer, at=at - 18 * DAY)
    settling.confirm_read(read, by=handler.user, at=at - 17 * DAY)


def _raise(
    agent: Agent,
    topic: Topic,
    text: str,
    *,
    by: User | None,
    at: datetime,
    source: NeedSource = NeedSource.INSPECTION,
) -> TrainingNeed:
    return raising.raise_need(agent, topic, text=text, source=source, by=by, at=at)


def _measure() -> str:
    """The usual figure."""
    return next((key for key, _label in effects.choices()), "")
