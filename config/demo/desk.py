"""A morning's work on the desk of the account `handler`, done by the steps themselves."""

from datetime import datetime, timedelta

from complaints import callbacks, handling, intake, ownership
from complaints.choices import CallbackPurpose, Channel, Kind, Severity, WaitingFor
from complaints.identities import CustomerFacts
from complaints.models import Category, Ticket
from config.demo.people import Staff

MINUTE = timedelta(minutes=1)


def fill(staff: Staff, *, at: datetime) -> None:
    """Matters in hand at every stage, a promise, a callback, and a transfer that waits for an answer."""
    handler, colleague = staff.handler, staff.agents["售后一组"][2]
    broken = _matter("damage", "收到的青瓷保温杯碎了两个", "陈晓琳", "13800138001", at=at - 50 * MINUTE)
    ownership.claim(broken, by=handler.user, at=at - 49 * MINUTE)
    handling.reply(
        broken,
        text="您好，非常抱歉，请把外箱和面单拍照给我，我马上为您补发，谢谢。",
        by=handler.user,
        at=at - 47 * MINUTE,
    )
    handling.promise(broken, due_at=at + 45 * MINUTE, by=handler.user, at=at - 46 * MINUTE)

    photos = _matter("quality", "空气炸锅用一周就不加热了", "黄建国", "13900139002", at=at - 180 * MINUTE)
    ownership.claim(photos, by=handler.user, at=at - 178 * MINUTE)
    handling.reply(photos, text="您好，请拍一下机身铭牌，谢谢。", by=handler.user, at=at - 176 * MINUTE)
    handling.wait(
        photos, for_=WaitingFor.CUSTOMER, reason="等客户发照片", by=handler.user, at=at - 175 * MINUTE
    )

    rude = _matter(
        "attitude",
        "昨天的客服让我自己去问快递",
        "赵丽",
        "15000150003",
        severity=Severity.HIGH,
        at=at - 30 * MINUTE,
    )
    ownership.claim(rude, by=colleague.user, at=at - 29 * MINUTE)
    handling.reply(rude, text="您好，我代表同事向您道歉。", by=colleague.user, at=at - 27 * MINUTE)
    ownership.transfer(rude, handler, reason="客户指定由您跟进", by=colleague.user, at=at - 8 * MINUTE)

    late = _matter("refund-delay", "退货一个星期了，钱还没退", "孙浩", "18600186004", at=at - 70 * MINUTE)
    ownership.claim(late, by=handler.user, at=at - 4 * MINUTE)
    callbacks.schedule(
        customer=late.customer,
        ticket=late,
        purpose=CallbackPurpose.ANSWER,
        due_at=at + 90 * MINUTE,
        note="告知退款到账时间",
        by=handler.user,
        at=at - 3 * MINUTE,
    )


def _matter(
    category: str, subject: str, name: str, phone: str, *, at: datetime, severity: Severity = Severity.NORMAL
) -> Ticket:
    draft = intake.Draft(
        channel=Channel.CHAT,
        kind=Kind.COMPLAINT,
        category=Category.objects.get(code=category),
        severity=severity,
        subject=subject,
        description=f"{subject}，请尽快处理。",
        occurred_at=at,
        customer=CustomerFacts(name=name, phone=phone, province="浙江省"),
        shop="青禾旗舰店",
        remedy_sought="退款",
    )
    return intake.receive(draft, by=None, at=at).ticket
