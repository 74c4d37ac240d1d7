"""The editor, the page that puts two texts together, and the page of the reviewer. # T6"""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.choices import Role
from tests.factories import NOW, UserFactory
from tests.knowledge_factories import (
    content,
    handed_in,
    published,
    revised,
    revision_in_review,
    written,
)
from tests.training.admin.conftest import url
from training.choices import VersionState
from training.knowledge import articles, drafting, reviewing
from training.models import Article, ArticleImage, ArticleVersion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]


@pytest.fixture
def own_media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def typed(draft: ArticleVersion, **words: object) -> dict[str, object]:
    """What the editor's form sends."""
    names = ("title", "body", "note", "revision")
    lists = {name: "\n".join(getattr(draft, name)) for name in ("questions", "keywords", "products")}
    return {name: getattr(draft, name) for name in names} | lists | words


def test_a_draft_is_saved_and_handed_in_from_the_editor(client, article, author):
    draft = revised(article, author, body="开头")
    client.force_login(author)
    assert "开头" in client.get(url("articleversion_edit", draft.pk)).content.decode()
    client.post(url("articleversion_edit", draft.pk), typed(draft, body="写完", questions="问一\n问二"))
    draft.refresh_from_db()
    assert (draft.body, draft.questions, draft.state) == ("写完", ["问一", "问二"], VersionState.DRAFT)
    client.post(url("articleversion_edit", draft.pk), typed(draft, body="真写完", submit=""))
    draft.refresh_from_db()
    assert (draft.body, draft.state) == ("真写完", VersionState.IN_REVIEW)


def test_what_was_saved_in_another_window_is_shown_beside_and_taken_when_sent_again(client, article, author):
    draft = revised(article, author, body="开头")
    drafting.save(draft, content(body="甲甲甲"), revision=draft.revision, by=author, at=NOW)
    client.force_login(author)
    page = client.post(url("articleversion_edit", draft.pk), typed(draft, body="乙乙乙"))
    text = page.content.decode()
    assert "甲甲甲" in text
    assert "乙乙乙" in text
    draft.refresh_from_db()
    assert draft.body == "甲甲甲"
    again = {**page.context["form"].data.dict()}
    assert client.post(url("articleversion_edit", draft.pk), again).status_code == 302
    draft.refresh_from_db()
    assert draft.body == "乙乙乙"


def test_what_is_refused_on_handing_in_stays_saved(client, author, topic):
    draft = written(author, topic, kind="activity")
    client.force_login(author)
    page = client.post(url("articleversion_edit", draft.pk), typed(draft, body="规则", submit=""))
    assert page.context["form"].non_field_errors()
    draft.refresh_from_db()
    assert (draft.body, draft.state) == ("规则", VersionState.DRAFT)


@pytest.mark.parametrize("page", ["articleversion_edit", "articleversion_merge"])
@pytest.mark.parametrize("is_handed_in", [True, False], ids=["handed in", "dropped"])
def test_what_is_typed_on_a_draft_that_is_none_any_more_is_kept_on_the_page(
    client, article, author, page, is_handed_in
):
    draft = revised(article, author, body="开头")
    if is_handed_in:
        drafting.submit(draft, revision=draft.revision, by=author, at=NOW)
    else:
        drafting.drop(draft, reason="重复", by=author, at=NOW)
    client.force_login(author)
    answer = client.post(url(page, draft.pk), typed(draft, body="写了半小时", onto=0))
    assert answer.context["form"].non_field_errors()
    assert "写了半小时" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.body == "开头"
    assert client.get(url(page, draft.pk)).status_code == 302


def test_a_title_that_both_have_changed_is_not_called_put_together(
    client, article, author, colleague, knowledge_trainer
):
    draft = revised(article, author, title="我的标题")
    other = revision_in_review(article, colleague, title="他的标题")
    reviewing.approve(other, revision=other.revision, by=knowledge_trainer, at=NOW)
    client.force_login(author)
    page = client.get(url("articleversion_merge", draft.pk))
    assert not page.context["is_clean"]
    assert page.context["form"].initial["title"] == "我的标题"


def outdated(article: Article, author, colleague, trainer, *, theirs: str, mine: str) -> ArticleVersion:
    draft = revised(article, author, body=mine)
    other = revision_in_review(article, colleague, body=theirs)
    reviewing.approve(other, revision=other.revision, by=trainer, at=NOW)
    return draft


