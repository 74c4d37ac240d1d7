from datetime import timedelta

import pytest

from portal import policy, replies
from portal.models import IdempotentReply
from tests.factories import NOW, UserFactory


@pytest.mark.django_db
def test_answers_are_kept_for_their_time_and_then_forgotten():  # X5
    user = UserFactory.create()
    for key, age in (("old", policy.REPLIES_KEPT + timedelta(seconds=1)), ("young", policy.REPLIES_KEPT)):
        IdempotentReply.objects.create(
            client=user, key=key, fingerprint="f", status=201, body="{}", created_at=NOW - age
        )

    assert replies.forget_old(NOW) == 1
    assert IdempotentReply.objects.get().key == "young"
