"""Articles by a file, questions by a file. # T6 T7"""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from training.models import Article, ArticleVersion, SearchEntry, Topic
from training.search import index

pytestmark = pytest.mark.django_db

ROWS = [
    {
        "id": "a",
        "title": "如何开具发票",
        "body": "在订单详情申请。",
        "category": "发票",
        "questions": ["怎么开票"],
    },
    {"id": "b", "title": "退货流程", "body": "寄回即可。", "category": "售后", "questions": []},
]


def load(tmp_path: Path, *lines: object) -> str:
    file = tmp_path / "articles.jsonl"
    told = (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    file.write_text("\n".join(told), encoding="utf-8")
    out = io.StringIO()
    call_command("load_articles", str(file), stdout=out, stderr=io.StringIO())
    return out.getvalue().strip()


def search(*arguments: str) -> str:
    out = io.StringIO()
    call_command("search_articles", *arguments, stdout=out)
    return out.getvalue()


def test_articles_are_published_at_once_and_told_again_nothing_changes(tmp_path):
    assert load(tmp_path, *ROWS) == "created 2  updated 0  unchanged 0  rejected 0"
    assert load(tmp_path, *ROWS) == "created 0  updated 0  unchanged 2  rejected 0"
    assert {article.audience for article in Article.objects.all()} == {"customers"}
    assert sorted(Topic.objects.values_list("name", flat=True)) == ["发票", "售后"]
    assert not index.differences()


def test_another_text_is_the_next_version(tmp_path):
    load(tmp_path, *ROWS)
    assert load(tmp_path, ROWS[0], ROWS[1] | {"title": "退货步骤"}).startswith(
        "created 0  updated 1  unchanged 1"
    )
    assert ArticleVersion.objects.filter(article__code="b").count() == 2
    assert json.loads(search("退货步骤", "--json"))["results"][0]["id"] == "b"


@pytest.mark.parametrize(
    "line",
    [
        "{", "[]", '"x"', "1", {"title": "没有编号"}, {"id": "c", "title": ""}, {"id": "c" * 61},
        {"id": "c", "title": "长" * 201}, {"id": "c", "title": 5},
        {"id": "c", "title": "x", "questions": "x"},
        {"id": "c", "title": "x", "audience": "everybody"}, {"id": "a", "title": "又一次"}, "[" * 5_000,
    ],
)  # fmt: skip
def test_a_bad_line_is_named_and_left_out_and_the_others_are_taken(tmp_path, line: object):
    with pytest.raises(SystemExit) as left:
        load(tmp_path, ROWS[0], line, ROWS[1])
    assert left.value.code == 3
    assert sorted(Article.objects.values_list("code", flat=True)) == ["a", "b"]


def test_a_file_that_cannot_be_read_is_unusable(tmp_path):
    (tmp_path / "x").write_bytes(b"\xff\xfe\x00")
    for name in ("x", "none"):
        with pytest.raises(CommandError) as refusal:
            call_command("load_articles", str(tmp_path / name))
        assert refusal.value.returncode == 2


def test_a_file_of_questions_is_answered_line_by_line(tmp_path):
    load(tmp_path, *ROWS)
    file = tmp_path / "questions.jsonl"
    file.write_text('{"id": "q1", "query": "怎么开票"}\n\n{"id": "q2", "query": "？"}\n', encoding="utf-8")
    told = [json.loads(line) for line in search("--queries", str(file)).splitlines()]
    assert [set(one) for one in told] == [{"id", "results", "confident"}] * 2
    assert told[0]["results"][0]["id"] == "a"
    assert set(told[0]["results"][0]) == {"id", "score"}
    assert told[1] == {"id": "q2", "results": [], "confident": False}


@pytest.mark.parametrize("line", ["{", '{"id": 1}', "[]"])
def test_a_bad_file_of_questions_names_its_line(tmp_path, line: str):
    file = tmp_path / "questions.jsonl"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(CommandError, match="1"):
        search("--queries", str(file))


def test_the_limit_holds(tmp_path):
    load(tmp_path, *({"id": f"a{n}", "title": f"退货流程{n}"} for n in range(8)))
    assert len(json.loads(search("退货流程", "--json"))["results"]) == 5
    assert len(json.loads(search("退货流程", "--json", "--limit", "7"))["results"]) == 7


def test_without_a_question_the_command_says_so():
    with pytest.raises(CommandError):
        search()


def test_a_check_names_each_difference_and_changes_nothing(tmp_path):
    load(tmp_path, *ROWS)
    assert search("--check").splitlines() == ["missing 0", "surplus 0", "outdated 0", "miscounted 0"]
    SearchEntry.objects.filter(article__code="b").delete()
    out = io.StringIO()
    for _twice in range(2):
        with pytest.raises(CommandError):
            call_command("search_articles", "--check", stdout=out)
    assert "missing 1\tb" in out.getvalue()
    call_command("search_articles", "--rebuild", "--check", stdout=out, stderr=io.StringIO())
