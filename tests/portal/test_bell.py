import pytest

from portal import bell, outbox
from portal.choices import MessageChannel
from portal.models import Notice, User
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db


def tell(user: User, times: int = 1) -> None:
    for n in range(times):
        outbox.post(
            key=f"{user.pk}:{n}", channel=MessageChannel.PORTAL, user=user, subject="…", due_at=NOW, at=NOW
        )
    while outbox.deliver_due(NOW):
        pass


def test_nobody_marks_anothers_notices_as_read():  # X1
    mine, his = UserFactory.create(), UserFactory.create()
    tell(mine)
    tell(his)

    assert bell.mark_read(Notice.objects.all(), by=mine, at=NOW) == 1
    assert bell.mark_all_read(by=mine, at=NOW) == 0
    assert Notice.objects.unread().get().user == his


def test_counting_the_unread_ends_somewhere(django_assert_num_queries):
    user = UserFactory.create()
    tell(user, bell.MOST_COUNTED + 5)

    with django_assert_num_queries(1) as queries:
        assert bell.unread(user) == bell.MOST_COUNTED
    assert "LIMIT" in queries[0]["sql"]
