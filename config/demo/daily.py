"""What the teams do among themselves: hand-overs of shifts, housekeeping."""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from config.demo.people import HOME_TEAM, Staff
from staffing import handover, housekeeping
from staffing.models import HousekeepingTask, HousekeepingTurn, Team

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

WORKDAYS, EVERY_DAY = [0, 1, 2, 3, 4], list(range(7))
HOME_TASKS = {
    "整理会议桌与白板": WORKDAYS,
    "检查耳麦与充电座": [0, 3],
    "下班前关窗断电": EVERY_DAY,
}
"""Task of the handler's team: the days on which it falls."""
TASK_OF_OTHERS = "茶水间整理"


def fill(staff: Staff, *, at: datetime) -> None:
    _hand_overs(staff, at=at)
    _housekeeping(at=at)


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


def _housekeeping(*, at: datetime) -> None:
    """Planned since a week ago; what lies behind was done, but for the last turn."""
    for team in Team.objects.select_related("department"):
        tasks = HOME_TASKS if team.name == HOME_TEAM else {TASK_OF_OTHERS: WORKDAYS}
        for name, weekdays in tasks.items():
            HousekeepingTask.objects.create(team=team, name=name, weekdays=weekdays)
        housekeeping.fill(team, by=None, at=at - 7 * DAY)
        housekeeping.fill(team, by=None, at=at)
        past = HousekeepingTurn.objects.planned().filter(task__team=team, on__lt=localdate(at))
        for turn in list(past.select_related("agent__user", "task__team").order_by("on", "pk"))[:-1]:
            housekeeping.tick(turn, by=turn.agent.user, at=at)
