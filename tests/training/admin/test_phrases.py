"""The pages of standard phrases, forbidden words and scenes. # T8"""

from typing import Any

import pytest
import time_machine
from django.urls import reverse

from portal.choices import Role
from portal.models import User
from tests.factories import NOW, UserFactory
from tests.phrase_factories import ForbiddenPhraseFactory, PhraseSceneFactory, StandardPhraseFactory
from training.choices import PhraseState
from training.models import ForbiddenPhrase, PhraseScene, StandardPhrase

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def trainer() -> User:
    return UserFactory.create(roles=[Role.TRAINER], language="en")


@pytest.fixture
def supervisor() -> User:
    return UserFactory.create(roles=[Role.SUPERVISOR], language="en")


def url(model: str, page: str, *args: object) -> str:
    return reverse(f"admin:training_{model}_{page}", args=args)


def dialog(client, address: str, **given: object):
    return client.post(address, {"_form_submitted": "on", **given})


def phrase(**facts: Any) -> dict[str, Any]:
    return {
        "scene": PhraseSceneFactory.create().pk, "text": "{customer}，请您稍等，谢谢。",
        "gloss": "Please wait.", "position": 10, **facts,
    }  # fmt: skip


def rule(**facts: Any) -> dict[str, Any]:
    return {
        "forbidden_class": "pushing_away", "match": "phrase", "text": "不知道", "severity": 1,
        "remedy": "请稍等。", "exceptions": "可能还不知道\n不知道您", "gloss": "", **facts,
    }  # fmt: skip


def test_a_phrase_is_written_here_and_published_by_somebody_else(client, trainer, supervisor):
    client.force_login(trainer)
    forged = {"state": "published", "author": supervisor.pk, "times_used": 99, "approved_by": trainer.pk}
    assert client.post(url("standardphrase", "add"), phrase(**forged)).status_code == 302
    draft = StandardPhrase.objects.get()
    assert (draft.state, draft.author, draft.times_used, draft.approved_by) == (
        PhraseState.DRAFT, trainer, 0, None,
    )  # fmt: skip
    refused = dialog(client, url("standardphrase", "publish", draft.pk))
    assert "Somebody else has to look" in refused.content.decode()
    client.force_login(supervisor)
    assert dialog(client, url("standardphrase", "publish", draft.pk)).headers["HX-Refresh"] == "true"
    draft.refresh_from_db()
    assert (draft.state, draft.approved_by) == (PhraseState.PUBLISHED, supervisor)


def test_what_the_step_refuses_stays_on_the_form(client, trainer):
    client.force_login(trainer)
    ForbiddenPhraseFactory.create(text="急什么")
    for text, told in (("{a.__class__}您好", "means nothing"), ("您急什么", "forbidden: 急什么")):
        answer = client.post(url("standardphrase", "add"), phrase(text=text))
        assert told in answer.content.decode()
        assert text in answer.content.decode()
    assert not StandardPhrase.objects.exists()


def test_the_page_shows_how_a_phrase_reads_and_offers_what_its_state_allows(client, supervisor):
    client.force_login(supervisor)
    shown = StandardPhraseFactory.create(text="{customer}，请您看订单{order}。")
    page = client.get(url("standardphrase", "change", shown.pk)).content.decode()
    assert "Ms Wang，请您看订单260310001。" in page
    assert "请您看订单【order number】。" in page
    assert url("standardphrase", "retire", shown.pk) in page
    assert url("standardphrase", "publish", shown.pk) not in page
    assert url("standardphrase", "take_up", shown.pk) not in page


def test_several_drafts_are_published_at_once_and_ones_own_are_left(client, trainer, supervisor):
    own = StandardPhraseFactory.create(author=supervisor, state=PhraseState.DRAFT)
    other = StandardPhraseFactory.create(author=trainer, state=PhraseState.DRAFT)
    client.force_login(supervisor)
    given = {"action": "publish_chosen", "_selected_action": [own.pk, other.pk]}
    answer = client.post(url("standardphrase", "changelist"), given, follow=True)
    assert "1 phrases published." in answer.content.decode()
    assert set(StandardPhrase.objects.values_list("pk", "state")) == {
        (own.pk, PhraseState.DRAFT), (other.pk, PhraseState.PUBLISHED),
    }  # fmt: skip


def test_a_phrase_is_retired_with_a_reason_and_taken_up(client, supervisor):
    client.force_login(supervisor)
    old = StandardPhraseFactory.create()
    assert dialog(client, url("standardphrase", "retire", old.pk), reason="过时").headers["HX-Refresh"]
    assert StandardPhrase.objects.get().state == PhraseState.RETIRED
    assert dialog(client, url("standardphrase", "take_up", old.pk)).headers["HX-Refresh"]
    assert StandardPhrase.objects.get().state == PhraseState.DRAFT


