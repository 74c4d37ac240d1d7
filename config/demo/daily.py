"""What the teams do among themselves: hand-overs of shifts, housekeeping, meetings."""

from datetime import datetime, time, timedelta

from django.utils.timezone import localdate, make_aware

from config.demo.people import HOME_TEAM, Staff
from staffing import action_items, handover, housekeeping, meetings
from staffing.choices import MeetingKind
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
    _meetings(staff, at=at)


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


def _meetings(staff: Staff, *, at: datetime) -> None:
    """A weekly meeting that was held and gave people something to do, and a stand-up that is to come."""
    home, chair = staff.agents[HOME_TEAM], staff.supervisor
    team, today = chair.team, localdate(at)
    held_at = at - 2 * DAY
    weekly = meetings.call(
        team,
        title="周例会：双11售后复盘",
        kind=MeetingKind.WEEKLY,
        starts_at=held_at,
        place="三楼会议室",
        chaired_by=chair,
        by=chair.user,
        at=held_at - DAY,
    )
    given = (
        ("整理“运输破损”的赔付口径，更新话术", staff.handler, today + 2 * DAY),
        ("核对本周未寄出的补发单", home[2], today - DAY),
        ("准备新人接线演练的案例", home[-1], today + 5 * DAY),
    )
    items = [
        action_items.add(weekly, text=text, owner=owner, due_on=due_on, by=chair.user, at=held_at)
        for text, owner, due_on in given
    ]
    action_items.finish(items[-1], by=items[-1].owner.user, at=at - HOUR)
    meetings.write_minutes(
        weekly,
        minutes="一、双11破损投诉集中在两条线路，已与承运商约谈。\n二、退款超时三单，均为财务审核。\n三、下周排班不变。",
        present=[agent.pk for agent in home[:-1]],
        version=0,
        by=chair.user,
        at=held_at + HOUR,
    )
    meetings.close(weekly, by=chair.user, at=held_at + HOUR)
    meetings.call(
        team,
        title="早会",
        kind=MeetingKind.STAND_UP,
        starts_at=make_aware(datetime.combine(localdate(at) + DAY, time(8, 50))),
        place="工位",
        chaired_by=chair,
        by=chair.user,
        at=at,
    )
