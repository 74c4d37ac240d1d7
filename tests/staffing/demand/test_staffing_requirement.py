"""S7: manage.py staffing_requirement, as operations scripts call it."""

import json

import pytest
from django.core.management import CommandError, call_command

FULL = (
    "--arrivals 100 --interval-minutes 30 --aht-seconds 180 --service-level 0.8 --within-seconds 20"
    " --max-occupancy 0.85 --shrinkage 0.3"
)


def ask(capsys, options: str) -> dict[str, object]:
    call_command("staffing_requirement", *options.split())
    return json.loads(capsys.readouterr().out)


def test_the_answer_is_one_object_of_json(capsys):
    answer = ask(capsys, FULL)
    assert list(answer) == [
        "model", "agents", "scheduled", "service_level", "asa_seconds", "occupancy", "abandon_rate",
    ]  # fmt: skip
    assert (answer["model"], answer["agents"], answer["scheduled"]) == ("erlang-c", 14, 20)
    assert answer["service_level"] == pytest.approx(0.88835, abs=5e-6)
    assert answer["abandon_rate"] == 0


def test_what_is_usual_need_not_be_said(capsys):
    assert ask(capsys, "--arrivals 100 --aht-seconds 180") == ask(capsys, FULL)


def test_patience_means_erlang_a(capsys):
    answer = ask(capsys, f"{FULL} --patience-seconds 300")
    assert answer["model"] == "erlang-a"
    assert answer["agents"] == 13
    assert 0 < answer["abandon_rate"] < 0.05


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("--arrivals nan --aht-seconds 180", "arrivals"),
        ("--arrivals -1 --aht-seconds 180", "arrivals"),
        ("--arrivals 10 --aht-seconds 0", "handling seconds"),
        ("--arrivals 10 --aht-seconds 180 --interval-minutes 0", "interval"),
        ("--arrivals 10 --aht-seconds 180 --service-level 80", "service level"),
        ("--arrivals 10 --aht-seconds 180 --shrinkage 1", "shrinkage"),
        ("--arrivals 1e12 --aht-seconds 180", "erlang"),
        ("--arrivals many --aht-seconds 180", "invalid float"),
        ("--aht-seconds 180", "--arrivals"),
    ],
)
def test_what_cannot_be_answered_is_a_plain_error(wrong, message):
    with pytest.raises(CommandError, match=message):
        call_command("staffing_requirement", *wrong.split())
