"""The steps of whoever writes. # T6"""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from portal.choices import Role
from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, Stale, WrongState
from portal.models import AuditEntry, OutboxMessage
from tests.factories import NOW, TODAY, UserFactory
from tests.knowledge_factories import content, handed_in, published, revised, revision_in_review, written
from training.choices import ArticleKind, ArticleState, Audience, UseKind, VersionState
from training.knowledge import articles, drafting, figures, reviewing
from training.models import ArticleUse, ArticleVersion

pytestmark = pytest.mark.django_db


def test_a_new_article_is_its_authors_draft_and_nobody_reads_it(author, topic):
    draft = written(author, topic, questions=("怎么退", "怎么退"))
    article = draft.article
    assert (article.state, article.current, article.owner) == (ArticleState.DRAFT, None, author)
    assert article.code == f"KB-{article.pk}"
    assert (draft.number, draft.state, draft.questions) == (1, VersionState.DRAFT, ["怎么退"])
    assert draft.html == "<p>签收后七天内可以退货。</p>\n"
    assert AuditEntry.objects.of(article).get().actor == author


def test_a_handler_writes_for_no_audience_that_he_does_not_belong_to(author, topic, trainer):
    with pytest.raises(NotAllowed):
        written(author, topic, audience=Audience.LEADERS)
    assert written(trainer, topic, audience=Audience.LEADERS)


def test_a_code_is_given_once_and_a_validity_ends_after_it_begins(author, topic):
    written(author, topic, code="a")
    with pytest.raises(AlreadyTaken):
        written(author, topic, code="a")
    with pytest.raises(MissingInformation):
        written(author, topic, valid_from=TODAY, valid_until=TODAY - timedelta(days=1))


def test_a_code_that_came_with_an_import_stops_nobody_from_writing(author, topic):
    last = written(author, topic).article
    written(author, topic, code=f"KB-{last.pk + 2}")
    draft = written(author, topic)
    assert draft.article.code == f"KB-{draft.article.pk}-2"


def test_written_after_a_ticket_it_says_so_and_holds_no_contacts(author, topic):
    draft = written(author, topic, body="客户 13912345678 问", questions=("打 13912345678",), reference="T1")
    assert (draft.body, draft.questions) == ("客户 *** 问", ["打 ***"])
    use = ArticleUse.objects.get()
    assert (use.kind, use.reference, use.version) == (UseKind.CREATED_FROM, "T1", draft)


def test_a_revision_begins_with_what_is_published_and_leaves_it_alone(article, author):
    draft = revised(article, author, body="签收后十五天内。")
    article.refresh_from_db()
    assert (draft.base, draft.number, draft.state) == (article.current, 2, VersionState.DRAFT)
    assert (article.current.number, article.current.body) == (1, "七天内可以无理由退货。")


def test_everybody_has_one_draft_of_an_article(article, author, colleague):
    draft = drafting.revise(article, by=author, at=NOW)
    with pytest.raises(AlreadyTaken):
        drafting.revise(article, by=author, at=NOW)
    assert drafting.revise(article, by=colleague, at=NOW).number == 3
    assert drafting.draft_of(article, author) == draft
    with pytest.raises(IntegrityError):
        ArticleVersion.objects.create(article=article, number=9, author=author, written_at=NOW)


def test_a_draft_that_was_sent_back_is_still_the_one_draft(article, author, trainer):
    version = revision_in_review(article, author, body="新")
    reviewing.send_back(version, comment="写清楚", by=trainer, at=NOW)
    with pytest.raises(AlreadyTaken):
        drafting.revise(article, by=author, at=NOW)
    assert drafting.draft_of(article, author) == version


def test_only_its_author_writes_on_a_draft(article, author, trainer, colleague):
    draft = drafting.revise(article, by=author, at=NOW)
    for other in (trainer, colleague):
        with pytest.raises(NotAllowed):
            drafting.save(draft, content(), revision=1, by=other, at=NOW)
        with pytest.raises(NotAllowed):
            drafting.submit(draft, revision=1, by=other, at=NOW)


