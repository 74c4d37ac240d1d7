"""What comes with the portal, and how it is filled in. T8"""

from collections import Counter

import pytest
from django.core.management import call_command

from portal.choices import AuditAction, Role
from portal.errors import NotAllowed
from portal.models import AuditEntry
from tests.factories import NOW, UserFactory
from tests.phrase_factories import ForbiddenPhraseFactory
from training.choices import ForbiddenClass, PhraseSeverity, PhraseState
from training.models import ForbiddenPhrase, PhraseScene, StandardPhrase
from training.phrases import forbidden, loading, placeholders
from training.phrases.forbidden import rule_of
from training.phrases.matching import Rule, Rulebook, require_findable

LOADED = pytest.mark.usefixtures("loaded")


@pytest.fixture
def loaded(db: None) -> loading.Loaded:  # noqa: ARG001
    return loading.load(by=None, at=NOW)


def test_each_scene_has_words_that_ask_and_thank():
    scenes = loading.shipped("standard")["scenes"]
    assert len(scenes) == 17
    for scene in scenes:
        assert len(scene["phrases"]) >= 3, scene["name"]
        for phrase in scene["phrases"]:
            text = phrase["text"]
            placeholders.require_known(text)
            assert phrase["gloss"], text
            assert text.startswith("{customer}"), text
            assert "请" in text or "谢" in text, text
    texts = [phrase["text"] for scene in scenes for phrase in scene["phrases"]]
    assert sum("请" in text for text in texts) > len(texts) * 0.9
    assert sum("谢" in text for text in texts) > len(texts) * 0.9


def test_each_class_has_ten_rules_of_more_than_one_severity_with_a_remedy():
    rules = loading.shipped("forbidden")
    assert set(rules) == set(ForbiddenClass.values)
    for forbidden_class, told in rules.items():
        assert len(told) >= 10, forbidden_class
        assert len({rule["severity"] for rule in told}) >= 2, forbidden_class
        for rule in told:
            assert rule["severity"] in PhraseSeverity.values
            assert rule["remedy"], rule["code"]
            assert rule["gloss"], rule["code"]


def test_no_code_is_used_twice():
    standard = [
        phrase["code"] for scene in loading.shipped("standard")["scenes"] for phrase in scene["phrases"]
    ]
    rules = [rule["code"] for told in loading.shipped("forbidden").values() for rule in told]
    assert [code for code, count in Counter([*standard, *rules]).items() if count > 1] == []


@LOADED
def test_every_shipped_rule_can_be_looked_for():
    for phrase in ForbiddenPhrase.objects.all():
        require_findable(rule_of(phrase))


@LOADED
def test_no_shipped_phrase_and_no_remedy_holds_forbidden_words():
    remedies = ForbiddenPhrase.objects.values_list("remedy", flat=True)
    texts = [*StandardPhrase.objects.values_list("text", flat=True), *remedies]
    hits = {text: found for text in texts if (found := forbidden.check(placeholders.fill(text, {})))}
    assert hits == {}


@LOADED
@pytest.mark.parametrize(
    ("said", "forbidden_class"),
    [
        ("您刚才不是说过了吗", ForbiddenClass.COUNTER_QUESTION),
        ("我已经跟你说过了", ForbiddenClass.IMPATIENCE),
        ("大声点，听不见", ForbiddenClass.IMPATIENCE),
        ("不归我管", ForbiddenClass.PUSHING_AWAY),
        ("你去找别的部门", ForbiddenClass.PUSHING_AWAY),
        ("您怎么连这个都不知道", ForbiddenClass.COUNTER_QUESTION),
        ("公司规定就是这样，我也没办法", ForbiddenClass.PUSHING_AWAY),
        ("滚·蛋", ForbiddenClass.SCOLDING),
        ("是不是您自己弄坏的", ForbiddenClass.DOUBTING),
        ("买不起就别买", ForbiddenClass.DISCRIMINATION),
    ],
)
def test_what_the_rules_of_the_department_name_is_found(said, forbidden_class):
    assert forbidden_class in {hit.forbidden_class for hit in forbidden.check(said)}


@LOADED
@pytest.mark.parametrize(
    "said",
    [
        "您好，请您稍等，我马上为您核实，谢谢。",
        "您可能还不知道，我们有七天无理由。",
        "不知道您的收货地址是否有变化？",
        "不急，什么时候方便都可以。",
        "这款适合神经病变患者家属了解。",
        "蛋糕已经送到，请您查收。",
        "我来为您联系快递公司，有结果马上告诉您。",
        "这件事由专门的同事负责，我来为您转接。",
        "电子废物请交给回收点。",
    ],
)
def test_ordinary_words_are_left_alone(said):
    assert forbidden.check(said) == ()


def test_what_is_shipped_can_be_used_at_once(loaded):
    assert set(StandardPhrase.objects.values_list("state", flat=True)) == {PhraseState.PUBLISHED}
    assert (loaded.scenes, loaded.standard, loaded.forbidden) == (
        PhraseScene.objects.count(), StandardPhrase.objects.count(), ForbiddenPhrase.objects.count(),
    )  # fmt: skip
    assert AuditEntry.objects.filter(action=AuditAction.IMPORT).count() == 2


@LOADED
def test_loaded_again_nothing_is_added_and_what_people_changed_stays():
    StandardPhrase.objects.filter(code="wait-minutes").update(text="请您等一等。", state=PhraseState.RETIRED)
    ForbiddenPhrase.objects.filter(code="scolding-get-out").update(severity=1, is_active=False)
    PhraseScene.objects.filter(code="wait").update(name="等待")
    again = loading.load(by=None, at=NOW)
    assert again.total == 0
    assert StandardPhrase.objects.get(code="wait-minutes").text == "请您等一等。"
    assert not ForbiddenPhrase.objects.get(code="scolding-get-out").is_active
    assert AuditEntry.objects.filter(action=AuditAction.IMPORT).count() == 2


@pytest.mark.django_db
def test_words_that_somebody_has_forbidden_already_are_not_added_twice():
    ForbiddenPhraseFactory.create(code="own", text="滚蛋", severity=1)
    loading.load(by=None, at=NOW)
    assert ForbiddenPhrase.objects.get(text="滚蛋").code == "own"


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.HANDLER, Role.INSPECTOR, Role.DIRECTOR])
def test_only_who_keeps_both_lists_loads_them(role):
    with pytest.raises(NotAllowed):
        loading.load(by=UserFactory.create(roles=[role]), at=NOW)
    assert not PhraseScene.objects.exists()


@pytest.mark.django_db
def test_the_command_loads_them(capsys):
    call_command("load_phrases")
    assert capsys.readouterr().out.startswith("17 scenes")


def test_all_shipped_rules_together_read_a_long_text_in_one_go():
    rules = [
        Rule(
            code=told["code"],
            forbidden_class=name,
            severity=told["severity"],
            text=told["text"],
            is_pattern=told.get("match") == "pattern",
        )
        for name, listed in loading.shipped("forbidden").items()
        for told in listed
    ]
    text = "您好，请您稍等。" * 2_000 + "滚蛋"
    assert [hit.found for hit in Rulebook(rules).check(text)] == ["滚蛋"]
