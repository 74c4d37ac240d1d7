"""What happens in a matter of the demonstration, by chance, but as in a real department.

A matter lives scene by scene until it ends, or until now. Each scene gives the time at which the next may
begin, or None when the story stops there.
"""

from datetime import datetime, timedelta

from django.utils.timezone import get_default_timezone

from complaints import customers, followup, intake, policy
from complaints.calling_hours import next_call_time
from complaints.choices import (
    Act,
    AnsweredVia,
    AttemptResult,
    CallbackPurpose,
    Channel,
    ClockKind,
    Direction,
    Kind,
    OwnershipKind,
    PromiseOutcome,
    Status,
)
from complaints.models import (
    Category,
    Promise,
    SurveyAnswer,
    SurveyInvitation,
)
from config.demo import texts
from config.demo.arrivals import World
from config.demo.story import Story
from staffing.models import Agent

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FIRST_ANSWER_MINUTES = {Channel.CHAT: 1.6, Channel.APP: 1.8, Channel.HOTLINE: 0.5, Channel.STORE: 1.0}
SOLVED_AFTER_HOURS = {Kind.COMPLAINT: 14.0, Kind.AFTER_SALES: 20.0, Kind.OPINION: 1.0}
SCORES = ((5, 52), (4, 26), (3, 11), (2, 6), (1, 5))

Moment = datetime | None


def tell(world: World, draft_: intake.Draft, found: customers.Found, *, at: datetime) -> Story:
    """Let the matter live until its end, or until now."""
    story = Story.begin(draft_, found, world.promises, at=at)
    if draft_.settled:
        return story
    subject = next(one for one in texts.SUBJECTS if world.categories[one.category] == draft_.category)
    for scene in (_take, _answer, _go_on, _resolve):
        next_at = scene(world, story, subject, at)
        if next_at is None:
            break
        at = next_at
    story.finish()
    return story


def _take(world: World, story: Story, _subject: texts.Subject, at: datetime) -> Moment:
    rng, ticket = world.rng, story.ticket
    skill = _skill(ticket.category)
    candidates = world.certified.get(skill, [])
    is_live = ticket.channel in (Channel.HOTLINE, Channel.STORE)
    at += timedelta(0) if is_live else world.soon(1.5 * MINUTE)
    if at > world.now:
        return None
    if at > world.now - 3 * HOUR:
        candidates = [agent for agent in candidates if agent.pk in world.present]
    if not candidates:
        ticket.parked_at = at
        story.act(Act.PARK, by=None, at=at)
        return None
    agent = rng.choice(candidates)
    if is_live or world.chance(0.45):
        story.hold(agent, OwnershipKind.CLAIM, by=agent.user, at=at)
        story.act(Act.CLAIM, by=agent.user, at=at, data={"agent": agent.staff_no})
        if is_live:
            story.stop([ClockKind.FIRST_RESPONSE], at=at)
        return at
    hand_over = story.run(ClockKind.HAND_OVER, world.promises, at=at)
    story.hold(agent, OwnershipKind.ASSIGN, by=None, at=at, respond_by=hand_over)
    story.act(Act.ASSIGN, by=None, at=at, data={"agent": agent.staff_no})
    return at


def _skill(category: Category | None) -> str:
    while category is not None:
        if category.skill is not None:
            return category.skill.code
        category = category.parent
    return ""


def _answer(world: World, story: Story, subject: texts.Subject, at: datetime) -> Moment:
    rng, ticket = world.rng, story.ticket
    at += world.soon(FIRST_ANSWER_MINUTES.get(Channel(ticket.channel), 18.0) * MINUTE)
    agent = ticket.handler
    if at > world.now or agent is None:
        return None
    story.accept(at=at)
    text = rng.choice(subject.answers).format(product=ticket.product, carrier=ticket.carrier)
    story.answer(text, by=agent.user, at=at)
    if world.chance(0.02):
        story.cancel(by=agent.user, at=at, reason="客户重复提交")
        return None
    return at