def test_what_was_saved_elsewhere_since_is_not_overwritten(article, author):
    draft = drafting.revise(article, by=author, at=NOW)
    first = drafting.save(draft, content(body="先存的"), revision=1, by=author, at=NOW)
    assert first.revision == 2
    with pytest.raises(Stale):
        drafting.save(draft, content(body="后存的"), revision=1, by=author, at=NOW)
    draft.refresh_from_db()
    assert (draft.body, draft.html) == ("先存的", "<p>先存的</p>\n")


def test_saving_the_same_words_is_no_act(article, author):
    draft = revised(article, author, body="新")
    acts = AuditEntry.objects.count()
    assert drafting.save(draft, content(body="新"), revision=2, by=author, at=NOW).revision == 2
    assert AuditEntry.objects.count() == acts


def test_handed_in_it_rests_until_it_is_taken_back(author, topic, trainer):
    version = handed_in(author, topic)
    assert OutboxMessage.objects.get(user=trainer).key.startswith("article-in-review")
    with pytest.raises(WrongState):
        drafting.save(version, content(body="偷偷改"), revision=1, by=author, at=NOW)
    with pytest.raises(NotAllowed):
        drafting.take_back(version, by=trainer, at=NOW)
    back = drafting.take_back(version, by=author, at=NOW)
    assert drafting.save(back, content(body="再改"), revision=1, by=author, at=NOW).body == "再改"


def test_without_a_text_or_without_news_nothing_is_handed_in(author, topic, article):
    empty = written(author, topic, body=" ")
    with pytest.raises(MissingInformation):
        drafting.submit(empty, revision=1, by=author, at=NOW)
    same = drafting.revise(article, by=author, at=NOW)
    with pytest.raises(WrongState):
        drafting.submit(same, revision=1, by=author, at=NOW)


def test_the_rules_of_an_activity_have_an_end_and_what_has_ended_is_not_handed_in(author, topic):
    draft = written(author, topic, kind=ArticleKind.ACTIVITY)
    with pytest.raises(MissingInformation):
        drafting.submit(draft, revision=1, by=author, at=NOW)
    articles.amend(draft.article, valid_until=TODAY - timedelta(days=1), by=author, at=NOW)
    with pytest.raises(WrongState):
        drafting.submit(draft, revision=1, by=author, at=NOW)
    articles.amend(draft.article, valid_until=TODAY, by=author, at=NOW)
    assert drafting.submit(draft, revision=1, by=author, at=NOW).state == VersionState.IN_REVIEW


def test_a_draft_on_an_old_version_is_put_together_with_the_new_one_first(
    article, author, colleague, trainer
):
    mine = revised(article, author, body="我的")
    theirs = revision_in_review(article, colleague, body="他的")
    reviewing.approve(theirs, revision=2, by=trainer, at=NOW)
    with pytest.raises(Stale):
        drafting.submit(mine, revision=2, by=author, at=NOW)
    with pytest.raises(Stale):
        drafting.put_together(
            mine, content(body="两人的"), revision=2, onto=article.current, by=author, at=NOW
        )
    merged = drafting.put_together(mine, content(body="两人的"), revision=2, onto=theirs, by=author, at=NOW)
    assert (merged.base, merged.body) == (theirs, "两人的")
    assert drafting.submit(merged, revision=3, by=author, at=NOW).state == VersionState.IN_REVIEW


def test_put_together_while_it_waits_it_is_a_draft_again(article, author, colleague, trainer):
    mine = revision_in_review(article, author, body="我的")
    theirs = revision_in_review(article, colleague, body="他的")
    reviewing.approve(theirs, revision=2, by=trainer, at=NOW)
    merged = drafting.put_together(mine, content(body="合"), revision=2, onto=theirs, by=author, at=NOW)
    assert (merged.state, merged.submitted_at) == (VersionState.DRAFT, None)
    told = AuditEntry.objects.of(merged).latest("pk").changes
    assert told["state"] == ["in_review", "draft"]
    assert {"base", "revision"} < set(told)


