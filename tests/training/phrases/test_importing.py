"""Phrases out of a table, by the steps. T8 X6"""

import pytest

from portal.transfers.importers import Outcome, Record, Result, get
from tests.factories import NOW
from tests.phrase_factories import PhraseSceneFactory, StandardPhraseFactory
from training.choices import PhraseState
from training.models import ForbiddenPhrase, StandardPhrase
from training.phrases.importing import ForbiddenPhraseImporter, PhraseImporter, StandardPhraseImporter
from training.resources.phrases import ForbiddenPhraseResource, StandardPhraseResource

pytestmark = pytest.mark.django_db


def take(importer: PhraseImporter, by, *rows: dict[str, str], check: bool = False) -> list[Outcome]:
    records = [Record(number, "template", row) for number, row in enumerate(rows, start=2)]
    chunk = importer.check_chunk if check else importer.apply_chunk
    return list(chunk(records, by=by, at=NOW))


def results(outcomes: list[Outcome]) -> list[Result]:
    return [outcome.result for outcome in outcomes]


ROW = {"code": "wait", "scene": "等待", "text": "请您稍等，谢谢。", "gloss": "Please wait.", "position": "20"}
RULE = {
    "code": "do-not-know", "forbidden_class": "推诿", "text": "不知道", "exceptions": "可能还不知道|不知道您",
    "severity": "1", "remedy": "请稍等。",
}  # fmt: skip


def test_a_new_row_is_a_draft_and_the_same_again_changes_nothing(trainer):
    PhraseSceneFactory.create(name="等待")
    importer = StandardPhraseImporter()
    assert results(take(importer, trainer, ROW, check=True)) == [Result.CREATED]
    assert not StandardPhrase.objects.exists()
    assert results(take(importer, trainer, ROW)) == [Result.CREATED]
    assert results(take(importer, trainer, ROW, {**ROW, "text": "请稍候，谢谢。"})) == [
        Result.UNCHANGED, Result.UPDATED,
    ]  # fmt: skip
    phrase = StandardPhrase.objects.get()
    assert (phrase.code, phrase.state, phrase.author, phrase.position) == (
        "wait", PhraseState.DRAFT, trainer, 20,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"scene": "没有"}, "scene"), ({"text": "{a.__class__}"}, "text"), ({"text": ""}, "text"),
     ({"position": "x"}, "position")],
)  # fmt: skip
def test_a_wrong_cell_costs_its_row_alone(trainer, wrong, field):
    PhraseSceneFactory.create(name="等待")
    bad, good = take(StandardPhraseImporter(), trainer, ROW | wrong, {**ROW, "code": "other"})
    assert [problem.field for problem in bad.problems] == [field]
    assert good.result == Result.CREATED


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"code": "x" * 41}, "code"), ({"code": "有空 格"}, "code"), ({"gloss": "g" * 501}, "gloss"),
     ({"position": "-1"}, "position")],
)  # fmt: skip
def test_more_than_a_column_holds_costs_its_row_alone(trainer, wrong, field):
    PhraseSceneFactory.create(name="等待")
    bad, good = take(StandardPhraseImporter(), trainer, ROW | wrong, {**ROW, "code": "other"})
    assert [problem.field for problem in bad.problems] == [field]
    assert good.result == Result.CREATED
    again = take(StandardPhraseImporter(), trainer, {**ROW, "code": "other"} | {**wrong, "code": "other"})
    assert [problem.field for one in again for problem in one.problems] == [field] * (field != "code")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"code": "x" * 41}, "code"), ({"text": "不知道" * 70}, "text"), ({"gloss": "g" * 301}, "gloss"),
     ({"remedy": "请" * 301}, "remedy")],
)  # fmt: skip
def test_more_than_a_column_of_rules_holds_costs_its_row_alone(trainer, wrong, field):
    bad, good = take(ForbiddenPhraseImporter(), trainer, RULE | wrong, RULE)
    assert [problem.field for problem in bad.problems] == [field]
    assert good.result == Result.CREATED