def _go_on(world: World, story: Story, _subject: texts.Subject, at: datetime) -> Moment:
    """Some wait, some are promised an answer, some change hands; most go straight on."""
    agent = story.ticket.handler
    if agent is None:
        return None
    scene = world.pick(((_wait, 16), (_promise, 10), (_transfer, 6), (_talk, 28), (None, 40)))
    return scene(world, story, agent, at) if scene else at


def _talk(world: World, story: Story, agent: Agent, at: datetime) -> Moment:
    said_at = at + world.soon(3 * MINUTE)
    if said_at > world.now:
        return at
    story.say(Direction.INBOUND, "好的，谢谢，麻烦尽快", by=None, at=said_at)
    story.act(Act.HEAR, by=None, at=said_at)
    story.run(ClockKind.NEXT_REPLY, world.promises, at=said_at)
    answered_at = said_at + world.soon(2 * MINUTE)
    if answered_at > world.now:
        return None
    story.answer("好的，请您放心，有进展马上告诉您，谢谢。", by=agent.user, at=answered_at)
    return answered_at


def _wait(world: World, story: Story, agent: Agent, at: datetime) -> Moment:
    rng = world.rng
    at += world.soon(10 * MINUTE)
    if at > world.now:
        return None
    who = rng.choice(("customer", "third_party"))
    reason = rng.choice(texts.WAITING_REASONS[who])
    status = Status.WAITING_CUSTOMER if who == "customer" else Status.WAITING_THIRD_PARTY
    story.act(Act.WAIT, by=agent.user, at=at, to=status, reason=reason)
    until = at + world.soon(9 * HOUR)
    is_over = until <= world.now
    if status == Status.WAITING_CUSTOMER:
        story.pause(at, until if is_over else None, reason=reason)
    if not is_over:
        return None
    story.act(Act.RESUME, by=agent.user, at=until)
    return until


def _promise(world: World, story: Story, agent: Agent, at: datetime) -> Moment:
    due_at = (at + world.rng.choice((2, 3, 4, 24)) * HOUR).replace(minute=0, second=0, microsecond=0)
    due_at = max(due_at, at + HOUR)
    promise = Promise(ticket=story.ticket, agent=agent, due_at=due_at, made_at=at)
    story.rows.append(promise)
    story.act(Act.PROMISE, by=agent.user, at=at, data={"due_at": due_at.isoformat()})
    kept_at = due_at + (world.rng.choice((-40, -25, -10, -5, 30)) * MINUTE)
    if kept_at > world.now or kept_at <= at:
        if due_at < world.now:
            promise.outcome, promise.settled_at = PromiseOutcome.BROKEN, due_at + MINUTE
        return None if due_at >= world.now else at
    promise.outcome = PromiseOutcome.KEPT if kept_at <= due_at else PromiseOutcome.BROKEN
    promise.settled_at = kept_at
    story.answer("您好，已经查到结果，马上为您处理，谢谢您的耐心等待。", by=agent.user, at=kept_at)
    return kept_at


def _transfer(world: World, story: Story, agent: Agent, at: datetime) -> Moment:
    rng = world.rng
    reason = rng.choice(texts.TRANSFER_REASONS)
    others = [one for one in world.certified.get(_skill(story.ticket.category), []) if one != agent]
    accepted_at = at + world.soon(6 * MINUTE)
    if not others or accepted_at > world.now:
        return at
    receiver = rng.choice(others)
    story.act(Act.TRANSFER, by=agent.user, at=at, reason=reason, data={"to": receiver.staff_no})
    story.hold(receiver, OwnershipKind.TRANSFER, by=agent.user, at=at, reason=reason)
    if story.holding is not None:
        story.holding.accepted_at = accepted_at
    story.act(Act.ACCEPT, by=receiver.user, at=accepted_at, data={"agent": receiver.staff_no})
    return accepted_at


def _resolve(world: World, story: Story, subject: texts.Subject, at: datetime) -> Moment:
    rng, ticket, agent = world.rng, story.ticket, story.ticket.handler
    at += world.soon(SOLVED_AFTER_HOURS.get(Kind(ticket.kind), 1.2) * HOUR)
    if at > world.now or agent is None:
        return None
    outcome = rng.choice(subject.outcomes).format(carrier=ticket.carrier)
    if subject.causes:
        ticket.cause, ticket.responsible = rng.choice(subject.causes)
    story.resolve(outcome, by=agent.user, at=at)
    _follow_up(world, story, at)
    return None