def test_handing_in_an_outdated_draft_leads_to_both_texts_put_together(
    client, topic, author, colleague, knowledge_trainer
):
    article = published(colleague, topic, approver=knowledge_trainer, body="甲\n\n乙\n\n丙")
    draft = outdated(
        article, author, colleague, knowledge_trainer, theirs="甲改\n\n乙\n\n丙", mine="甲\n\n乙\n\n丙改"
    )
    client.force_login(author)
    answer = client.post(url("articleversion_edit", draft.pk), typed(draft, submit=""))
    assert answer.headers["Location"] == url("articleversion_merge", draft.pk)
    page = client.get(url("articleversion_merge", draft.pk))
    assert page.context["is_clean"]
    assert page.context["form"].initial["body"] == "甲改\n\n乙\n\n丙改"
    article.refresh_from_db()
    given = typed(draft, body="甲改\n\n乙\n\n丙改", onto=article.current_id)
    client.post(url("articleversion_merge", draft.pk), given)
    draft.refresh_from_db()
    assert (draft.base_id, draft.body) == (article.current_id, "甲改\n\n乙\n\n丙改")
    assert article.current.body == "甲改\n\n乙\n\n丙"  # Readers still see what was approved.


def test_where_both_have_changed_the_same_the_author_decides(
    client, article, author, colleague, knowledge_trainer
):
    draft = outdated(article, author, colleague, knowledge_trainer, theirs="他的字", mine="我的字")
    client.force_login(author)
    page = client.get(url("articleversion_merge", draft.pk))
    assert not page.context["is_clean"]
    assert page.context["form"].initial["body"] == "我的字"
    assert "他的字" in page.content.decode()


def test_yet_another_version_while_putting_together_is_shown_before_anything_is_taken(
    client, article, author, colleague, knowledge_trainer
):
    draft = outdated(article, author, colleague, knowledge_trainer, theirs="第二版", mine="我的")
    seen = Article.objects.get(pk=article.pk).current_id
    third = revision_in_review(article, colleague, body="第三版")
    reviewing.approve(third, revision=third.revision, by=knowledge_trainer, at=NOW)
    client.force_login(author)
    page = client.post(url("articleversion_merge", draft.pk), typed(draft, body="合", onto=seen))
    assert "第三版" in page.content.decode()
    draft.refresh_from_db()
    assert draft.body == "我的"
    assert (
        client.post(url("articleversion_merge", draft.pk), page.context["form"].data.dict()).status_code
        == 302
    )
    draft.refresh_from_db()
    assert (draft.body, draft.base_id) == ("合", third.pk)


def test_nobody_else_opens_the_editor(client, article, author, colleague, knowledge_trainer):
    draft = revised(article, author, body="草稿")
    for other, status in ((colleague, 404), (knowledge_trainer, 302)):
        client.force_login(other)
        assert client.get(url("articleversion_edit", draft.pk)).status_code == status
        assert (
            client.post(url("articleversion_edit", draft.pk), typed(draft, body="改")).status_code == status
        )
        assert client.get(url("articleversion_merge", draft.pk)).status_code == status
    draft.refresh_from_db()
    assert draft.body == "草稿"


def test_a_reviewer_sees_what_is_different_and_publishes_it(client, article, author, keeper):
    version = revision_in_review(article, author, body="十五天内可以无理由退货。")
    client.force_login(keeper)
    page = client.get(url("articleversion_change", version.pk))
    assert "<ins>十五</ins>" in page.content.decode()
    assert (page.context["difference"].came, page.context["difference"].went) == (2, 1)
    given = {"decision": "approve", "revision": version.revision}
    client.post(url("articleversion_review", version.pk), given)
    article.refresh_from_db()
    assert article.current == version


def test_sent_back_needs_a_reason_and_a_stale_page_decides_nothing(client, article, author, keeper):
    version = revision_in_review(article, author, body="新")
    client.force_login(keeper)
    page = client.post(
        url("articleversion_review", version.pk), {"decision": "send_back", "revision": version.revision}
    )
    assert page.context["review_form"].errors
    client.post(url("articleversion_review", version.pk), {"decision": "approve", "revision": 1})
    version.refresh_from_db()
    assert version.state == VersionState.IN_REVIEW
    given = {"decision": "send_back", "revision": version.revision, "comment": "写清楚"}
    client.post(url("articleversion_review", version.pk), given)
    version.refresh_from_db()
    assert (version.state, version.review_comment) == (VersionState.RETURNED, "写清楚")


