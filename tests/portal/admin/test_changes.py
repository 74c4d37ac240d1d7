"""Old and new of what a form changed, the rows below it too."""

import pytest
from django.forms import inlineformset_factory, modelform_factory

from portal.admin import changes
from portal.choices import MessageChannel
from portal.models import OutboxMessage
from staffing.models import Skill, Team
from tests.factories import AgentFactory, CertificateFactory, DepartmentFactory, SkillFactory, TeamFactory

pytestmark = pytest.mark.django_db


def saved(form):
    assert form.is_valid(), form.errors
    form.save()
    return form


def test_a_changed_field_is_told_with_old_and_new_and_a_relation_in_words():  # X3
    team = TeamFactory.create(name="一组", department=DepartmentFactory.create(name="旧部"))
    new = DepartmentFactory.create(name="新部")
    form_class = modelform_factory(Team, fields=["name", "department", "kind"])

    form = saved(form_class({"name": "二组", "department": new.pk, "kind": team.kind}, instance=team))

    told = changes.of_form(form, [], is_new=False)
    assert told == {"name": ["一组", "二组"], "department": ["旧部", "新部"]}


def test_of_a_new_object_there_is_no_old():
    form_class = modelform_factory(Skill, fields=["code", "name"])

    form = saved(form_class({"code": "refund", "name": "退款"}))

    assert changes.of_form(form, [], is_new=True) == {"code": [None, "refund"], "name": [None, "退款"]}


def test_a_personal_value_is_not_told():  # X2
    form_class = modelform_factory(OutboxMessage, fields=["subject", "address", "channel"])
    message = OutboxMessage(subject="s", address="13812345678", channel=MessageChannel.SMS)

    form = form_class({"subject": "t", "address": "13987654321", "channel": "sms"}, instance=message)
    assert form.is_valid()

    assert changes.of_form(form, [], is_new=False) == {"subject": ["s", "t"], "address": ["***", "***"]}


def test_rows_below_are_told_as_added_changed_and_removed():
    agent = AgentFactory.create(user__name="李雷")
    kept, gone = (CertificateFactory.create(agent=agent, skill__name=name) for name in ("退款", "投诉"))
    fresh = SkillFactory.create(name="物流")
    form = saved(
        modelform_factory(type(agent), fields=["staff_no"])({"staff_no": agent.staff_no}, instance=agent)
    )
    formset_class = inlineformset_factory(
        type(agent), type(kept), fields=["skill", "valid_from", "valid_until"], extra=1
    )
    days = {"valid_from": "2026-01-01", "valid_until": "2026-12-31"}
    rows = [
        {"id": kept.pk, "skill": kept.skill_id, **days, "valid_until": "2026-06-30"},
        {"id": gone.pk, "skill": gone.skill_id, **days, "DELETE": "on"},
        {"skill": fresh.pk, **days},
    ]
    posted = {f"certificates-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}
    posted |= {"certificates-TOTAL_FORMS": 3, "certificates-INITIAL_FORMS": 2}

    formset = saved(formset_class(posted, instance=agent))

    assert changes.of_form(form, [formset], is_new=False) == {
        "certificate: 李雷 · 退款": {"valid_until": ["2026-12-31", "2026-06-30"]},
        "certificate: 李雷 · 物流": {
            "skill": [None, "物流"],
            "valid_from": [None, "2026-01-01"],
            "valid_until": [None, "2026-12-31"],
        },
        "certificate: 李雷 · 投诉": ["李雷 · 投诉", None],
    }
