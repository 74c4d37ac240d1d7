"""Rules in, hits out. T8"""

import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from portal.errors import MissingInformation
from training.phrases.matching import MOST_OF_ONE_RULE, Rule, Rulebook, require_findable


def rule(text: str, **facts: Any) -> Rule:
    return Rule(**{"code": text, "forbidden_class": "scolding", "severity": 2, "text": text} | facts)


def pattern(text: str, **facts: Any) -> Rule:
    return rule(text, is_pattern=True, **facts)


def found(text: str, *rules: Rule) -> list[str]:
    return [hit.found for hit in Rulebook(rules).check(text)]


def test_a_hit_tells_rule_class_severity_place_and_remedy():
    (hit,) = Rulebook([rule("滚蛋", severity=3, remedy="请您说说情况。")]).check("请 滚 蛋！")
    assert (hit.code, hit.forbidden_class, hit.severity, hit.remedy) == (
        "滚蛋", "scolding", 3, "请您说说情况。",
    )  # fmt: skip
    assert (hit.start, hit.end, hit.found) == (2, 5, "滚 蛋")


@pytest.mark.parametrize(
    "text",
    ["滚蛋", "滾蛋", "滚 蛋", "滚·蛋", "滚\u200b蛋", "滚\n\u3000蛋".replace("\n", ""), "滚。蛋", "滚😀蛋"],
)
def test_simple_tricks_do_not_hide_words(text):
    assert found(text, rule("滚蛋")) == [text]


def test_words_are_not_put_together_over_the_end_of_a_sentence():
    assert found("您说的我都不。知道了", rule("不知道")) == []
    assert found("您说的我都不。知道了", pattern("不.{0,2}知道"), pattern("不[^好]{0,2}知道")) == []


def test_what_an_exception_covers_is_no_hit_of_its_own_rule_alone():
    rules = [rule("不知道", exceptions=["可能还不知道"]), rule("不知道您", code="other")]
    assert found("您可能还不知道，我也不知道", rules[0]) == ["不知道"]
    assert [hit.code for hit in Rulebook(rules).check("可能还不知道您在哪")] == ["other"]


def test_an_exception_covers_a_pattern_too():
    assert found("没有空调", pattern("没有?空", exceptions=["没有空调"])) == []
    assert found("我没有空", pattern("没有?空", exceptions=["没有空调"])) == ["没有空"]


def test_of_hits_that_overlap_the_gravest_stays_then_the_longest():
    grave, long, other = rule("你滚", severity=3), rule("给我滚远点", severity=2), rule("远点吧", severity=2)
    assert found("给我滚远点吧", long, other) == ["给我滚远点"]
    assert found("你滚远点吧", grave, other) == ["你滚", "远点吧"]
    assert found("给你滚远点", grave, rule("给你滚远点", severity=1)) == ["你滚"]


def test_hits_come_in_the_order_of_the_text():
    assert found("急什么，滚蛋，真烦", rule("真烦"), rule("滚蛋", severity=3), rule("急什么")) == [
        "急什么", "滚蛋", "真烦",
    ]  # fmt: skip


def test_patterns_read_both_scripts_and_any_case():
    assert found("妳怎麼這都不會", pattern("怎么这都不会")) == ["怎麼這都不會"]
    assert found("SHUT up", pattern("shut.{0,2}up")) == ["SHUT up"]
    assert found("真的……滚 开，滚 出去", pattern("滚(开|出去)")) == ["滚 开", "滚 出去"]


def test_many_hits_of_one_rule_do_not_drown_the_others():
    hits = Rulebook([rule("急什么", severity=1), rule("滚蛋", severity=3)]).check("急什么" * 5_000 + "滚蛋")
    assert len(hits) == MOST_OF_ONE_RULE + 1
    assert hits[-1].found == "滚蛋"


