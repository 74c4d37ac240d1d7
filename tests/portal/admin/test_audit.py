import pytest

from portal import audit
from portal.choices import AuditAction, Role
from portal.models import AuditEntry
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/portal/auditentry/"


@pytest.fixture
def entry(client) -> AuditEntry:
    client.force_login(UserFactory.create(roles=[Role.AUDITOR], language="en"))
    actor = UserFactory.create(username="lilei", name="李雷")
    return audit.record(
        AuditAction.CHANGE,
        actor,
        by=actor,
        at=NOW,
        changes={"name": ["<b>旧</b>", "新"], "is_active": [True, False]},
    )


def test_the_auditor_reads_what_changed(client, entry):  # X3
    for address in (LIST, f"{LIST}{entry.pk}/change/"):
        text = client.get(address).content.decode()
        assert "Full name</strong>: &lt;b&gt;旧&lt;/b&gt; → 新" in text
        assert "Active</strong>: Yes → No" in text


def test_codes_and_instants_are_told_in_words(client):  # X3
    client.force_login(UserFactory.create(roles=[Role.AUDITOR], language="en"))
    actor = UserFactory.create(roles=[Role.HANDLER])
    entry = audit.record(
        AuditAction.GRANT_ROLE,
        actor,
        by=actor,
        at=NOW,
        changes={
            "role": [None, "handler"],
            "language": ["en", "zh-hant"],
            "last_login": [None, "2026-03-11 02:30:00+00:00"],
        },
    )
    text = client.get(f"{LIST}{entry.pk}/change/").content.decode()
    assert "Role</strong>: – → Handler" in text
    assert "Language</strong>: English → Traditional Chinese" in text
    assert "Last login</strong>: – → March 11, 2026, 10:30 a.m." in text


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("action__exact=change", True),
        ("action__exact=delete", False),
        ("object_type=portal.user", True),
        ("object_type=portal.apiclient", False),
        ("at_from=2026-03-11&at_to=2026-03-11", True),
        ("at_from=2026-03-12", False),
        ("at_to=2026-03-10", False),
        ("at_to=nonsense", True),
        ("q=lilei", True),
        ("q=hanmeimei", False),
        ("actor=99999", False),
    ],
)
@pytest.mark.usefixtures("entry")
def test_the_log_is_filtered_by_object_actor_action_and_date(client, query, is_found):
    assert ("李雷" in client.get(f"{LIST}?{query}").content.decode()) is is_found


def test_nothing_in_the_log_is_counted_through_or_gone_through(client, entry, django_assert_max_num_queries):
    for _ in range(60):
        audit.record(AuditAction.CHANGE, entry.actor, by=entry.actor, at=NOW)

    with django_assert_max_num_queries(12) as queries:
        client.get(LIST)

    of_log = [query["sql"] for query in queries if '"portal_auditentry"' in query["sql"]]
    assert of_log
    assert all("LIMIT" in sql for sql in of_log)


def test_the_log_cannot_be_touched(client, entry):
    client.force_login(UserFactory.create(is_superuser=True))

    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{entry.pk}/change/", {"reason": "…"}).status_code == 403
    assert client.post(f"{LIST}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})
    assert AuditEntry.objects.filter(pk=entry.pk).exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
def test_no_other_role_reads_the_log(client, role, entry):  # X1
    client.force_login(UserFactory.create(roles=[role]))

    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}{entry.pk}/change/").status_code == 403


@pytest.mark.parametrize(
    "look_up", ["actor__password__startswith=m", "changes__contains=x", "address=1.1.1.1"]
)
@pytest.mark.usefixtures("entry")
def test_the_log_answers_no_other_look_up(client, look_up):
    assert client.get(f"{LIST}?{look_up}").status_code == 400


@pytest.mark.usefixtures("entry")
def test_an_unfiltered_list_does_not_offer_to_show_all(client):
    assert "Show all" not in client.get(LIST).content.decode()
    assert "Show all" in client.get(f"{LIST}?action__exact=delete").content.decode()