def _follow_up(world: World, story: Story, at: datetime) -> None:
    """The callback after a complaint, the closing, the survey."""
    ticket = story.ticket
    is_complaint = ticket.kind == Kind.COMPLAINT
    closed_at = _call_back(world, story, at) if is_complaint else at + policy.CLOSES_ITSELF_AFTER
    if closed_at is None or closed_at > world.now:
        return
    at = closed_at
    closer = ticket.first_responsible if is_complaint else None
    ticket.closed_at = at
    story.end_holding(at=at)
    story.act(Act.CLOSE, by=closer.user if closer else None, at=at)
    invitation = SurveyInvitation(
        ticket=ticket,
        cycle=ticket.cycle,
        token_digest=followup.token_digest(f"{world.rng.getrandbits(192):048x}"),
        invited_at=at,
        expires_at=at + policy.SURVEY_VALID_FOR,
    )
    story.rows.append(invitation)
    _survey(world, story, invitation, at)


def _call_back(world: World, story: Story, at: datetime) -> Moment:
    """One call, sometimes a second; the time at which the customer was reached."""
    zone, agent = get_default_timezone(), story.ticket.first_responsible
    callback = story.owe_call(CallbackPurpose.AFTER_COMPLAINT, at=at)
    called_at = next_call_time(at + world.soon(5 * HOUR), zone)
    if agent is None or called_at > world.now:
        return None
    if world.chance(0.2):
        again_at = next_call_time(called_at + policy.CALL_RETRIES_AFTER[0], zone)
        story.call(callback, AttemptResult.NO_ANSWER, by=agent.user, at=called_at, next_at=again_at)
        called_at = again_at
        if called_at > world.now:
            return None
    note = world.rng.choice(texts.CALL_NOTES)
    story.call(callback, AttemptResult.REACHED, by=agent.user, at=called_at, is_satisfied=True, note=note)
    return called_at + 5 * MINUTE


def _survey(world: World, story: Story, invitation: SurveyInvitation, at: datetime) -> None:
    answered_at = at + world.soon(7 * HOUR)
    if not world.chance(0.46) or answered_at > min(world.now, invitation.expires_at):
        return
    score = world.pick(SCORES)
    said = texts.PRAISE if score >= policy.SURVEY_SCORE_GOOD else texts.BLAME
    story.rows.append(
        SurveyAnswer(
            invitation=invitation,
            score=score,
            recommend=max(0, min(10, score * 2 + world.rng.randint(-2, 1))),
            effort=max(1, min(5, score + world.rng.randint(-1, 1))),
            comment=world.rng.choice(said) if world.chance(0.3) else "",
            via=AnsweredVia.LINK,
            answered_at=answered_at,
        )
    )
    story.act(Act.SURVEY, by=None, at=answered_at, data={"score": score, "cycle": invitation.cycle})
    if score <= policy.LOW_SCORE and story.ticket.cycle <= policy.REOPENINGS_BY_LOW_SCORE:
        _reopen(world, story, score, answered_at)


def _reopen(world: World, story: Story, score: int, at: datetime) -> None:
    """A low score opens the matter again: the customer is called, and most are solved in the second round."""
    agent = story.ticket.first_responsible
    if agent is None:
        return
    story.reopen(world.promises, agent, at=at, reason=f"满意度{score}分")
    callback = story.owe_call(CallbackPurpose.ANSWER, at=at, note=f"满意度{score}分")
    called_at = next_call_time(at + world.soon(6 * HOUR), get_default_timezone())
    if called_at > world.now:
        return
    story.call(callback, AttemptResult.REACHED, by=agent.user, at=called_at, note="致歉并说明方案")
    story.answer("您好，非常抱歉，这次由我全程跟进，直到您满意，谢谢。", by=agent.user, at=called_at)
    solved_at = called_at + world.soon(6 * HOUR)
    if solved_at <= world.now:
        story.resolve("再次处理并致歉，客户接受", by=agent.user, at=solved_at)
        _follow_up(world, story, solved_at)
