"""The handbook of questions and answers. # T11"""

import io
import time
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from reportlab.platypus import Paragraph

from portal.errors import NotAllowed, TooOften
from tests.factories import NOW, TODAY
from tests.knowledge_factories import revised
from tests.training_factories import ArticleFactory, TopicFactory
from training.choices import Audience
from training.knowledge import pictures
from training.knowledge.handbook import contents, flowables, illustrations, paper

DAY = timedelta(days=1)


def set_on_paper(text: str, picture=lambda _address: None):
    from portal.pdf import register  # noqa: PLC0415 - the font is needed by some of these only

    register()
    return flowables.flowables(text, width=480, picture=picture)


def printed(chapters, **more) -> bytes:
    out = io.BytesIO()
    facts = {"title": "手册", "subtitle": "客户", "printed": "周敏", "picture": lambda _address: None} | more
    paper.write(out, chapters, **facts)
    return out.getvalue()


@pytest.mark.django_db
def test_a_handbook_holds_what_its_readers_may_have_today(article, trainer, author, colleague, topic):
    revised(article, author, body="草稿里的字")
    agents = ArticleFactory.create(topic=topic, audience=Audience.AGENTS)
    ArticleFactory.create(topic=topic, valid_until=TODAY - DAY)
    ArticleFactory.create(topic=topic, valid_from=TODAY + DAY)

    def articles(audience, user=trainer):
        found = contents.chapters(user=user, audience=audience, on=TODAY)
        return {entry.article for chapter in found for entry in chapter.entries}

    assert articles(Audience.CUSTOMERS) == {article}
    assert articles(Audience.AGENTS) == {article, agents}
    with pytest.raises(NotAllowed):
        articles(Audience.LEADERS, colleague)
    [chapter] = contents.chapters(user=trainer, audience=Audience.CUSTOMERS, on=TODAY)
    assert "草稿" not in chapter.entries[0].version.body


@pytest.mark.django_db
def test_chapters_follow_the_topics_and_empty_ones_are_left_out(trainer):
    after = TopicFactory.create(name="售后", position=2)
    goods = TopicFactory.create(name="商品", position=1)
    TopicFactory.create(name="空的", position=0)
    refund = TopicFactory.create(name="退款", parent=after)
    for topic in (goods, refund):
        ArticleFactory.create(topic=topic)
    found = contents.chapters(user=trainer, audience=Audience.CUSTOMERS, on=TODAY)
    assert [(one.number, one.topic.name, one.depth) for one in found] == [
        ("1", "商品", 1), ("2", "售后", 1), ("2.1", "退款", 2),
    ]  # fmt: skip
    assert [one.number for one in found[2].entries] == ["2.1-1"]
    chosen = contents.chapters(user=trainer, audience=Audience.CUSTOMERS, on=TODAY, topics=[after])
    assert [one.topic.name for one in chosen] == ["售后", "退款"]


@pytest.mark.django_db
@pytest.mark.usefixtures("article")
def test_a_book_that_nobody_prints_is_refused(trainer, monkeypatch):
    monkeypatch.setattr(contents, "MOST_ARTICLES", 0)
    with pytest.raises(TooOften):
        contents.chapters(user=trainer, audience=Audience.CUSTOMERS, on=TODAY)


@pytest.mark.django_db
def test_the_pdf_has_its_pages_and_an_outline(article, trainer):
    content = printed(contents.chapters(user=trainer, audience=Audience.CUSTOMERS, on=TODAY))
    assert content.startswith(b"%PDF")
    assert b"/Outlines" in content
    assert content.count(b"/Type /Page\n") == 3  # Title, contents, a chapter.
    assert article.current


@pytest.mark.parametrize(
    "hostile",
    [
        "<para><img src='file:///etc/passwd'/></para>",
        '<font name="nothing">x</font> & < > "',
        "[看](javascript:alert(1))",
        '[看](https://a.example/"onx="y)',
        "![图](https://elsewhere.example/a.png)",
        "![图](file:///etc/passwd)",
        "![图](/etc/passwd)",
        "**" * 50 + "\x01\x02😀𠮷",
        "> " * 30 + "深",
        "- " * 30 + "深",
        "|" + "a|" * 40 + "\n|" + "-|" * 40 + "\n|" + "b|" * 40,
        "| a |\n| - |\n| " + "长" * 20_000 + " |",
        "```\n" + "长" * 5_000 + "\n```",
        "长" * 30_000,
        "1. " + "一行\n\n   " * 400,
        "1. 先查订单\n   > 引用政策",
        "> - > |a|b|\n>   > |-|-|\n>   > |1|2|",
    ],
)
def test_no_text_breaks_the_paper_or_reaches_out_of_it(hostile):
    from reportlab.platypus import SimpleDocTemplate  # noqa: PLC0415

    out = io.BytesIO()
    SimpleDocTemplate(out).build([Paragraph("x"), *set_on_paper(hostile)])
    assert out.getvalue().startswith(b"%PDF")
    assert b"javascript" not in out.getvalue()
    assert b"root:" not in out.getvalue()


def test_words_are_escaped_and_links_lead_out_only_to_the_web():
    [line] = set_on_paper("<b>粗</b> & [网](https://shop.example/?a=1&b=2) [内](/admin/)")
    assert "&lt;b&gt;粗&lt;/b&gt; &amp;" in line.text
    assert '<a href="https://shop.example/?a=1&amp;b=2"' in line.text
    assert "/admin/" not in line.text


@pytest.mark.parametrize("marks", ["{}", "```\n{}\n```"], ids=["text", "code"])
def test_many_short_lines_take_no_minutes(marks):
    """A paragraph that is broken over many pages is broken anew on each of them."""
    from reportlab.platypus import SimpleDocTemplate  # noqa: PLC0415

    begun = time.process_time()
    SimpleDocTemplate(io.BytesIO()).build(set_on_paper(marks.format("行\n" * 5_000)))
    assert time.process_time() - begun < 10


@pytest.mark.django_db
def test_only_pictures_of_the_printed_articles_are_in_it(settings, tmp_path, article, trainer):
    settings.MEDIA_ROOT = tmp_path
    file = io.BytesIO()
    Image.new("RGBA", (2_000, 50), "#33669980").save(file, "PNG")
    file.seek(0)
    image = pictures.add(article, file, name="图.png", by=trainer, at=NOW)
    address = pictures.address_of(image)
    assert illustrations.of([article])(address) is None  # Nothing that is published shows it.
    article.current.body = pictures.mark_for(image)
    content = illustrations.of([article])(address)
    with Image.open(io.BytesIO(content)) as small:
        assert (small.format, small.width) == ("JPEG", 1_000)
    assert illustrations.of([])(address) is None
    assert illustrations.of([article])("https://elsewhere.example/article/image/x/") is None
    Path(image.file.path).unlink()
    assert illustrations.of([article])(address) is None


@pytest.mark.django_db
def test_many_articles_do_not_fill_the_memory(topic, trainer):
    for _number in range(60):
        ArticleFactory.create(topic=topic, version__body="签收后七天内可以退货。\n\n" * 20)
    tracemalloc.start()
    content = printed(contents.chapters(user=trainer, audience=Audience.CUSTOMERS, on=TODAY))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert content.count(b"/Type /Page\n") > 20
    assert most < 60 * 1024 * 1024
