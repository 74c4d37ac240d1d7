"""The handbook is taken away by those who may, and each time is recorded. # T11"""

import pytest

from portal.models import AuditEntry
from tests.knowledge_factories import revised
from tests.training.admin.conftest import url
from tests.training_factories import ArticleFactory
from training.choices import Audience

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]


def exports() -> list[object]:
    rows = AuditEntry.objects.filter(action="export").order_by("pk")
    return [row.changes["file"][1] for row in rows]


def test_the_page_has_a_contents_and_what_is_published(client, article, keeper, author, topic):
    revised(article, author, body="草稿里的字")
    ArticleFactory.create(topic=topic, audience=Audience.AGENTS, version__title="内部口径")
    client.force_login(keeper)
    page = client.get(url("article_handbook_page"), {"audience": "customers"}).content.decode()
    assert 'href="#a' in page
    assert "如何退货" in page
    assert "草稿里的字" not in page
    assert "内部口径" not in page
    assert "内部口径" in client.get(url("article_handbook_page"), {"audience": "agents"}).content.decode()
    assert exports() == ["handbook.html", "handbook.html"]


@pytest.mark.usefixtures("article")
def test_the_file_is_an_attachment(client, keeper):
    client.force_login(keeper)
    answer = client.get(url("article_handbook_pdf"), {"audience": "agents"})
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="handbook-2026-03-11.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert exports() == ["handbook.pdf"]


@pytest.mark.usefixtures("article")
@pytest.mark.parametrize("asked", [{}, {"audience": "nobody"}, {"audience": "customers", "topics": "999"}])
def test_a_question_that_means_nothing_leads_back_to_the_form(client, keeper, asked):
    client.force_login(keeper)
    for page in ("article_handbook_page", "article_handbook_pdf"):
        assert client.get(url(page), asked).headers["Location"] == url("article_handbook")
    assert exports() == []


@pytest.mark.usefixtures("article")
def test_an_agent_takes_nothing_away(client, author):
    client.force_login(author)
    for page in ("article_handbook", "article_handbook_page", "article_handbook_pdf"):
        assert client.get(url(page), {"audience": "customers"}).status_code == 403
