"""A reply with forbidden words over HTTP: 400 with words and remedy, whoever sends it. # C10 T8"""

import pytest

from complaints.choices import Act, Direction
from complaints.models import Message
from portal.choices import Role
from tests.complaints.api.conftest import act, done, post_as, refused
from tests.factories import AgentFactory, ticket_in_hand
from tests.phrase_factories import ForbiddenPhraseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket():
    ForbiddenPhraseFactory.create(text="滚蛋", remedy="请您说说具体情况。")
    return ticket_in_hand()


def said() -> int:
    return Message.objects.filter(direction=Direction.OUTBOUND).count()


def test_a_connected_system_is_told_the_words_and_what_to_say_instead(api, ticket):
    problem = refused(act(api, ticket, "reply", {"text": "你 滚 蛋"}), 400)
    assert problem["type"] == "urn:portal:problem:missing-information"
    assert "滚 蛋" in problem["errors"]["text"][0]
    assert "请您说说具体情况。" in problem["errors"]["text"][0]
    assert said() == 0


def test_a_connected_system_overrides_nothing(api, ticket):
    refused(act(api, ticket, "reply", {"text": "滚蛋", "override_reason": "x"}), 403)
    assert said() == 0


def test_a_supervisor_overrides_with_a_reason(signed_in, ticket):
    supervisor = AgentFactory.create(team=ticket.handler.team, user__roles=[Role.SUPERVISOR])
    path, version = f"/api/v1/tickets/{ticket.number}/reply/", {"If-Match": f'"{ticket.version}"'}
    body = {"text": "滚蛋", "override_reason": "需引用原话"}
    done(post_as(signed_in(supervisor.user), path, body, **version))
    assert ticket.events.get(act=Act.REPLY).reason == "需引用原话"
