"""Callbacks, surveys, categories, service policies in the admin. C5 C8 C18 C19"""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from complaints import callbacks, closing, service_policies, surveys
from complaints.choices import CallbackPurpose, CallbackState, ClockKind, Kind
from complaints.models import Callback, Category, ServicePolicy, Ticket
from portal.choices import Role
from portal.models import AuditEntry
from staffing.models import Agent
from tests.complaints.admin.conftest import AT_WORK, FRAGMENT, is_done
from tests.factories import NOW, CategoryFactory, UserFactory, resolved_ticket, ticket_in_hand

pytestmark = AT_WORK

PHONE = "13812345678"
QUERIES_AT_MOST = 20


def listed(client, model: str, asked: str = "") -> list[Any]:
    response = client.get(reverse(f"admin:complaints_{model}_changelist") + f"?{asked}")
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


# C18


def owed_call(agent: Agent, *, in_hours: int, **told: Any) -> Callback:
    ticket = ticket_in_hand(agent, phone=PHONE, name="王芳", **told)
    return callbacks.schedule(
        customer=ticket.customer,
        ticket=ticket,
        purpose=CallbackPurpose.ANSWER,
        due_at=NOW + timedelta(hours=in_hours),
        by=agent.user,
        at=NOW - timedelta(days=2),
    )


def attempt(client, call: Callback, **typed: str):
    return client.post(reverse("admin:complaints_callback_attempt", args=[call.pk]), typed, headers=FRAGMENT)


def test_the_call_list_begins_with_todays_own_calls(signed_in, handler, colleague, supervisor):
    overdue, soon = owed_call(handler, in_hours=-3), owed_call(handler, in_hours=2)
    later = owed_call(handler, in_hours=48)
    others = owed_call(colleague, in_hours=1)
    assert listed(signed_in(handler.user), "callback") == [overdue, soon]
    client = signed_in(supervisor)
    assert listed(client, "callback", "queue=today") == [overdue, others, soon]
    assert listed(client, "callback", "queue=overdue") == [overdue]
    assert listed(client, "callback", "queue=later") == [later]
    assert set(listed(client, "callback", "queue=all")) == {overdue, soon, later, others}
    assert set(listed(client, "callback", f"q={PHONE}")) == {overdue, soon, later, others}


def test_the_caller_sees_the_number_others_do_not(signed_in, handler, supervisor):
    owed_call(handler, in_hours=2)
    address = reverse("admin:complaints_callback_changelist") + "?queue=all"
    own = signed_in(handler.user).get(address).content.decode()
    assert "138 1234 5678" in own
    others = signed_in(supervisor).get(address).content.decode()
    assert "138****5678" in others
    assert "1234" not in others


def test_a_call_that_nobody_answered_is_tried_again(signed_in, handler):
    call = owed_call(handler, in_hours=1)
    assert is_done(attempt(signed_in(handler.user), call, result="no_answer", note="占线"))
    call.refresh_from_db()
    assert (call.state, call.next_attempt_at) == (CallbackState.DUE, NOW + timedelta(hours=2))


def test_after_a_complaint_the_satisfaction_is_asked(signed_in, handler):
    call = resolved_ticket(handler, kind=Kind.COMPLAINT).callbacks.get()
    client = signed_in(handler.user)
    assert not is_done(attempt(client, call, result="reached"))
    assert is_done(attempt(client, call, result="reached", satisfied="no", note="仍不满意"))
    assert Ticket.objects.get().cycle == 2


def test_who_only_reads_logs_no_calls(signed_in, handler, inspector):
    call = owed_call(handler, in_hours=1)
    client = signed_in(inspector)
    assert "Log a call" not in client.get("/admin/complaints/callback/?queue=all").content.decode()
    assert attempt(client, call, result="reached").status_code == 403


def test_the_call_list_costs_a_fixed_number_of_queries(signed_in, handler, django_assert_max_num_queries):
    owed_call(handler, in_hours=1)
    client = signed_in(handler.user)
    client.get("/admin/complaints/callback/")
    with django_assert_max_num_queries(QUERIES_AT_MOST) as few:
        client.get("/admin/complaints/callback/")
    for _ in range(10):
        owed_call(handler, in_hours=1)
    with django_assert_max_num_queries(QUERIES_AT_MOST) as many:
        client.get("/admin/complaints/callback/")
    assert len(many) == len(few)


