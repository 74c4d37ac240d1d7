import pytest
from django.urls import reverse

from portal import outbox
from portal.choices import MessageChannel, Role
from portal.models import Notice, User
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/portal/notice/"


@pytest.fixture
def reader(client) -> User:
    reader = UserFactory.create(roles=[Role.HANDLER], language="en")
    client.force_login(reader)
    return reader


def tell(user: User, text: str, link: str = "") -> Notice:
    outbox.post(
        key=text, channel=MessageChannel.PORTAL, user=user, subject=text, link=link, due_at=NOW, at=NOW
    )
    outbox.deliver_due(NOW)
    return Notice.objects.get(text=text)


def test_the_bell_counts_ones_own_unread_notices(client, reader):  # X4
    tell(reader, "一")
    tell(reader, "二")
    tell(UserFactory.create(), "别人的")

    assert "data-bell>2<" in client.get(LIST).content.decode()


@pytest.mark.usefixtures("reader")
def test_without_notices_the_bell_is_silent(client):
    assert "data-bell" not in client.get(LIST).content.decode()


def test_one_sees_ones_own_notices_only(client, reader):  # X1
    mine = tell(reader, "我的", link="/admin/portal/notice/")
    his = tell(UserFactory.create(), "别人的")

    text = client.get(LIST).content.decode()
    assert "我的" in text
    assert "别人的" not in text
    assert client.get(f"{LIST}{mine.pk}/change/").status_code == 200
    assert client.get(f"{LIST}{his.pk}/change/").status_code == 302


def test_marking_as_read_is_a_post_and_touches_only_ones_own(client, reader):
    mine, his = tell(reader, "我的"), tell(UserFactory.create(), "别人的")

    client.get(LIST)
    client.get(f"{LIST}{mine.pk}/change/")
    assert Notice.objects.unread().count() == 2

    client.post(LIST, {"action": "mark_read", "_selected_action": [mine.pk, his.pk]})
    assert list(Notice.objects.unread()) == [his]


def test_all_can_be_marked_at_once(client, reader):
    tell(reader, "一")
    tell(reader, "二")
    his = tell(UserFactory.create(), "别人的")
    button = reverse("admin:portal_notice_mark_all_read")

    client.get(button)
    assert Notice.objects.unread().count() == 3
    client.post(button, {"_form_submitted": "on"})

    assert list(Notice.objects.unread()) == [his]


def test_the_unread_can_be_chosen(client, reader):
    tell(reader, "未读的")
    Notice.objects.update(read_at=NOW)
    tell(reader, "新来的")

    text = client.get(f"{LIST}?is_read=no").content.decode()
    assert "新来的" in text
    assert "未读的" not in text
