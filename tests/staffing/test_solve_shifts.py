"""D6: manage.py solve_shifts, as operations scripts call it."""

import json

import pytest
from django.core.management import CommandError, call_command

from staffing.rostering import benchmark, checking
from tests.staffing.rostering.instance import TEXT


@pytest.fixture
def instance(tmp_path):
    path = tmp_path / "Instance.txt"
    path.write_text(TEXT)
    return path


def test_a_roster_is_written_and_its_value_printed(instance, tmp_path, capsys):
    out = tmp_path / "roster.tsv"
    call_command("solve_shifts", str(instance), "--seconds", "10", "--out", str(out))
    answer = json.loads(capsys.readouterr().out)
    problem = benchmark.read(TEXT)
    roster = benchmark.parse_lines(problem, out.read_text())
    assert set(answer) == {"objective", "bound", "status", "seconds"}
    assert answer["status"] == "optimal"
    assert answer["objective"] == answer["bound"] == checking.value(problem, roster).total
    assert checking.breaches(problem, roster) == []


@pytest.mark.parametrize("text", ["no instance", "\x80"])
def test_a_file_that_is_no_instance_is_refused(instance, tmp_path, text):
    instance.write_bytes(text.encode("latin-1"))
    with pytest.raises(CommandError, match="Instance"):
        call_command("solve_shifts", str(instance), "--seconds", "1", "--out", str(tmp_path / "out"))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        call_command(
            "solve_shifts", str(tmp_path / "nowhere"), "--seconds", "1", "--out", str(tmp_path / "out")
        )
