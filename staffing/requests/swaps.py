"""The steps between colleagues: a swap or a give-away is asked, taken (in part), given back, declined.

Of two who take an offer at once exactly one wins: the state is changed by a condition, and whoever changes no
row was too late.

Colleagues go by what is published: what a draft takes away of it is told to nobody but whoever decides.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import User
from staffing import recording, rights
from staffing.choices import DutyState, RequestKind, RequestState
from staffing.models import Agent, DutyAssignment, RequestShift, StaffRequest
from staffing.querysets.request import UNDECIDED
from staffing.requests import acting, checking, telling


@transaction.atomic
def ask(
    agent: Agent,
    *,
    given: Sequence[DutyAssignment],
    taken: Sequence[DutyAssignment],
    by: User | None,
    at: datetime,
    reason: str = "",
    wants_exception: bool = False,
) -> StaffRequest:
    """Ask a colleague to exchange shifts: one's own for some of his, any number of each.

    Raises: NotAllowed; MissingInformation without shifts of both; WrongState for shifts that are not theirs,
    have begun, or a rule against it; AlreadyTaken for a shift that is asked for elsewhere.
    """
    if not given or not taken:
        text = _("Choose at least one shift of yours and one of your colleague's.")
        raise MissingInformation(text, fields={"taken" if given else "given": text})
    _lock(agent, taken[0].agent)
    agent = _locked(agent)
    acting.require_asker(agent, by)
    partner = _partner(RequestKind.SWAP, agent, taken[0].agent)
    lines = [acting.given(duty) for duty in _own(given, agent, at, "given")]
    lines += [acting.taken(duty) for duty in _own(taken, partner, at, "taken")]
    request = _request(RequestKind.SWAP, agent, lines, reason, wants_exception=wants_exception)
    request.counterpart = partner
    return _offer(request, lines, by=by, at=at)


@transaction.atomic
def give_away(
    agent: Agent,
    *,
    given: Sequence[DutyAssignment],
    by: User | None,
    at: datetime,
    to: Agent | None = None,
    reason: str = "",
    wants_exception: bool = False,
) -> StaffRequest:
    """Ask somebody to take shifts over: one colleague, or whoever of the team is first.

    Raises: as `ask`.
    """
    if not given:
        text = _("Choose at least one shift.")
        raise MissingInformation(text, fields={"given": text})
    agent = _locked(agent)
    acting.require_asker(agent, by)
    lines = [acting.given(duty) for duty in _own(given, agent, at, "given")]
    request = _request(RequestKind.GIVE_AWAY, agent, lines, reason, wants_exception=wants_exception)
    request.is_open = to is None
    request.counterpart = None if to is None else _partner(RequestKind.GIVE_AWAY, agent, to)
    return _offer(request, lines, by=by, at=at)


@transaction.atomic
def accept(
    request: StaffRequest,
    *,
    by: User | None,
    at: datetime,
    agent: Agent | None = None,
    only: Collection[int] | None = None,
    wants_exception: bool = False,
) -> StaffRequest:
    """The colleague takes it; of several shifts perhaps `only` some (ids of the request's lines).

    `agent` says who takes an open offer; for somebody absent a supervisor may answer.
    Raises: NotAllowed; AlreadyTaken when another was faster; WrongState for a rule against it.
    """
    request = _read(request)
    taker = _taker(request, agent, by)
    _require_open(request)
    acting.require_partners(request.kind, request.agent, taker)
    kept = _kept(request, only)
    request.counterpart = taker
    _require_as_they_were(kept, at)
    is_excepted = request.wants_exception or wants_exception
    checking.require_lawful(checking.broken_by(request, kept), by=by, is_excepted=is_excepted)
    _take(request, taker, at=at, wants_exception=is_excepted)
    request.shifts.exclude(pk__in=[line.pk for line in kept]).update(is_dropped=True)
    _keep_days(request, kept)
    changes = {"state": (RequestState.OFFERED, RequestState.WAITING), "counterpart": (None, taker)}
    recording.changed(request, changes, by=by, at=at)
    telling.answered(request, _("%(name)s has taken your offer: %(matter)s"), by=by, at=at)
    telling.waits(request, kept, by=by, at=at)
    return request


@transaction.atomic
def decline(request: StaffRequest, *, by: User | None, at: datetime, reason: str = "") -> StaffRequest:
    """The colleague who was asked says no.

    Raises: NotAllowed; WrongState unless it waits for his answer.
    """
    request = acting.held(request, RequestState.OFFERED)
    _require_counterpart(request, by)
    request = acting.moved(
        request, RequestState.DECLINED, by=by, at=at, reason=reason, answered_at=at, answer=reason[:200]
    )
    telling.answered(request, _("%(name)s declines: %(matter)s%(answer)s"), by=by, at=at)
    return request


@transaction.atomic
def give_back(request: StaffRequest, *, by: User | None, at: datetime, reason: str = "") -> StaffRequest:
    """Who took it by mistake gives it back before it is approved; it is offered again as it was asked.

    What has begun, or is no more, stays out.

    Raises: NotAllowed; WrongState once it is decided; AlreadyTaken for a shift that was left out and is asked
    for elsewhere since.
    """
    request = acting.held(request, RequestState.WAITING)
    _require_counterpart(request, by)
    partner = request.counterpart
    _lock(request.agent, partner)
    ahead = DutyAssignment.objects.published().filter(starts_at__gt=at).order_by().values("pk")
    left_out = request.shifts.filter(is_dropped=True, duty__in=ahead)
    _require_in_no_other(left_out.values_list("duty", flat=True), but=request)
    left_out.update(is_dropped=False)
    lines = acting.lines_of(request)
    _keep_days(request, lines)
    again = None if request.is_open else partner
    request = acting.moved(
        request, RequestState.OFFERED, by=by, at=at, reason=reason, counterpart=again, answered_at=None
    )
    telling.answered(request, _("%(name)s gives it back: %(matter)s"), by=by, at=at, who=partner)
    return request


# What they share


def _locked(agent: Agent) -> Agent:
    """Of two requests of one agent the later one sees what the other asks for."""
    return Agent.objects.filter(pk=agent.pk).held().get()


def _lock(*agents: Agent | None) -> None:
    """As `_locked`, of several."""
    keys = [agent.pk for agent in agents if agent]
    list(Agent.objects.locked().filter(pk__in=keys).order_by("pk"))


def _request(
    kind: RequestKind, agent: Agent, lines: Sequence[RequestShift], reason: str, *, wants_exception: bool
) -> StaffRequest:
    return StaffRequest(
        kind=kind,
        agent=agent,
        first_on=min(line.on for line in lines),
        last_on=max(line.on for line in lines),
        lapses_at=_begins_at(lines),
        reason=reason.strip()[:200],
        wants_exception=wants_exception,
    )


def _offer(
    request: StaffRequest, lines: Sequence[RequestShift], *, by: User | None, at: datetime
) -> StaffRequest:
    if request.counterpart is not None:
        breaches = checking.broken_by(request, lines)
        checking.require_lawful(breaches, by=by, is_excepted=request.wants_exception)
    request = acting.opened(request, lines, state=RequestState.OFFERED, by=by, at=at)
    telling.asked(request, lines, by=by, at=at)
    return request


def _partner(kind: RequestKind, agent: Agent, partner: Agent) -> Agent:
    """A colleague of the team, as he is now. Raises: WrongState."""
    partner = Agent.objects.select_related("user", "team__department").get(pk=partner.pk)
    acting.require_partners(kind, agent, partner)
    return partner


def _own(duties: Sequence[DutyAssignment], agent: Agent, at: datetime, field: str) -> list[DutyAssignment]:
    """Published shifts of the agent that lie ahead, and are in no other request. Raises: as `ask`."""
    wanted = {duty.pk for duty in duties}
    rows = agent.duties.published().filter(pk__in=wanted, starts_at__gt=at)
    found = list(rows.select_related("shift_type", "agent").order_by("starts_at"))
    if len(found) < len(wanted):
        text = _("A shift has begun, has been changed, or is not %(agent)s's.") % {"agent": agent}
        raise WrongState(text, fields={field: text})
    _require_in_no_other(wanted, field=field)
    return found


def _require_in_no_other(
    duties: Iterable[int | None], *, but: StaffRequest | None = None, field: str = ""
) -> None:
    """A shift is part of one undecided request. Raises: AlreadyTaken."""
    elsewhere = RequestShift.objects.filter(
        duty__in=list(duties), is_dropped=False, request__state__in=UNDECIDED
    )
    if but is not None:
        elsewhere = elsewhere.exclude(request=but)
    busy = elsewhere.select_related("shift_type").first()
    if busy is not None:
        text = _("“%(shift)s” is part of another request that is not decided yet.") % {"shift": busy}
        raise AlreadyTaken(text, fields={field: text} if field else {})


def _read(request: StaffRequest) -> StaffRequest:
    return StaffRequest.objects.select_related(
        "agent__user", "agent__team__department", "counterpart__user", "counterpart__team__department"
    ).get(pk=request.pk)


def _require_open(request: StaffRequest) -> None:
    if request.state == RequestState.WAITING:
        raise AlreadyTaken(_("%(name)s was faster.") % {"name": request.counterpart})
    acting.require_state(request, RequestState.OFFERED)


def _taker(request: StaffRequest, agent: Agent | None, by: User | None) -> Agent:
    """Raises: NotAllowed; MissingInformation."""
    taker = agent or (request.counterpart if not request.is_open else None)
    if taker is None and by is not None:
        taker = Agent.objects.filter(user=by).first()
    if taker is None:
        raise MissingInformation(_("Say who takes it."))
    taker = Agent.objects.select_related("user", "team__department").get(pk=taker.pk)
    is_asked = request.is_open or taker.pk == request.counterpart_id
    is_partner = acting.are_partners(request.agent, taker)
    is_himself = by is None or by.pk == taker.user_id or rights.may(by, rights.DECIDE, taker)
    if not (is_asked and is_partner and is_himself):
        raise NotAllowed(_("This was asked of somebody else."))
    return taker


def _require_counterpart(request: StaffRequest, by: User | None) -> None:
    partner = request.counterpart
    is_his = partner is not None and (
        by is None or by.pk == partner.user_id or rights.may(by, rights.DECIDE, partner)
    )
    if not is_his:
        raise NotAllowed(_("This was asked of somebody else."))


def _kept(request: StaffRequest, only: Collection[int] | None) -> list[RequestShift]:
    """The lines that are taken. Raises: MissingInformation for a swap that is none any more."""
    lines = acting.lines_of(request)
    kept = [line for line in lines if only is None or line.pk in only]
    if {line.side for line in kept} != {line.side for line in lines}:
        text = _("Choose at least one shift of each side.")
        raise MissingInformation(text, fields={"only": text})
    return kept


def _require_as_they_were(lines: Sequence[RequestShift], at: datetime) -> None:
    """Raises: WrongState for a shift that was changed since it was asked for, or has begun."""
    for line in lines:
        duty = line.duty
        if duty is None or duty.state != DutyState.PUBLISHED or duty.starts_at <= at:
            raise WrongState(_("“%(shift)s” has been changed meanwhile, or has begun.") % {"shift": line})


def _take(request: StaffRequest, taker: Agent, *, at: datetime, wants_exception: bool) -> None:
    """The one who changes the row has it. Raises: AlreadyTaken."""
    changed = StaffRequest.objects.filter(pk=request.pk, state=RequestState.OFFERED).update(
        state=RequestState.WAITING,
        counterpart=taker,
        answered_at=at,
        wants_exception=wants_exception,
        revision=F("revision") + 1,
    )
    if not changed:
        raise AlreadyTaken(_("Somebody else was faster."))
    request.refresh_from_db(fields=["state", "revision", "answered_at", "wants_exception"])


def _keep_days(request: StaffRequest, lines: Sequence[RequestShift]) -> None:
    """The days and the limit of what is left of a request."""
    request.first_on, request.last_on = min(line.on for line in lines), max(line.on for line in lines)
    request.lapses_at = _begins_at(lines)
    request.save(update_fields=["first_on", "last_on", "lapses_at"])


def _begins_at(lines: Sequence[RequestShift]) -> datetime:
    return min(line.duty.starts_at for line in lines if line.duty)