def test_a_roll_back_is_a_new_version_that_somebody_else_looks_over(
    topic, author, colleague, trainer, supervisor
):
    article = published(author, topic, approver=trainer, body="第一版")
    second = revision_in_review(article, colleague, body="第二版")
    article = reviewing.approve(second, revision=2, by=trainer, at=NOW)
    first = article.versions.get(number=1)
    back = drafting.roll_back(first, reason="第二版有错", by=colleague, at=NOW)
    assert (back.number, back.body, back.base, back.taken_from) == (3, "第一版", second, first)
    assert (back.state, back.note) == (VersionState.IN_REVIEW, "第二版有错")
    with pytest.raises(NotAllowed):
        reviewing.approve(back, revision=1, by=colleague, at=NOW)
    article = reviewing.approve(back, revision=1, by=supervisor, at=NOW)
    assert article.current.body == "第一版"


def test_the_author_of_a_text_does_not_approve_it_by_having_it_brought_back(
    topic, trainer, supervisor, colleague
):
    article = published(trainer, topic, approver=supervisor, body="培训师的")
    article = reviewing.approve(
        revision_in_review(article, colleague, body="同事的"), revision=2, by=supervisor, at=NOW
    )
    back = drafting.roll_back(article.versions.get(number=1), reason="还是原来的好", by=colleague, at=NOW)
    with pytest.raises(NotAllowed):
        reviewing.approve(back, revision=1, by=trainer, at=NOW)


def test_nobody_approves_what_he_wrote_though_others_took_it_over_since(article, author, trainer, supervisor):
    second = UserFactory.create(roles=[Role.TRAINER])
    draft = revised(article, author, body="作者的")
    mine = drafting.revise(article, text_of=draft, by=trainer, at=NOW)
    mine = drafting.save(mine, content(body="几乎全是培训师的"), revision=1, by=trainer, at=NOW)
    taken = drafting.revise(article, text_of=mine, by=second, at=NOW)
    assert {user.pk for user in taken.earlier_authors.all()} == {author.pk, trainer.pk}
    taken = drafting.submit(taken, revision=1, by=second, at=NOW)
    with pytest.raises(NotAllowed):
        reviewing.approve(taken, revision=1, by=trainer, at=NOW)
    assert not figures.waiting(trainer).exists()
    assert figures.waiting(supervisor).get() == taken
    told = OutboxMessage.objects.filter(key__startswith=f"article-in-review:{taken.pk}")
    assert [message.user for message in told] == [supervisor]
    article = reviewing.approve(taken, revision=1, by=supervisor, at=NOW)
    articles.amend(article, audience=Audience.AGENTS, by=supervisor, at=NOW)
    with pytest.raises(NotAllowed):  # Nor gives it to more readers.
        articles.amend(article, audience=Audience.CUSTOMERS, by=trainer, at=NOW)


def test_what_was_taken_over_and_then_published_is_brought_back_by_no_approval_of_its_writer(
    article, author, colleague, trainer, supervisor
):
    draft = revised(article, author, body="作者的")
    mine = drafting.revise(article, text_of=draft, by=trainer, at=NOW)
    mine = drafting.save(mine, content(body="培训师的"), revision=1, by=trainer, at=NOW)
    mine = drafting.submit(mine, revision=2, by=trainer, at=NOW)
    article = reviewing.approve(mine, revision=2, by=supervisor, at=NOW)
    article = reviewing.approve(
        revision_in_review(article, colleague, body="同事的"), revision=2, by=supervisor, at=NOW
    )
    back = drafting.roll_back(article.versions.get(pk=mine.pk), reason="还是好", by=colleague, at=NOW)
    with pytest.raises(NotAllowed):
        reviewing.approve(back, revision=1, by=trainer, at=NOW)
    assert reviewing.approve(back, revision=1, by=supervisor, at=NOW)


def test_a_draft_that_is_taken_over_is_no_newer_than_it_was(article, author, colleague, trainer):
    draft = revised(article, author, body="旧的基础上")
    first = article.current
    reviewing.approve(
        revision_in_review(article, colleague, body="后来发布的"), revision=2, by=trainer, at=NOW
    )
    taken = drafting.revise(article, text_of=draft, by=trainer, at=NOW)
    assert (taken.base, taken.is_outdated) == (first, True)
    with pytest.raises(Stale):
        drafting.submit(taken, revision=1, by=trainer, at=NOW)


