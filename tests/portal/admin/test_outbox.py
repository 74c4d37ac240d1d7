import pytest
from django.urls import reverse

from portal import outbox
from portal.choices import DeliveryState, MessageChannel, Role
from portal.models import OutboxMessage
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/portal/outboxmessage/"


@pytest.fixture
def given_up() -> OutboxMessage:
    outbox.post(
        key="survey:1",
        channel=MessageChannel.SMS,
        address="13812345678",
        subject="满意度调查",
        body="https://portal.example/s/secret-token/",
        due_at=NOW,
        at=NOW,
    )
    OutboxMessage.objects.update(state=DeliveryState.GIVEN_UP, last_error="Undeliverable: …")
    return OutboxMessage.objects.get()


@pytest.fixture
def _chief(client):
    client.force_login(UserFactory.create(roles=[Role.ADMINISTRATOR], language="en"))


@pytest.mark.usefixtures("_chief")
def test_neither_the_number_nor_the_text_is_shown(client, given_up):  # X2
    for address in (LIST, f"{LIST}{given_up.pk}/change/"):
        text = client.get(address).content.decode()
        assert "138****5678" in text
        assert "13812345678" not in text
        assert "secret-token" not in text


@pytest.mark.usefixtures("_chief")
def test_what_was_given_up_is_sent_again_by_the_button(client, given_up):  # X4
    button = reverse("admin:portal_outboxmessage_retry", args=[given_up.pk])

    client.get(button)
    assert OutboxMessage.objects.get().state == DeliveryState.GIVEN_UP

    client.post(button, {"_form_submitted": "on"})
    assert OutboxMessage.objects.get().state == DeliveryState.PENDING


@pytest.mark.usefixtures("_chief")
def test_in_the_list_those_not_given_up_are_told_of(client, given_up):
    user = UserFactory.create()
    outbox.post(key="p", channel=MessageChannel.PORTAL, user=user, subject="待发", due_at=NOW, at=NOW)
    chosen = list(OutboxMessage.objects.values_list("pk", flat=True))

    response = client.post(LIST, {"action": "retry_chosen", "_selected_action": chosen}, follow=True)

    text = response.content.decode()
    assert "1 messages will be sent again." in text
    assert "待发: Only a message that was given up can be sent again." in text
    assert OutboxMessage.objects.get(pk=given_up.pk).state == DeliveryState.PENDING


@pytest.mark.usefixtures("_chief")
@pytest.mark.parametrize(
    "look_up", ["address__startswith=138", "body__contains=s", "key=survey:1", "user__email=x"]
)
@pytest.mark.usefixtures("given_up")
def test_what_is_masked_cannot_be_asked_for(client, look_up):  # X2
    assert client.get(f"{LIST}?{look_up}").status_code == 400


@pytest.mark.usefixtures("_chief")
def test_nothing_can_be_added_changed_or_deleted(client, given_up):
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{given_up.pk}/change/", {"state": "sent"}).status_code == 403
    assert client.post(f"{LIST}{given_up.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_no_other_role_sees_or_resends(client, role, given_up):  # X1
    client.force_login(UserFactory.create(roles=[role]))

    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}{given_up.pk}/retry/", {"_form_submitted": "on"}).status_code == 403
    assert OutboxMessage.objects.get().state == DeliveryState.GIVEN_UP
