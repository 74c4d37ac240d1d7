"""The rules in force, whichever process changed them. T8"""

from datetime import timedelta

import pytest
from django.db import transaction

from tests.factories import NOW
from tests.phrase_factories import ForbiddenPhraseFactory
from training.choices import PhraseSeverity
from training.models import ForbiddenPhrase
from training.phrases import forbidden, forbidding

pytestmark = pytest.mark.django_db

WORDING = forbidding.Wording(
    forbidden_class="scolding", match="phrase", text="真烦", exceptions=[], severity=2, remedy="", gloss=""
)


def found(text: str) -> list[str]:
    return [hit.found for hit in forbidden.check(text)]


def test_only_active_rules_count():
    ForbiddenPhraseFactory.create(text="滚蛋")
    ForbiddenPhraseFactory.create(text="真烦", is_active=False)
    assert found("真烦，滚蛋") == ["滚蛋"]


def test_the_worst_of_what_was_found_is_told():
    ForbiddenPhraseFactory.create(text="滚蛋", severity=PhraseSeverity.STOP)
    ForbiddenPhraseFactory.create(text="真烦", severity=PhraseSeverity.HINT)
    assert forbidden.worst(forbidden.check("真烦，滚蛋")) == PhraseSeverity.STOP
    assert forbidden.worst(forbidden.check("您好")) == 0


def test_a_check_asks_once_and_reads_the_rules_when_they_are_others(django_assert_num_queries):
    phrase = ForbiddenPhraseFactory.create()
    forbidden.check("滚蛋")
    with django_assert_num_queries(1):
        forbidden.check("滚蛋")
    forbidding.lift(phrase, reason="误伤", by=None, at=NOW)
    with django_assert_num_queries(2):
        assert forbidden.check("滚蛋") == ()


def test_each_change_is_seen_at_the_next_check_though_the_clock_stands_still():
    assert found("真烦，滚蛋") == []
    phrase = forbidding.forbid(by=None, at=NOW, **WORDING)
    assert found("真烦，滚蛋") == ["真烦"]
    forbidding.amend(phrase, by=None, at=NOW, **{**WORDING, "text": "滚蛋"})
    assert found("真烦，滚蛋") == ["滚蛋"]
    forbidding.lift(phrase, reason="误伤", by=None, at=NOW)
    assert found("真烦，滚蛋") == []
    forbidding.put_back(phrase, by=None, at=NOW)
    assert found("真烦，滚蛋") == ["滚蛋"]


def test_what_another_process_wrote_is_seen():
    """Nothing in this process tells that the table has changed."""
    ForbiddenPhraseFactory.create()
    assert found("真烦") == []
    ForbiddenPhrase.objects.update(text="真烦", revision=2, changed_at=NOW + timedelta(seconds=1))
    assert found("真烦") == ["真烦"]


def test_rules_of_a_transaction_that_is_taken_back_do_not_stay():
    ForbiddenPhraseFactory.create()
    with transaction.atomic():
        forbidding.forbid(by=None, at=NOW, **WORDING)
        assert found("真烦") == ["真烦"]
        transaction.set_rollback(True)
    assert found("真烦") == []