def test_a_pattern_stays_one_in_a_table_that_does_not_say_so(trainer):
    pattern = {**RULE, "match": "模式", "text": "不.{0,2}知道", "exceptions": ""}
    take(ForbiddenPhraseImporter(), trainer, pattern | {"match": "pattern"})
    assert results(take(ForbiddenPhraseImporter(), trainer, pattern | {"match": "", "severity": "2"})) == [
        Result.UPDATED
    ]
    assert ForbiddenPhrase.objects.get().match == "pattern"


def test_rules_are_taken_with_their_exceptions_and_the_class_in_words(trainer):
    importer = ForbiddenPhraseImporter()
    row = RULE | {"forbidden_class": "Pushing responsibility away"}
    assert results(take(importer, trainer, row, row)) == [Result.CREATED, Result.UNCHANGED]
    assert results(take(importer, trainer, row | {"severity": "2"})) == [Result.UPDATED]
    phrase = ForbiddenPhrase.objects.get()
    assert (phrase.exceptions, phrase.severity) == (["可能还不知道", "不知道您"], 2)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"severity": "9"}, "severity"), ({"severity": ""}, "severity"),
     ({"forbidden_class": "x"}, "forbidden_class"),
     ({"match": "pattern", "text": "不.*知道", "exceptions": ""}, "text")],
)  # fmt: skip
def test_a_wrong_rule_is_rejected_at_its_cell(trainer, wrong, field):
    row = RULE | {"forbidden_class": "pushing_away"} | wrong
    (outcome,) = take(ForbiddenPhraseImporter(), trainer, row)
    assert [problem.field for problem in outcome.problems] == [field]


def test_a_table_without_a_column_leaves_what_stands_there(trainer):
    PhraseSceneFactory.create(name="等待")
    take(StandardPhraseImporter(), trainer, ROW)
    take(
        StandardPhraseImporter(),
        trainer,
        {name: ROW[name] for name in ("code", "scene")} | {"text": "稍等。"},
    )
    phrase = StandardPhrase.objects.get()
    assert (phrase.text, phrase.gloss, phrase.position) == ("稍等。", "Please wait.", 20)

    take(ForbiddenPhraseImporter(), trainer, RULE)
    less = {name: RULE[name] for name in ("code", "forbidden_class", "text")} | {"severity": "3"}
    take(ForbiddenPhraseImporter(), trainer, less)
    rule = ForbiddenPhrase.objects.get()
    assert (rule.severity, rule.exceptions, rule.remedy) == (3, ["可能还不知道", "不知道您"], "请稍等。")


def test_whoever_may_not_write_brings_nothing_in(handler):
    PhraseSceneFactory.create(name="等待")
    assert results(take(StandardPhraseImporter(), handler, ROW)) == [Result.REJECTED]


def test_both_kinds_can_be_uploaded():
    assert isinstance(get("standard_phrases"), StandardPhraseImporter)
    assert isinstance(get("forbidden_phrases"), ForbiddenPhraseImporter)


def test_what_is_exported_comes_back_unchanged(trainer):
    StandardPhraseFactory.create(code="wait", text="请您稍等。", gloss="Wait", position=5)
    take(ForbiddenPhraseImporter(), trainer, RULE | {"forbidden_class": "pushing_away"})
    for rows_of, resource, importer, fields in (
        (
            StandardPhrase,
            StandardPhraseResource,
            StandardPhraseImporter(),
            ("code", "scene", "text", "gloss", "position"),
        ),
        (
            ForbiddenPhrase,
            ForbiddenPhraseResource,
            ForbiddenPhraseImporter(),
            ("code", "forbidden_class", "match", "text", "exceptions", "severity", "remedy", "gloss"),
        ),
    ):
        table = resource().export(rows_of.objects.all())
        headers = {str(column.header): column.field for column in importer.columns}
        rows = [
            {headers[name]: str(value) for name, value in row.items() if name in headers}
            for row in table.dict
        ]
        assert set(rows[0]) == set(fields)
        assert results(take(importer, trainer, *rows)) == [Result.UNCHANGED]
