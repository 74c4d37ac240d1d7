"""What a step refuses reaches the person who asked."""

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory
from django.utils.translation import override

from portal.admin import refusals
from portal.errors import MissingInformation, WrongState


@pytest.fixture
def request_with_messages():
    request = RequestFactory().post("/")
    request._messages = CookieStorage(request)
    with override("en"):
        yield request


class AnyForm(forms.Form):
    reason = forms.CharField()


def test_the_sentence_stands_above_the_form_and_the_remedy_at_its_field():
    form = AnyForm({"reason": "…"})
    assert form.is_valid()

    refusals.put_on_form(
        form, MissingInformation("Say why.", fields={"reason": "Longer.", "elsewhere": "Also this."})
    )

    assert form.errors == {"__all__": ["Say why.", "Also this."], "reason": ["Longer."]}


def test_each_object_is_tried_and_refusals_are_told_by_reason(request_with_messages):
    done = []

    def step(number: int) -> None:
        if number % 2:
            raise WrongState("It is odd.")
        done.append(number)

    refusals.act_on_each(request_with_messages, range(10), step, done="%(count)s done.")

    assert done == [0, 2, 4, 6, 8]
    told = [str(message) for message in get_messages(request_with_messages)]
    assert told == ["5 done.", "1, 3, 5 (5 in all): It is odd."]


def test_of_a_few_refused_all_are_named(request_with_messages):
    def step(_number: int) -> None:
        raise WrongState("It is odd.")

    refusals.act_on_each(request_with_messages, [1, 3], step, done="%(count)s done.")

    assert [str(message) for message in get_messages(request_with_messages)] == ["1, 3: It is odd."]
