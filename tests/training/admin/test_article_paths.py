"""While an article is written anew, no path shows the draft, and what has ended is on none. # T6"""

from datetime import timedelta

import pytest

from portal.choices import Role
from portal.models import User
from tests.factories import TODAY, UserFactory
from tests.knowledge_factories import revised, revision_in_review, written
from tests.training.admin.conftest import url
from training.choices import ArticleState, Audience
from training.models import Article, ArticleVersion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]

DAY = timedelta(days=1)
SECRET = "秘密草稿"


@pytest.fixture(params=[Role.HANDLER, Role.AUDITOR])
def reader(request) -> User:
    """An agent who may write, too, and somebody who only reads."""
    return UserFactory.create(roles=[request.param])


def pages(article: Article) -> dict[str, str]:
    """Every path of knowledge that a reader can ask for, about this article or at large."""
    versions = ArticleVersion.objects.filter(article=article)
    completed = "?app_label=training&model_name=missinganswer&field_name=article&term="
    return {
        "page": url("article_change", article.pk),
        "list": url("article_changelist"),
        "search in the list": f"{url('article_changelist')}?q={SECRET}",
        "library": url("article_library"),
        "search": f"{url('article_library')}?q={SECRET}",
        "topic": f"{url('article_library')}?topic={article.topic_id}",
        "autocomplete": f"/admin/autocomplete/{completed}{SECRET}",
        "export": f"{url('article_changelist')}export/",
        "history": url("article_history", article.pk),
        "versions": f"{url('articleversion_changelist')}?article={article.pk}",
        "board": url("article_board"),
        "handbook": f"{url('article_handbook_page')}?audience=customers",
        "handbook as a file": f"{url('article_handbook_pdf')}?audience=customers",
        "facts": url("article_amend", article.pk),
        **{f"version {one.number}": url("articleversion_change", one.pk) for one in versions},
        **{f"editor {one.number}": url("articleversion_edit", one.pk) for one in versions},
    }


def shown(client, article: Article, words: str) -> list[str]:
    """The paths on which these words stand; an echo of what was searched for is none."""
    found = []
    for name, path in pages(article).items():
        answer = client.get(path)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        echoed = text.decode(errors="replace").replace(f'value="{words}"', "").replace(f"q={words}", "")
        found += [name] if answer.status_code == 200 and words in echoed else []
    return found


@pytest.mark.parametrize("make", [revised, revision_in_review])
def test_a_draft_stands_on_no_path_of_a_reader(client, reader, article, author, make):
    make(article, author, title=f"{SECRET}标题", body=f"{SECRET}正文")
    client.force_login(reader)
    assert shown(client, article, SECRET) == []
    assert "page" in shown(client, article, "如何退货")


def test_an_article_that_was_never_published_is_on_no_path(client, reader, author, topic):
    draft = written(author, topic, title=SECRET, body=SECRET)
    client.force_login(reader)
    assert shown(client, draft.article, SECRET) == []
    assert shown(client, draft.article, draft.article.code) == []


@pytest.mark.parametrize(
    "facts",
    [
        {"valid_until": TODAY - DAY},
        {"valid_from": TODAY + DAY},
        {"state": ArticleState.RETIRED},
    ],
    ids=["ended", "not begun", "retired"],
)
def test_what_is_not_valid_is_on_no_path(client, reader, article, facts):
    Article.objects.update(**facts)
    client.force_login(reader)
    assert shown(client, article, "如何退货") == []
    assert shown(client, article, "七天内可以无理由退货") == []


def test_what_is_for_leaders_is_on_no_path_of_an_agent(client, article):
    Article.objects.update(audience=Audience.LEADERS)
    client.force_login(UserFactory.create(roles=[Role.HANDLER]))
    assert shown(client, article, "如何退货") == []


@pytest.mark.parametrize("page", ["retire", "bring_back", "flag"])
def test_no_dialog_opens_of_what_one_does_not_see(client, article, colleague, page):
    Article.objects.update(audience=Audience.LEADERS)
    client.force_login(colleague)
    assert client.get(url(f"article_{page}", article.pk)).status_code == 404