def test_what_changed_while_it_was_read_is_shown_and_then_decided_with_the_same_form(
    client, author, topic, keeper
):
    version = handed_in(author, topic)
    articles.amend(version.article, kind="policy", by=author, at=NOW)
    client.force_login(keeper)
    given = {"decision": "approve", "revision": version.revision, "comment": "很好"}
    page = client.post(url("articleversion_review", version.pk), given)
    form = page.context["review_form"]
    assert form.non_field_errors()
    assert "很好" in page.content.decode()
    assert form["revision"].value() == "2"
    client.post(url("articleversion_review", version.pk), given | {"revision": form["revision"].value()})
    version.refresh_from_db()
    assert version.state == VersionState.APPROVED


def test_who_comes_second_is_told_that_it_is_decided(client, author, topic, keeper, knowledge_trainer):
    version = handed_in(author, topic)
    reviewing.send_back(version, comment="写清楚", by=knowledge_trainer, at=NOW)
    client.force_login(keeper)
    given = {"decision": "approve", "revision": version.revision}
    page = client.post(url("articleversion_review", version.pk), given, follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]


def test_the_author_gets_no_decision_and_a_forged_one_is_refused(client, topic, knowledge_trainer):
    version = handed_in(knowledge_trainer, topic)
    client.force_login(knowledge_trainer)
    assert client.get(url("articleversion_change", version.pk)).context["review_form"] is None
    given = {"decision": "approve", "revision": version.revision}
    client.post(url("articleversion_review", version.pk), given)
    version.article.refresh_from_db()
    assert version.article.current is None


def test_taken_back_taken_over_dropped_and_brought_back(client, article, author, keeper, knowledge_trainer):
    version = revision_in_review(article, author, body="新")
    client.force_login(author)
    answer = client.post(url("articleversion_take_back", version.pk))
    assert answer.headers["Location"] == url("articleversion_edit", version.pk)
    client.force_login(keeper)
    client.post(url("articleversion_take_over", version.pk))
    taken = ArticleVersion.objects.get(author=keeper)
    assert (taken.body, taken.taken_from) == ("新", version)
    client.post(url("articleversion_drop", taken.pk), {"_form_submitted": "on", "reason": "不用了"})
    taken.refresh_from_db()
    assert taken.state == VersionState.DROPPED
    other = revision_in_review(article, UserFactory.create(roles=[Role.HANDLER]), body="第三种")
    first = article.current
    reviewing.approve(other, revision=other.revision, by=knowledge_trainer, at=NOW)
    given = {"_form_submitted": "on", "reason": "还是原来的"}
    client.post(url("articleversion_roll_back", first.pk), given)
    assert ArticleVersion.objects.in_review().get().taken_from == first


def test_a_preview_is_what_readers_would_get_and_cannot_do_anything(client, author, colleague):
    client.force_login(author)
    answer = client.post(url("article_preview"), {"body": "**粗**<script>alert(1)</script>"})
    assert "<strong>粗</strong>" in answer.content.decode()
    assert "<script>" not in answer.content.decode()
    colleague.groups.clear()
    client.force_login(colleague)
    assert client.post(url("article_preview"), {"body": "x"}).status_code == 403


@pytest.mark.usefixtures("own_media")
def test_a_picture_is_pasted_into_a_draft_and_handed_out_bare(client, article, author, colleague):
    revised(article, author, body="草稿")
    client.force_login(author)
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    file = SimpleUploadedFile("截图.png", out.getvalue(), content_type="text/html")
    answer = client.post(url("article_add_picture", article.pk), {"file": file})
    image = ArticleImage.objects.get()
    address = url("article_image", image.pk)
    assert answer.json() == {"mark": f"![截图.png]({address})"}
    shown = client.get(address)
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    refused = client.post(
        url("article_add_picture", article.pk), {"file": SimpleUploadedFile("a.png", b"<svg/>")}
    )
    assert (refused.status_code, client.post(url("article_add_picture", article.pk)).status_code) == (
        400,
        400,
    )
    client.force_login(colleague)
    assert client.get(address).status_code == 404