def test_without_rules_or_text_nothing_is_found():
    assert Rulebook([]).check("滚蛋") == ()
    assert Rulebook([rule("滚蛋")]).check("") == ()
    assert Rulebook([pattern("滚{0,2}蛋")]).check("蛋糕") != ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(", "no pattern"),
        (r"(?=滚)蛋", "no pattern"),
        (r"(滚)\1", "no pattern"),
        ("滚.*蛋", "how many at most"),
        ("滚.+蛋", "how many at most"),
        ("滚.{2,}蛋", "how many at most"),
        ("(.{0,30}坏){9}", "too large"),
        ("[滚蛋]{1,600}坏", "too large"),
        (".{0,6}", "everywhere"),
        ("(滚|蛋)?", "everywhere"),
        (r"\b", "everywhere"),
        ("(好|您).", "greeting"),
        ("你 好坏", "Blanks"),
        ("你，好坏", "Blanks"),
    ],
)
def test_a_pattern_that_is_wrong_dangerous_or_strikes_everywhere_is_refused_with_the_reason(text, reason):
    with pytest.raises(MissingInformation, match=reason) as refusal:
        require_findable(pattern(text))
    assert set(refusal.value.fields) == {"text"}


@pytest.mark.parametrize("text", ["你.{0,6}自己不会", r"\+x{2}", "傻[逼比叉x]", "(滚|蛋)(远点|开)"])
def test_a_decent_pattern_is_taken(text):
    require_findable(pattern(text))


@pytest.mark.parametrize("text", ["滚", " 滚 ", "……", ""])
def test_a_single_letter_is_no_phrase(text):
    with pytest.raises(MissingInformation, match="two letters"):
        require_findable(rule(text))


@pytest.mark.parametrize("exception", ["不知道", "不 知 道", "知道了", "谢谢您"])
def test_an_exception_is_longer_than_the_words_and_holds_them(exception):
    with pytest.raises(MissingInformation) as refusal:
        require_findable(rule("不知道", exceptions=[exception]))
    assert set(refusal.value.fields) == {"exceptions"}


def test_a_rule_that_cannot_be_read_any_more_stops_no_other():
    assert found("滚蛋", pattern("("), rule("滚蛋")) == ["滚蛋"]


# Cost, measured against the same on the same machine: how it grows, not how long it takes.

LETTERS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面"
)


def cost(act: Callable[[], object]) -> float:
    """The best of three."""
    taken = []
    for _ in range(3):
        begun = time.process_time()
        act()
        taken.append(time.process_time() - begun)
    return max(min(taken), 0.001)


def many_rules() -> Rulebook:
    rng = random.Random(8)
    words = [rule("".join(rng.choices(LETTERS, k=rng.randint(2, 6))) + f"x{n}") for n in range(2_000)]
    evil = [pattern(f"你.{{0,20}}{one}.{{0,5}}坏") for one in LETTERS[:50]]
    return Rulebook([*words, *evil])


def test_the_cost_grows_with_the_length_of_the_text_alone():
    rules, rng = many_rules(), random.Random(9)
    text = "".join(rng.choices(LETTERS + "你，。 ", k=8_000))
    rules.check(text)
    assert cost(lambda: rules.check(text * 8)) < cost(lambda: rules.check(text)) * 8 * 3


def test_two_thousand_phrases_cost_little_more_than_ten():
    rng = random.Random(10)
    text = "".join(rng.choices(LETTERS, k=40_000))
    few = Rulebook([rule(f"滚蛋{n}") for n in range(10)])
    many = Rulebook([rule("".join(rng.choices(LETTERS, k=4)) + f"y{n}") for n in range(2_000)])
    few.check(text), many.check(text)
    assert cost(lambda: many.check(text)) < cost(lambda: few.check(text)) * 12


@pytest.mark.parametrize("text", ["(a|aa){1,20}b", "(a{1,5}){1,5}b", "(a|a|a){1,15}c"])
def test_what_makes_other_engines_hang_is_linear_here(text):
    rules = Rulebook([pattern(text)])
    rules.check("a")
    assert cost(lambda: rules.check("a" * 80_000)) < cost(lambda: rules.check("a" * 10_000)) * 8 * 3
