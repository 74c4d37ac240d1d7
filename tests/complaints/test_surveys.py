"""Satisfaction surveys. # C19"""

from datetime import timedelta

import pytest

from complaints import closing, followup, handling, surveys
from complaints.choices import AnsweredVia, CallbackPurpose, Status
from complaints.models import Callback, SurveyAnswer, SurveyInvitation, Ticket
from complaints.surveys import Answer
from portal.choices import Role
from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import OutboxMessage
from tests.factories import NOW, AgentFactory, resolved_ticket, standard_policy

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def policy_edition():
    return standard_policy()


@pytest.fixture
def agent():
    return AgentFactory.create()


@pytest.fixture
def ticket(agent) -> Ticket:
    return closing.close(resolved_ticket(agent, phone="13800138000"), by=agent.user, at=NOW)


@pytest.fixture
def invitation(ticket) -> SurveyInvitation:
    return ticket.surveys.get()


def sent_token() -> str:
    return OutboxMessage.objects.get(key__startswith="survey:").body.rpartition("/s/")[2].strip("/")


def test_the_link_in_the_message_finds_the_invitation(invitation):
    assert surveys.find(sent_token(), at=LATER) == invitation
    assert invitation.token_digest == followup.token_digest(sent_token())


def test_unknown_expired_and_answered_links_are_alike(invitation):
    token = sent_token()
    assert surveys.find("x" * 32, at=LATER) is None
    assert surveys.find(token, at=invitation.expires_at) is None
    surveys.answer(invitation, Answer(score=5), at=LATER)
    assert surveys.find(token, at=LATER) is None


def test_an_answer_is_kept_whole(invitation):
    given = Answer(score=4, recommend=9, effort=5, reasons=("fast",), comment=" 谢谢 ")
    kept = surveys.answer(invitation, given, at=LATER)
    assert (kept.score, kept.recommend, kept.effort, kept.reasons, kept.comment, kept.via) == (
        4,
        9,
        5,
        ["fast"],
        "谢谢",
        AnsweredVia.LINK,
    )


def test_one_invitation_has_one_answer(invitation, agent):
    surveys.answer(invitation, Answer(score=5), at=LATER)
    with pytest.raises(AlreadyTaken):
        surveys.answer(invitation, Answer(score=1), at=LATER)
    with pytest.raises(AlreadyTaken):
        surveys.answer_by_phone(invitation, Answer(score=1), by=agent.user, at=LATER)
    assert SurveyAnswer.objects.get().score == 5


def test_an_expired_invitation_takes_no_answer_by_link_but_by_phone(invitation, agent):
    with pytest.raises(WrongState):
        surveys.answer(invitation, Answer(score=5), at=invitation.expires_at)
    kept = surveys.answer_by_phone(invitation, Answer(score=5), by=agent.user, at=invitation.expires_at)
    assert (kept.via, kept.asked_by) == (AnsweredVia.PHONE, agent.user)


def test_all_wrong_values_are_named(invitation):
    with pytest.raises(MissingInformation) as refusal:
        surveys.answer(invitation, Answer(score=6, recommend=11, effort=0, reasons=("x",) * 11), at=LATER)
    assert refusal.value.fields.keys() == {"score", "recommend", "effort", "reasons"}


@pytest.mark.parametrize("score", [3, 4, 5])
def test_a_fair_score_changes_nothing(ticket, invitation, score):
    surveys.answer(invitation, Answer(score=score), at=LATER)
    assert Ticket.objects.get(pk=ticket.pk).status == Status.CLOSED


@pytest.mark.parametrize("score", [1, 2])
def test_a_low_score_reopens_calls_and_tells_the_supervisor(ticket, invitation, agent, score):
    supervisor = AgentFactory.create(user__roles=[Role.SUPERVISOR], team=agent.team).user
    surveys.answer(invitation, Answer(score=score), at=LATER)

    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.status, ticket.cycle, ticket.handler) == (Status.REOPENED, 2, agent)
    callback = ticket.callbacks.get()
    assert (callback.purpose, callback.agent, callback.cycle) == (CallbackPurpose.ANSWER, agent, 2)
    assert OutboxMessage.objects.filter(key__startswith="low-score:", user=supervisor).count() == 1


def test_low_scores_reopen_twice_and_then_a_person_decides(ticket, agent):
    for cycle in (1, 2, 3):
        surveys.answer(ticket.surveys.get(cycle=cycle), Answer(score=1), at=LATER)
        ticket = Ticket.objects.get(pk=ticket.pk)
        if cycle == 3:
            break
        assert ticket.cycle == cycle + 1
        handling.reply(ticket, text="非常抱歉", by=agent.user, at=LATER)
        closing.resolve(ticket, outcome="换新", by=agent.user, at=LATER)
        ticket.callbacks.due().update(state="reached")
        closing.close(ticket, by=agent.user, at=LATER)
    assert (ticket.status, ticket.cycle) == (Status.CLOSED, 3)


def test_a_late_low_score_about_an_earlier_cycle_does_not_reopen_again(ticket, invitation, agent):
    closing.reopen(ticket, reason="客户来电", by=agent.user, at=NOW)
    surveys.answer(invitation, Answer(score=1), at=LATER)
    assert Ticket.objects.get(pk=ticket.pk).cycle == 2


def test_a_stranger_may_not_answer_for_another_teams_customer(invitation):
    with pytest.raises(NotAllowed):
        surveys.answer_by_phone(invitation, Answer(score=5), by=AgentFactory.create().user, at=LATER)


def test_an_answer_is_kept_although_the_matter_was_cancelled_since(ticket, invitation, agent):
    ticket = closing.reopen(ticket, reason="又坏了", by=agent.user, at=NOW)
    closing.cancel(ticket, reason="客户撤回", by=agent.user, at=NOW)
    assert surveys.answer(invitation, Answer(score=1), at=LATER).score == 1


def test_a_low_score_for_an_earlier_cycle_is_heard_and_opens_nothing(ticket, invitation, agent):
    supervisor = AgentFactory.create(team=agent.team, user__roles=[Role.SUPERVISOR])
    closing.reopen(ticket, reason="客户补充", by=agent.user, at=NOW)
    handling.reply(ticket, text="您好", by=agent.user, at=NOW)
    closing.resolve(ticket, outcome="已补发", by=agent.user, at=NOW)
    surveys.answer(invitation, surveys.Answer(score=1), at=NOW)
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.status, ticket.cycle) == (Status.RESOLVED, 2)
    assert Callback.objects.due().filter(purpose=CallbackPurpose.ANSWER).exists()
    key = f"low-score:{invitation.pk}:{supervisor.user_id}"
    assert OutboxMessage.objects.filter(key=key).exists()


def test_other_reopenings_do_not_count_against_a_low_score(agent):
    ticket = closing.close(resolved_ticket(agent), by=agent.user, at=NOW)
    for _ in range(2):
        closing.reopen(ticket, reason="客户补充", by=agent.user, at=NOW)
        handling.reply(ticket, text="您好", by=agent.user, at=NOW)
        closing.resolve(ticket, outcome="已补发", by=agent.user, at=NOW)
        closing.close(ticket, by=agent.user, at=NOW)
    surveys.answer(ticket.surveys.get(cycle=3), surveys.Answer(score=1), at=NOW)
    assert Ticket.objects.get(pk=ticket.pk).status == Status.REOPENED
