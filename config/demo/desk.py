"""A morning's work on the desk of the account `handler`, done by the steps themselves."""

from datetime import datetime, timedelta

from complaints import callbacks, closing, handling, intake, ownership, surveys
from complaints.choices import (
    AttemptResult,
    CallbackPurpose,
    Channel,
    Responsible,
    Severity,
    WaitingFor,
)
from complaints.identities import CustomerFacts
from complaints.models import Category, Ticket
from config.demo.people import Staff
from staffing.models import Agent

MINUTE = timedelta(minutes=1)


def fill(staff: Staff, *, at: datetime) -> None:
    """Matters in hand at every stage, a promise, a callback, and a transfer that waits for an answer."""
    handler = staff.handler
    _promised(handler, at=at)
    _waits_for_photos(handler, at=at)
    _offered(handler, staff.agents["售后一组"][2], at=at)
    _waits_for_the_warehouse(handler, at=at)
    bring("exposure", "微博用户发帖吐槽双11发货慢", "网友", "18600186006", at=at - 3 * MINUTE)
    given = bring("damage", "外包装湿透，里面全坏了", "何刚", "13800138007", at=at - 12 * MINUTE)
    ownership.assign(given, handler, by=staff.supervisor.user, at=at, reason="请优先处理")
    _solved(handler, at=at)
    _unhappy(handler, at=at)
    _withdrawn(handler, at=at)
    _owes_a_call(handler, at=at)


def _promised(handler: Agent, *, at: datetime) -> None:
    matter = bring("damage", "收到的青瓷保温杯碎了两个", "陈晓琳", "13800138001", at=at - 50 * MINUTE)
    ownership.claim(matter, by=handler.user, at=at - 49 * MINUTE)
    text = "您好，非常抱歉，请把外箱和面单拍照给我，我马上为您补发，谢谢。"
    handling.reply(matter, text=text, by=handler.user, at=at - 47 * MINUTE)
    handling.promise(matter, due_at=at + 45 * MINUTE, by=handler.user, at=at - 46 * MINUTE)


def _waits_for_photos(handler: Agent, *, at: datetime) -> None:
    matter = bring("quality", "空气炸锅用一周就不加热了", "黄建国", "13900139002", at=at - 180 * MINUTE)
    ownership.claim(matter, by=handler.user, at=at - 178 * MINUTE)
    handling.reply(matter, text="您好，请拍一下机身铭牌，谢谢。", by=handler.user, at=at - 176 * MINUTE)
    handling.wait(
        matter, for_=WaitingFor.CUSTOMER, reason="等客户发照片", by=handler.user, at=at - 175 * MINUTE
    )


def _offered(handler: Agent, colleague: Agent, *, at: datetime) -> None:
    """A colleague wants to pass it on and waits for the handler's answer."""
    matter = bring(
        "attitude",
        "昨天的客服让我自己去问快递",
        "赵丽",
        "15000150003",
        severity=Severity.HIGH,
        at=at - 30 * MINUTE,
    )
    ownership.claim(matter, by=colleague.user, at=at - 29 * MINUTE)
    handling.reply(matter, text="您好，我代表同事向您道歉。", by=colleague.user, at=at - 27 * MINUTE)
    ownership.transfer(matter, handler, reason="客户指定由您跟进", by=colleague.user, at=at - 8 * MINUTE)


def _waits_for_the_warehouse(handler: Agent, *, at: datetime) -> None:
    matter = bring("urge", "说好48小时发货，怎么还没动静", "郭婷", "17700177005", at=at - 95 * MINUTE)
    ownership.claim(matter, by=handler.user, at=at - 94 * MINUTE)
    text = "您好，请稍等，我马上催仓库安排，谢谢。"
    handling.reply(matter, text=text, by=handler.user, at=at - 93 * MINUTE)
    handling.wait(
        matter,
        for_=WaitingFor.THIRD_PARTY,
        reason="等仓库查库存",
        until=at + 120 * MINUTE,
        by=handler.user,
        at=at - 90 * MINUTE,
    )


def _owes_a_call(handler: Agent, *, at: datetime) -> None:
    matter = bring("refund-delay", "退货一个星期了，钱还没退", "孙浩", "18600186004", at=at - 70 * MINUTE)
    ownership.claim(matter, by=handler.user, at=at - 4 * MINUTE)
    callbacks.schedule(
        customer=matter.customer,
        ticket=matter,
        purpose=CallbackPurpose.ANSWER,
        due_at=at + 90 * MINUTE,
        note="告知退款到账时间",
        by=handler.user,
        at=at - 3 * MINUTE,
    )


def _solved(handler: Agent, *, at: datetime) -> None:
    """A complaint that is solved, and now owes its callback; but the customer writes again."""
    matter = bring("mismatch", "页面写送收纳袋，实际没有", "谢宁", "13800138009", at=at - 240 * MINUTE)
    _solve(matter, handler, at=at - 90 * MINUTE)
    handling.hear(matter, text="退款收到了，可是运费没退，麻烦看一下", at=at - 6 * MINUTE)


def _withdrawn(handler: Agent, *, at: datetime) -> None:
    matter = bring("cancel", "拍错颜色了，想取消重拍", "许欣", "13800138010", at=at - 60 * MINUTE)
    ownership.claim(matter, by=handler.user, at=at - 59 * MINUTE)
    closing.cancel(matter, reason="客户撤回", by=handler.user, at=at - 55 * MINUTE)


def _solve(matter: Ticket, handler: Agent, *, at: datetime) -> None:
    ownership.claim(matter, by=handler.user, at=at - 99 * MINUTE)
    handling.reply(
        matter, text="您好，非常抱歉，今天内给您答复，谢谢。", by=handler.user, at=at - 97 * MINUTE
    )
    closing.resolve(
        matter,
        outcome="已退货退款",
        cause="详情页描述有误",
        responsible=Responsible.GOODS,
        by=handler.user,
        at=at,
    )


def _unhappy(handler: Agent, *, at: datetime) -> None:
    """A matter that was solved, closed and asked about: the customer gave one point of five."""
    matter = bring("mismatch", "说是纯棉，成分表写的化纤", "梁静", "13900139008", at=at - 300 * MINUTE)
    _solve(matter, handler, at=at - 200 * MINUTE)
    callbacks.log_attempt(
        matter.callbacks.get(),
        result=AttemptResult.REACHED,
        is_satisfied=True,
        by=handler.user,
        at=at - 190 * MINUTE,
    )
    closing.close(matter, by=handler.user, at=at - 185 * MINUTE)
    surveys.answer(matter.surveys.get(), surveys.Answer(score=1, comment="退款金额不对"), at=at - 20 * MINUTE)


def bring(
    category: str,
    subject: str,
    name: str,
    phone: str,
    *,
    at: datetime,
    severity: Severity = Severity.NORMAL,
    channel: Channel = Channel.CHAT,
) -> Ticket:
    """One that a customer has just brought."""
    about = Category.objects.get(code=category)
    draft = intake.Draft(
        channel=channel,
        kind=about.kind,
        category=about,
        severity=severity,
        subject=subject,
        description=f"{subject}，请尽快处理。",
        occurred_at=at,
        customer=CustomerFacts(name=name, phone=phone, province="浙江省"),
        shop="青禾旗舰店",
        remedy_sought="退款",
    )
    return intake.receive(draft, by=None, at=at).ticket