def test_who_only_uses_phrases_sees_published_ones_and_changes_none(client):
    client.force_login(UserFactory.create(roles=[Role.HANDLER]))
    published = StandardPhraseFactory.create(text="请您稍等。")
    draft = StandardPhraseFactory.create(text="还没看过。", state=PhraseState.DRAFT)
    shown = client.get(url("standardphrase", "changelist")).content.decode()
    assert "请您稍等。" in shown
    assert "还没看过。" not in shown
    assert client.get(url("standardphrase", "change", draft.pk)).status_code == 302
    assert client.post(url("standardphrase", "change", published.pk), phrase()).status_code == 403
    assert dialog(client, url("standardphrase", "retire", published.pk), reason="x").status_code == 403
    assert client.post(url("standardphrase", "add"), phrase()).status_code == 403
    assert client.post(url("forbiddenphrase", "add"), rule()).status_code == 403
    assert dialog(client, url("standardphrase", "load_shipped")).status_code == 403
    assert StandardPhrase.objects.filter(state=PhraseState.PUBLISHED).count() == 1


def test_a_rule_is_laid_down_amended_lifted_and_put_back(client, trainer):
    client.force_login(trainer)
    assert client.post(url("forbiddenphrase", "add"), rule(is_active="", revision=9)).status_code == 302
    kept = ForbiddenPhrase.objects.get()
    assert (kept.exceptions, kept.is_active, kept.revision) == (["可能还不知道", "不知道您"], True, 1)
    change = url("forbiddenphrase", "change", kept.pk)
    assert "可能还不知道\n不知道您" in client.get(change).content.decode()
    assert client.post(change, rule(severity=3)).status_code == 302
    assert dialog(client, url("forbiddenphrase", "lift", kept.pk), reason="误伤").headers["HX-Refresh"]
    kept.refresh_from_db()
    assert (kept.severity, kept.is_active) == (3, False)
    assert dialog(client, url("forbiddenphrase", "put_back", kept.pk)).headers["HX-Refresh"]
    assert ForbiddenPhrase.objects.get().is_active


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"match": "pattern", "text": "不.*知道", "exceptions": ""}, "how many at most"),
        ({"text": "不"}, "two letters"),
        ({"exceptions": "谢谢"}, "must be longer"),
    ],
)
def test_a_rule_that_cannot_be_looked_for_is_refused_with_the_reason(client, trainer, wrong, told):
    client.force_login(trainer)
    assert told in client.post(url("forbiddenphrase", "add"), rule(**wrong)).content.decode()
    assert not ForbiddenPhrase.objects.exists()


def test_a_text_is_tried_and_its_hits_are_marked(client, trainer):
    ForbiddenPhraseFactory.create(text="滚蛋", remedy="请您说说情况。")
    client.force_login(trainer)
    page = url("forbiddenphrase", "try")
    assert "1 place found" not in client.get(page).content.decode()
    shown = client.post(page, {"text": "<b>请 滚 蛋</b>"}).content.decode()
    assert "1 place found" in shown
    assert 'title="请您说说情况。">滚 蛋</mark>' in shown
    assert "<b>请" not in shown
    assert "Nothing found." in client.post(page, {"text": "您好"}).content.decode()


def test_the_empty_lists_say_what_to_do_and_the_shipped_phrases_are_loaded(client, trainer):
    client.force_login(trainer)
    for model in ("standardphrase", "forbiddenphrase"):
        assert (
            "Begin with “Load the shipped phrases”" in client.get(url(model, "changelist")).content.decode()
        )
    assert dialog(client, url("standardphrase", "load_shipped")).headers["HX-Refresh"] == "true"
    shown = client.get(url("standardphrase", "changelist")).content.decode()
    assert "New: 17 scenes" in shown
    assert "Begin with" not in shown
    assert ForbiddenPhrase.objects.count() >= 60


def test_phrases_are_filtered_by_scene_and_state_and_searched(client, trainer):
    client.force_login(trainer)
    greeting = StandardPhraseFactory.create(text="您好！", scene=PhraseSceneFactory.create(name="问候"))
    StandardPhraseFactory.create(text="请您稍等。", state=PhraseState.DRAFT)
    for query in (f"scene__id__exact={greeting.scene_id}", "state__exact=published", "q=问候", "q=您好"):
        shown = client.get(f"{url('standardphrase', 'changelist')}?{query}").content.decode()
        assert ("您好！" in shown, "请您稍等。" in shown) == (True, False), query


def test_scenes_are_kept_in_their_order_and_lead_to_their_phrases(client, trainer):
    client.force_login(trainer)
    given = {"name": "问候", "code": "greeting", "position": 10}
    assert client.post(url("phrasescene", "add"), given).status_code == 302
    scene = PhraseScene.objects.get()
    StandardPhraseFactory.create(scene=scene)
    StandardPhraseFactory.create(scene=scene, state=PhraseState.DRAFT)
    shown = client.get(url("phrasescene", "changelist")).content.decode()
    assert f"?scene__id__exact={scene.pk}" in shown
    assert client.post(url("phrasescene", "delete", scene.pk), {"post": "yes"}).status_code == 403


def test_both_lists_are_taken_away_as_tables(client, trainer):
    StandardPhraseFactory.create(text="请您稍等。")
    ForbiddenPhraseFactory.create(text="滚蛋", exceptions=["滚蛋糕", "圆滚蛋"])
    client.force_login(trainer)
    told = {}
    for model in ("standardphrase", "forbiddenphrase"):
        answer = client.post(url(model, "export"), {"format": "1"})
        told[model] = answer.content.decode("utf-8-sig")
    assert "请您稍等。" in told["standardphrase"]
    assert "滚蛋糕|圆滚蛋" in told["forbiddenphrase"]
