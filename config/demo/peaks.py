"""Two peak plans of the demonstration: the last Double-11, reviewed, and Double-12, being prepared."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.timezone import localdate

from config.demo.people import Staff
from portal import roles
from portal.choices import Role
from portal.models import User
from staffing import duty, people
from staffing.choices import Employment, NeedState, PeakKind, PeopleSource, PhaseKind
from staffing.models import Agent, Attendance, PeakPlan, ShiftType, Skill, Team
from staffing.peaks import checklist, contents, plans, reviews

DAY = timedelta(days=1)
HOME, LENDING = "售后一组", "热线组"
PAST = (("temp01", "方小雪", True), ("temp02", "丁一鸣", True), ("temp03", "白露", True))
NEWCOMERS = (("temp04", "姜念", True), ("temp05", "尤佳", False))
"""Temporary staff hired for the one and the other: account, name, trained already."""

ABSENT, LATECOMERS = 3, (4, 6)
"""The places in the team of those who did not come on the day of the burst, or came late."""
LEFT_UNDONE = frozenset({7, 11})
"""The places of tasks on the list that are late."""

CONTINGENCIES = (
    (
        "客服系统宕机",
        "登录失败或消息延迟超过3分钟",
        "技术支持5分钟内到场；切换备用账号，首页挂公告，先安抚后补回",
    ),
    (
        "爆款超卖缺货",
        "同一商品缺货咨询30分钟内超过20起",
        "运营下架；统一话术道歉，补发或全额退款并赠券，主管当班批",
    ),
    ("快递爆仓延误", "物流类投诉占比超过三成", "仓库每2小时通报一次；主动告知客户，超48小时按承诺赔付"),
    ("到岗不足", "实到低于排班九成", "值班主管启用加班名单和跨组支援；低峰时段再补休"),
    (
        "差评或舆情发酵",
        "社交平台一小时内同一话题3条以上",
        "公关牵头2小时内回应；相关工单升级为舆情，专人跟进",
    ),
)


@dataclass(frozen=True)
class Cast:
    """Who does what in both plans."""

    author: User
    director: User
    trainer: User
    handler: User
    home: Team
    lending: Team
    skill: Skill


def fill(staff: Staff, *, at: datetime) -> None:
    home = staff.supervisor.team
    cast = Cast(
        author=staff.supervisor.user,
        director=User.objects.get(username="director"),
        trainer=User.objects.get(username="trainer"),
        handler=staff.handler.user,
        home=home,
        lending=staff.agents[LENDING][0].team,
        skill=Skill.objects.order_by("pk")[0],
    )
    past = _double_11(staff, cast, at=at)
    _double_12(staff, cast, past, at=at)


def _double_11(staff: Staff, cast: Cast, *, at: datetime) -> PeakPlan:
    """Burst sixteen days ago, with roster and attendance of that day; reviewed a week later."""
    burst_on = localdate(at) - 16 * DAY
    written_at = at - 70 * DAY
    terms = plans.Terms(
        name="双11大促客服方案", kind=PeakKind.DOUBLE_11, prepared_from=burst_on - 45 * DAY,
        first_on=burst_on - 10 * DAY, last_on=burst_on + 2 * DAY, baseline=8, service_level=85,
        first_response=45,
        note="目标：大促期间满意度不低于4.6，投诉24小时内首次答复。",
    )  # fmt: skip
    plan = plans.open_plan(
        terms, department=cast.home.department, teams=[cast.home], by=cast.author, at=written_at
    )
    _phases(plan, burst_on, cast, at=written_at, factors=("1.4", "2.6", "1.6"))
    _needs(plan, burst_on, cast, at=written_at)
    helpers = [_newcomer(each, cast, staff, joined_on=burst_on - 10 * DAY, at=at - 27 * DAY) for each in PAST]
    for need in plan.needs.all():
        contents.amend_need(need, _ready(need), by=cast.author, at=at - 20 * DAY)
        if need.source == PeopleSource.TEMPORARY:
            contents.name_people(need, helpers, by=cast.author, at=at - 26 * DAY)
    for helper in helpers:
        people.leave(helper, on=plan.last_on, by=staff.root, at=at - 13 * DAY)
    _contingencies(plan, cast, at=written_at)
    checklist.load_standard(plan, owner=cast.author, by=cast.author, at=written_at)
    plans.approve(plan, by=cast.director, at=written_at + 2 * DAY)
    for task in plan.tasks.all():
        done_at = at - max(8 * DAY, (localdate(at) - task.due_on))
        checklist.tick(task, by=cast.author, at=done_at)
    plans.start(plan, by=None, at=at - 26 * DAY)
    _burst_day(staff, burst_on, at=at)
    _review(plan, cast, at=at - 7 * DAY)
    return plan


def _double_12(staff: Staff, cast: Cast, past: PeakPlan, *, at: datetime) -> None:
    """Copied from Double-11, begins in a fortnight; some things are done, some late, some people found."""
    today = localdate(at)
    first_on = today + 12 * DAY
    plan = plans.copy(past, name="双12大促客服方案", first_on=first_on, by=cast.author, at=at - 25 * DAY)
    terms = plans.Terms(
        name=plan.name, kind=PeakKind.DOUBLE_12, prepared_from=first_on - 35 * DAY, first_on=first_on,
        last_on=plan.last_on, baseline=8, service_level=85, first_response=45,
        note="力度约为双11的七成；沿用双11的分工，补上到岗不足的教训。",
    )  # fmt: skip
    plan = plans.amend(plan, terms, teams=[cast.home], by=cast.author, at=at - 25 * DAY)
    plans.submit(plan, by=cast.author, at=at - 22 * DAY)
    plans.approve(plan, by=cast.director, at=at - 21 * DAY)
    owners = (cast.author, cast.handler, cast.trainer)
    for number, task in enumerate(plan.tasks.order_by("due_on", "pk")):
        owner = owners[number % len(owners)]
        checklist.amend_task(
            task, text=task.text, due_on=task.due_on, owner=owner, by=cast.author, at=at - 21 * DAY
        )
        if task.due_on < today and number not in LEFT_UNDONE:
            checklist.tick(task, by=owner, at=at - (today - task.due_on))
    _hire(plan, cast, staff, at=at)


def _phases(
    plan: PeakPlan, burst_on: date, cast: Cast, *, at: datetime, factors: tuple[str, str, str]
) -> None:
    spans = (
        (PhaseKind.WARM_UP, plan.first_on, burst_on - DAY, "预售咨询、定金规则"),
        (PhaseKind.BURST, burst_on, burst_on, "零点和20点两个高峰"),
        (PhaseKind.ENCORE, burst_on + DAY, plan.last_on, "催发货、退换"),
    )
    for (kind, first_on, last_on, note), factor in zip(spans, factors, strict=True):
        told = contents.Phase(
            kind=kind, first_on=first_on, last_on=last_on, factor=Decimal(factor), note=note
        )
        contents.add_phase(plan, told, by=cast.author, at=at)


def _needs(plan: PeakPlan, burst_on: date, cast: Cast, *, at: datetime) -> None:
    usual = contents.Need(
        source=PeopleSource.OVERTIME, team=cast.home, head_count=5, first_on=plan.first_on,
        last_on=plan.last_on,
        responsible=cast.author, note="两班各延长2小时，次周补休",
    )  # fmt: skip
    contents.add_need(plan, usual, by=cast.author, at=at)
    support = replace(
        usual, source=PeopleSource.CROSS_TEAM, from_team=cast.lending, head_count=3, note="低峰时段借出",
        first_on=burst_on, last_on=burst_on + DAY,
        hired_by=burst_on - 10 * DAY, trained_by=burst_on - 2 * DAY,
    )  # fmt: skip
    contents.add_need(plan, support, by=cast.author, at=at)
    temporary = replace(
        usual, source=PeopleSource.TEMPORARY, head_count=4, skill=cast.skill,
        first_on=burst_on - 3 * DAY, last_on=burst_on + DAY,
        hired_by=burst_on - 12 * DAY, trained_by=burst_on - 4 * DAY, note="高校兼职，人力配合面试",
    )  # fmt: skip
    contents.add_need(plan, temporary, by=cast.author, at=at)
    outsourced = replace(
        temporary,
        source=PeopleSource.OUTSOURCED,
        head_count=2,
        responsible=cast.director,
        note="按坐席日结算",
    )
    contents.add_need(plan, outsourced, by=cast.author, at=at)


def _ready(need: object) -> contents.Need:
    """As it stands, and all of them there."""
    facts = {name: getattr(need, name) for name in contents.Need.__dataclass_fields__}
    return replace(contents.Need(**facts), state=NeedState.READY)


def _contingencies(plan: PeakPlan, cast: Cast, *, at: datetime) -> None:
    for risk, trigger, measure in CONTINGENCIES:
        told = contents.Contingency(risk=risk, trigger=trigger, measure=measure, responsible=cast.author)
        contents.add_contingency(plan, told, by=cast.author, at=at)


def _burst_day(staff: Staff, on: date, *, at: datetime) -> None:
    """All of the home team on that day, in two shifts; two came late, and one not at all."""
    early, late = ShiftType.objects.get(code="A"), ShiftType.objects.get(code="C")
    for place, agent in enumerate(staff.agents[HOME]):
        shift_type = early if place % 2 == 0 else late
        given = duty.assign(agent, shift_type, on=on, by=staff.root, at=at - 25 * DAY)
        if place == ABSENT:
            continue
        late_by = timedelta(minutes=40) if place in LATECOMERS else None
        Attendance.objects.create(
            agent=agent,
            duty=given,
            signed_in_at=given.starts_at + (late_by or timedelta(minutes=-5)),
            signed_out_at=given.ends_at + timedelta(minutes=10),
            late_by=late_by,
            recorded_by=agent.user,
        )


def _review(plan: PeakPlan, cast: Cast, *, at: datetime) -> None:
    reviews.review(
        plan,
        went_well="预热期首次响应平均38秒；机器人接住四成重复咨询，夜班没有积压。",
        went_badly="爆发当天20点到22点实到比排班少两人，等待明显变长；临时工对优惠叠加规则不熟。",
        conclusions="临时人员至少提前7天到岗培训；加班名单提前确认，值班主管每2小时对一次到岗。",
        by=cast.author,
        at=at,
    )
    for text, owner, days in (
        ("把优惠叠加规则做成一页速查表", cast.trainer, 5),
        ("加班名单改为提前一周书面确认", cast.author, -2),
    ):
        due_on = localdate(at) + (7 + days) * DAY
        checklist.add_task(plan, text=text, due_on=due_on, owner=owner, by=cast.author, at=at)


def _hire(plan: PeakPlan, cast: Cast, staff: Staff, *, at: datetime) -> None:
    """Two of the temporary staff have come, one of them trained; overtime is agreed."""
    joined_on = localdate(at) - 3 * DAY
    hired = [_newcomer(each, cast, staff, joined_on=joined_on, at=at - 4 * DAY) for each in NEWCOMERS]
    for need in plan.needs.all():
        match PeopleSource(need.source):
            case PeopleSource.TEMPORARY:
                contents.name_people(need, hired, by=cast.author, at=at)
            case PeopleSource.OVERTIME:
                contents.amend_need(need, _ready(need), by=cast.author, at=at)


def _newcomer(
    who: tuple[str, str, bool], cast: Cast, staff: Staff, *, joined_on: date, at: datetime
) -> Agent:
    username, name, is_trained = who
    user = User.objects.create_user(
        username, name=name, password=None, is_staff=True, email=f"{username}@example.com"
    )
    roles.grant(user, Role.HANDLER, by=staff.root, at=at)
    agent = people.hire(
        user, team=cast.home, staff_no=username.upper(), joined_on=joined_on,
        employment=Employment.TEMPORARY, by=staff.root, at=at,
    )  # fmt: skip
    if is_trained:
        valid_until = joined_on + 60 * DAY
        people.certify(agent, cast.skill, valid_from=joined_on, valid_until=valid_until, by=staff.root, at=at)
    return agent
