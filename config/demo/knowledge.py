"""What the department answers: a shop's articles, and what readers, authors and customers did with them."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.timezone import localdate

from complaints.choices import Status
from complaints.models import Ticket
from config.demo.people import HOME_TEAM, Staff
from portal.models import User
from staffing.models import Agent
from training.choices import ArticleKind, AskedIn, Audience, UseKind
from training.knowledge import articles, drafting, reviewing, usage, voting
from training.knowledge.content import Content
from training.models import Article, Topic
from training.phrases import loading as phrases
from training.search import missing

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
PUBLISHED_BEFORE = 45 * DAY
"""Long enough that rules of activities are due for review, and nothing else is."""
ARTICLES = Path(__file__).with_name("knowledge_articles.jsonl")
TOPICS = {
    "after-sales": "aftersales-returns",
    "refund": "aftersales-refunds",
    "logistics": "delivery",
    "invoice": "orders-invoices",
    "payment": "orders-payment",
    "coupon": "membership",
    "member": "membership",
    "pre-sale": "presale",
    "complaint": "complaints-intake",
    "account": "systems",
    "product": "presale-products",
    "peak": "presale-campaigns",
    "service-language": "service-wording",
}
"""Category of an article -> the topic in which it stands."""
LIKED = ("refund-time", "return-seven-days", "invoice-electronic", "tracking", "price-protection")
"""What is used most, the most used first."""
USED_FOR = 40
"""Matters, the last ones that were solved."""
SOLVED = (Status.RESOLVED, Status.CLOSED)
ASKED_IN_VAIN = (
    ("可以开港澳的发票吗", "invoice", AskedIn.SEARCH, 6),
    ("儿童手表怎么绑定家长手机", "product", AskedIn.TICKET, 4),
    ("礼品卡能不能转给家人用一部分", "payment", AskedIn.BOT, 3),
    ("酸奶机做出来是稀的", "product", AskedIn.SELF_SERVICE, 2),
    ("送货师傅能带走旧包装吗", "logistics", AskedIn.TICKET, 1),
)
"""Question, its topic, where it was asked, how often."""


def open_knowledge(staff: Staff, *, at: datetime) -> None:
    """Articles, drafts at each stage of review, doubts and praise, uses, and questions without an answer."""
    phrases.load(by=None, at=at)
    begun = at - PUBLISHED_BEFORE
    known = {topic.code: topic for topic in Topic.objects.all()}
    topics = {category: known[code] for category, code in TOPICS.items()}
    for line in ARTICLES.read_text(encoding="utf-8").splitlines():
        _publish(json.loads(line), topics, at=begun)
    _end_activities(at=at)
    _uses(at=at)
    _opinions(staff, at=at)
    _drafts(staff, topics, at=at)
    for question, topic, asked_in, times in ASKED_IN_VAIN:
        for number in range(times):
            missing.note(question, asked_in=asked_in, topic=topics[topic], at=at - (times - number) * DAY)


def _publish(told: dict[str, Any], topics: dict[str, Topic], *, at: datetime) -> None:
    articles.load(
        told["id"],
        title=told["title"],
        body=told["body"],
        topic=topics[told["category"]],
        kind=ArticleKind(told["kind"]),
        audience=Audience(told["audience"]),
        questions=told["questions"],
        keywords=told["keywords"],
        products=told["products"],
        at=at,
    )


def _end_activities(*, at: datetime) -> None:
    """The rules of an activity disappear with it."""
    for number, article in enumerate(Article.objects.filter(kind=ArticleKind.ACTIVITY).order_by("pk")):
        articles.amend(article, valid_until=localdate(at) + (5 + 7 * number) * DAY, by=None, at=at)


def _uses(*, at: datetime) -> None:
    """Inserted into the replies with which matters were solved, by whoever solved them."""
    solved = Ticket.objects.filter(resolved_at__lt=at, handler__isnull=False, status__in=SOLVED)
    tickets = list(solved.select_related("handler__user").order_by("-resolved_at", "-pk")[:USED_FOR])
    for place, code in enumerate(LIKED):
        version = _article(code).current
        for ticket in tickets[: len(tickets) // (place + 1)]:
            if version is not None and ticket.handler and ticket.resolved_at:
                by, on = ticket.handler.user, ticket.resolved_at
                usage.record(version, UseKind.INSERTED, by=by, at=on, reference=ticket.number)


def _opinions(staff: Staff, *, at: datetime) -> None:
    """Many find the most used useful; two say what is wrong."""
    mates = staff.agents[HOME_TEAM]
    for code in LIKED:
        version = _article(code).current
        for agent in mates[1:]:
            if version is not None:
                voting.vote(version, is_useful=True, by=agent.user, at=at - 3 * DAY)
    _doubt("delivery-fee", mates[-1], "生鲜包邮门槛上周已改为 89 元，这里还是 99 元。", at=at - 2 * DAY)
    _doubt("member-points", staff.handler, "积分抵扣比例写的 10%，系统里最多只能抵 5%。", at=at - 5 * HOUR)


def _doubt(code: str, agent: Agent, comment: str, *, at: datetime) -> None:
    version = _article(code).current
    if version is not None:
        voting.flag(version, comment=comment, by=agent.user, at=at)


def _drafts(staff: Staff, topics: dict[str, Topic], *, at: datetime) -> None:
    """One waits for review, one was sent back, one is still being written."""
    handler, mate = staff.handler.user, staff.agents[HOME_TEAM][-1].user
    trainer = User.objects.get(username="trainer")
    waits = drafting.write(
        Content(
            title="送货时带走旧包装",
            body="大件送货入户后，可请师傅当场拆箱并带走外包装，不收费。泡沫与木架如需留存退换货使用，请提前告知。",
        ),
        topic=topics["logistics"],
        audience=Audience.CUSTOMERS,
        by=handler,
        at=at - 6 * HOUR,
    )
    drafting.submit(waits, revision=waits.revision, by=handler, at=at - 5 * HOUR)
    returned = drafting.write(
        Content(title="儿童手表绑定家长手机", body="打开手表设置，扫描二维码后在手机上确认。"),
        topic=topics["product"],
        audience=Audience.CUSTOMERS,
        kind=ArticleKind.PRODUCT,
        by=mate,
        at=at - 3 * DAY,
    )
    returned = drafting.submit(returned, revision=returned.revision, by=mate, at=at - 3 * DAY)
    reviewing.send_back(returned, comment="请补充型号，以及第二位家长怎么加入。", by=trainer, at=at - 2 * DAY)
    drafting.revise(_article("repair-how"), by=handler, at=at - HOUR)


def _article(code: str) -> Article:
    return Article.objects.select_related("current").get(code=code)