def test_what_ended_is_not_brought_back_to_wait_for_nobody(article, supervisor, colleague, trainer):
    first = article.current
    reviewing.approve(revision_in_review(article, colleague, body="二"), revision=2, by=trainer, at=NOW)
    article.refresh_from_db()
    articles.amend(article, valid_until=TODAY, by=trainer, at=NOW)
    with pytest.raises(WrongState):
        drafting.roll_back(first, reason="旧的好", by=supervisor, at=NOW + timedelta(days=1))
    assert not ArticleVersion.objects.in_review().exists()


def test_an_article_that_was_given_up_and_comes_back_is_written_on(author, colleague, topic, trainer):
    draft = written(author, topic, body="半篇")
    drafting.drop(draft, reason="不写了", by=author, at=NOW)
    assert AuditEntry.objects.of(draft.article).latest("pk").changes["state"] == ["draft", "retired"]
    article = articles.bring_back(draft.article, reason="还是要写", by=trainer, at=NOW)
    with pytest.raises(NotAllowed):
        drafting.revise(article, by=colleague, at=NOW)
    again = drafting.revise(article, by=trainer, at=NOW)
    assert (again.body, again.taken_from, again.base) == ("半篇", draft, None)
    with pytest.raises(WrongState):
        drafting.revise(article, by=author, at=NOW)  # Somebody is writing it now.


def test_only_what_was_published_is_brought_back_and_not_what_is(article, author, colleague):
    with pytest.raises(WrongState):
        drafting.roll_back(article.current, reason="无", by=author, at=NOW)
    draft = revised(article, author, body="草稿")
    with pytest.raises(WrongState):
        drafting.roll_back(draft, reason="无", by=colleague, at=NOW)


def test_a_publisher_takes_over_the_draft_of_somebody_who_has_left(article, author, trainer, colleague):
    draft = revised(article, author, body="半成品")
    with pytest.raises(NotAllowed):
        drafting.revise(article, text_of=draft, by=colleague, at=NOW)
    taken = drafting.revise(article, text_of=draft, by=trainer, at=NOW)
    assert (taken.body, taken.author, taken.taken_from) == ("半成品", trainer, draft)


def test_a_dropped_draft_is_over_and_an_article_that_never_was_goes_with_it(
    author, topic, trainer, colleague
):
    draft = written(author, topic)
    with pytest.raises(NotAllowed):
        drafting.drop(draft, reason="不要", by=colleague, at=NOW)
    with pytest.raises(MissingInformation):
        drafting.drop(draft, reason=" ", by=author, at=NOW)
    drafting.drop(draft, reason="重复", by=trainer, at=NOW)
    draft.article.refresh_from_db()
    assert draft.article.state == ArticleState.RETIRED
    assert OutboxMessage.objects.filter(user=author).get().key.startswith("article-dropped")
    with pytest.raises(WrongState):
        drafting.submit(draft, revision=1, by=author, at=NOW)


def test_an_approved_version_never_changes(article, author, trainer):
    version = revision_in_review(article, author, body="新")
    reviewing.approve(version, revision=2, by=trainer, at=NOW)
    for attempt in (
        lambda: drafting.save(version, content(body="改"), revision=2, by=author, at=NOW),
        lambda: drafting.put_together(
            version, content(body="改"), revision=2, onto=version, by=author, at=NOW
        ),
        lambda: drafting.take_back(version, by=author, at=NOW),
        lambda: drafting.drop(version, reason="不要", by=author, at=NOW),
        lambda: reviewing.send_back(version, comment="改", by=trainer, at=NOW),
    ):
        with pytest.raises(WrongState):
            attempt()
    version.refresh_from_db()
    assert (version.body, version.state) == ("新", VersionState.APPROVED)


@pytest.mark.postgres
def test_not_even_the_database_takes_a_change_of_what_was_approved(article, author):
    draft = revised(article, author, body="草稿")
    for change in (
        lambda rows: rows.update(body="改"),
        lambda rows: rows.update(state=VersionState.DRAFT),
        lambda rows: rows._raw_delete(rows.db),
    ):
        with pytest.raises(DatabaseError, match="training_articleversion"), transaction.atomic():
            change(ArticleVersion.objects.filter(pk=article.current_id))
        with transaction.atomic():
            assert change(ArticleVersion.objects.filter(pk=draft.pk)) == 1