# C19


def closed_ticket(agent: Agent) -> Ticket:
    return closing.close(resolved_ticket(agent), by=agent.user, at=NOW)


def test_the_surveys_show_scores_and_how_many_answered(signed_in, handler, supervisor):
    for score in (5, 2, None):
        invitation = closed_ticket(handler).surveys.get()
        if score:
            surveys.answer(invitation, surveys.Answer(score=score, comment=f"{score}分"), at=NOW)
    client = signed_in(supervisor)
    shown = client.get(reverse("admin:complaints_surveyinvitation_changelist"))
    assert shown.context["response_rate"] == "66.7 %"
    assert shown.context["satisfaction"].mean == 3.5
    assert "5分" in shown.content.decode()
    assert len(listed(client, "surveyinvitation", "answer=low")) == 1
    assert len(listed(client, "surveyinvitation", "answer=none")) == 1


def test_a_rate_of_nothing_is_no_rate(signed_in, supervisor):
    shown = signed_in(supervisor).get(reverse("admin:complaints_surveyinvitation_changelist"))
    assert shown.context["response_rate"] == "–"


def test_surveys_of_other_teams_are_not_listed(signed_in, handler, stranger):
    closed_ticket(handler)
    assert listed(signed_in(stranger.user), "surveyinvitation") == []


def test_the_token_of_a_survey_is_on_no_page(signed_in, handler, supervisor):
    invitation = closed_ticket(handler).surveys.get()
    page = reverse("admin:complaints_surveyinvitation_change", args=[invitation.pk])
    assert invitation.token_digest not in signed_in(supervisor).get(page).content.decode()


# C5


def category_form(**changes: Any) -> dict[str, Any]:
    return {
        "parent": "",
        "name": "物流",
        "code": "logistics",
        "kind": "",
        "skill": "",
        "is_active": "on",
    } | changes


def test_the_tree_is_listed_each_below_the_one_it_belongs_to(signed_in, supervisor):
    goods, logistics = CategoryFactory.create(name="A商品"), CategoryFactory.create(name="B物流")
    lost = CategoryFactory.create(name="丢件", parent=logistics)
    broken = CategoryFactory.create(name="破损", parent=goods)
    deep = CategoryFactory.create(name="外箱", parent=broken)
    assert listed(signed_in(supervisor), "category") == [goods, broken, deep, logistics, lost]


def test_a_category_is_added_and_moved_through_its_steps(signed_in, supervisor):
    client = signed_in(supervisor)
    assert client.post(reverse("admin:complaints_category_add"), category_form()).status_code == 302
    added = Category.objects.get()
    top = CategoryFactory.create(name="售后")
    change = reverse("admin:complaints_category_change", args=[added.pk])
    assert client.post(change, category_form(parent=top.pk)).status_code == 302
    added.refresh_from_db()
    assert added.parent == top
    assert [entry.actor for entry in AuditEntry.objects.of(added)] == [supervisor, supervisor]


def test_a_fourth_level_is_refused_on_the_form(signed_in, supervisor):
    above = None
    for _ in range(3):
        above = CategoryFactory.create(parent=above)
    response = signed_in(supervisor).post(
        reverse("admin:complaints_category_add"), category_form(parent=above.pk)
    )
    assert "parent" in response.context["adminform"].form.errors
    assert Category.objects.count() == 3


def test_the_same_name_in_the_same_place_is_refused(signed_in, supervisor):
    CategoryFactory.create(name="物流")
    response = signed_in(supervisor).post(reverse("admin:complaints_category_add"), category_form())
    assert response.status_code == 200
    assert Category.objects.count() == 1


def test_a_handler_reads_the_tree_only(signed_in, handler):
    client = signed_in(handler.user)
    assert client.get(reverse("admin:complaints_category_changelist")).status_code == 200
    assert client.post(reverse("admin:complaints_category_add"), category_form()).status_code == 403


# C8


def draft() -> ServicePolicy:
    return service_policies.draft(in_force_from=NOW + timedelta(days=1), note="大促", by=None, at=NOW)


