"""What the handler's team does among itself: hand-overs of shifts."""

from datetime import datetime, timedelta

from config.demo.people import HOME_TEAM, Staff
from staffing import handover

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def fill(staff: Staff, *, at: datetime) -> None:
    _hand_overs(staff, at=at)


def _hand_overs(staff: Staff, *, at: datetime) -> None:
    """One that was acknowledged this morning, and one that waits for the team."""
    mates = staff.agents[HOME_TEAM][2:]
    if len(mates) > 1:
        early = mates[1]
        made = handover.write(
            early, by=early.user, at=at - 9 * HOUR, note="夜间无异常，空气炸锅换货的件已出库。"
        )
        handover.acknowledge(made, by=staff.supervisor.user, at=at - 8 * HOUR)
    leaving = mates[0]
    lines = handover.open_lines(leaving, handover.shift_left(leaving, at), at=at)
    handover.write(
        leaving,
        by=leaving.user,
        at=at - 25 * MINUTE,
        note="两单客户情绪较急，请优先看；快递理赔材料在共享盘“今日”文件夹。",
        remarks={line.name: "已电话安抚，等仓库回复" for line in lines[:1]},
    )
