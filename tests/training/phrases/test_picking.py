"""Which phrases are offered. T8"""

import pytest

from tests.phrase_factories import PhraseSceneFactory, StandardPhraseFactory
from training.choices import PhraseState
from training.phrases import picking

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def phrases():
    closing = PhraseSceneFactory.create(name="结束语", position=20)
    greeting = PhraseSceneFactory.create(name="问候", position=10)
    StandardPhraseFactory.create(
        scene=closing, text="祝您生活愉快，谢谢。", gloss="Have a nice day", position=1
    )
    StandardPhraseFactory.create(scene=greeting, text="您好，订单已发货。", position=2)
    StandardPhraseFactory.create(scene=greeting, text="您好！", position=1)
    StandardPhraseFactory.create(scene=greeting, text="您好草稿", state=PhraseState.DRAFT)
    StandardPhraseFactory.create(scene=greeting, text="您好停用", state=PhraseState.RETIRED)


def texts(asked: str, **options: int) -> list[str]:
    return [phrase.text for phrase in picking.offered(asked, **options)]


def test_without_words_all_in_use_are_offered_in_the_order_of_a_conversation():
    assert texts("") == ["您好！", "您好，订单已发货。", "祝您生活愉快，谢谢。"]


@pytest.mark.parametrize("asked", ["发货", "發貨", "发 货", "问候 订单", "ＦＡ 发货"[3:]])
def test_every_word_must_fit_in_any_script(asked):
    assert texts(asked) == ["您好，订单已发货。"]


def test_scene_and_gloss_are_searched_too():
    assert texts("结束语") == texts("NICE day") == ["祝您生活愉快，谢谢。"]


def test_what_fits_nothing_offers_nothing_and_much_is_cut():
    assert texts("发票") == []
    assert len(texts("您", limit=2)) == 2


def test_one_query_whatever_is_asked(django_assert_num_queries):
    with django_assert_num_queries(1):
        [phrase.scene.name for phrase in picking.offered("您好")]