def edition_form(edition: ServicePolicy, **changes: Any) -> dict[str, Any]:
    form = {
        "in_force_from": "2026-03-12T00:00",
        "note": edition.note,
        "crisis_factor": "0.50",
        "key_account_factor": "0.75",
        "warn_share": "0.80",
    }
    targets = list(edition.targets.all())
    for number, target in enumerate(targets):
        row = {
            "id": target.pk,
            "policy": edition.pk,
            "clock": target.clock,
            "kind": target.kind,
            "channel": target.channel,
            "severity": target.severity,
            "level": target.level,
            "limit": f"{int(target.limit.total_seconds())} s",
            "calendar": target.calendar_id,
        }
        form |= {f"targets-{number}-{name}": value for name, value in row.items()}
    form |= {"targets-TOTAL_FORMS": len(targets), "targets-INITIAL_FORMS": len(targets)}
    return form | changes


def test_adding_an_edition_copies_the_last(signed_in, supervisor, policy):
    response = signed_in(supervisor).post(
        reverse("admin:complaints_servicepolicy_add"), {"in_force_from": "2026-03-12T00:00", "note": "大促"}
    )
    assert response.status_code == 302
    new = ServicePolicy.objects.get(number=2)
    assert (new.note, new.created_by) == ("大促", supervisor)
    assert service_policies.compare(policy, new) == []


def test_a_draft_is_written_with_its_targets_and_compared(signed_in, supervisor, policy):
    edition = draft()
    change = reverse("admin:complaints_servicepolicy_change", args=[edition.pk])
    client = signed_in(supervisor)
    first = edition.targets.first()
    given = edition_form(edition, **{"targets-0-limit": "1 h 30 min", "note": "更快"})
    assert client.post(change, given).status_code == 302
    [difference] = service_policies.compare(policy, edition)
    assert difference.fit[0] == first.clock
    assert difference.after.limit == timedelta(minutes=90)
    [row] = client.get(change).context["compared"]["rows"]
    assert row["after"].startswith("1 h 30 min")


def test_a_target_is_added_and_one_removed(signed_in, supervisor):
    edition = draft()
    count = edition.targets.count()
    new = {"clock": ClockKind.NEXT_REPLY, "kind": Kind.ORDER, "limit": "10 min", "policy": edition.pk}
    new |= {"channel": "", "severity": "", "level": "", "calendar": edition.targets.first().calendar_id}
    changes = {f"targets-{count}-{name}": value for name, value in new.items()}
    changes |= {"targets-TOTAL_FORMS": count + 1, "targets-0-DELETE": "on"}
    change = reverse("admin:complaints_servicepolicy_change", args=[edition.pk])
    assert signed_in(supervisor).post(change, edition_form(edition, **changes)).status_code == 302
    assert edition.targets.count() == count
    assert edition.targets.get(kind=Kind.ORDER).limit == timedelta(minutes=10)


@pytest.mark.parametrize("limit", ["", "soon", "5", "-5 min"])
def test_a_limit_that_is_none_is_refused_at_its_field(signed_in, supervisor, policy, limit):
    edition = draft()
    change = reverse("admin:complaints_servicepolicy_change", args=[edition.pk])
    given = edition_form(edition, **{"targets-0-limit": limit})
    response = signed_in(supervisor).post(change, given)
    assert response.status_code == 200
    assert service_policies.compare(policy, edition) == []


def test_an_edition_in_force_cannot_be_written(signed_in, supervisor, policy):
    change = reverse("admin:complaints_servicepolicy_change", args=[policy.pk])
    client = signed_in(supervisor)
    assert client.get(change).status_code == 200
    given = edition_form(policy, note="偷偷改")
    assert client.post(change, given).status_code == 403
    policy.refresh_from_db()
    assert policy.note == ""


def test_an_edition_is_brought_into_force_by_dialog(signed_in, supervisor, policy):
    edition = draft()
    publish = reverse("admin:complaints_servicepolicy_publish", args=[edition.pk])
    client = signed_in(supervisor)
    client.get(publish)
    assert ServicePolicy.objects.in_force(NOW) == policy
    client.post(publish, {"_form_submitted": "on"})
    assert ServicePolicy.objects.in_force(NOW) == edition


def test_a_director_reads_the_policy_a_handler_does_not(signed_in, handler, policy):
    change = reverse("admin:complaints_servicepolicy_change", args=[policy.pk])
    director = signed_in(UserFactory.create(roles=[Role.DIRECTOR]))
    assert director.get(change).status_code == 200
    assert director.get(reverse("admin:complaints_servicepolicy_add")).status_code == 403
    assert signed_in(handler.user).get(change).status_code == 403
