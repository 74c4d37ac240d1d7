"""X9: what the operator is told and what the portal reads are the same."""

import re
from collections.abc import Mapping

from config.environment import ROOT, read

NEEDED = {"SECRET_KEY", "FIELD_KEY", "AUDIT_KEY", "BASE_URL", "ALLOWED_HOSTS"}
READ_ELSEWHERE = {
    "DJANGO_SETTINGS_MODULE",
    "BIND",
    "WEB_PROCESSES",
    "WEB_THREADS",
    "PROMETHEUS_MULTIPROC_DIR",
}


class Asked(Mapping[str, str]):
    """An environment that notes what it is asked for."""

    def __init__(self):
        self.names = set()

    def __getitem__(self, name):
        self.names.add(name)
        if name in NEEDED:
            return "given"
        raise KeyError(name)

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0


def test_every_variable_is_explained_to_the_operator_and_no_other():
    asked = Asked()
    read(source=asked)
    example = (ROOT / "deploy" / "env.example").read_text("utf-8")
    assert set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) - READ_ELSEWHERE == asked.names


def test_a_key_has_no_value_that_somebody_could_keep():
    example = (ROOT / "deploy" / "env.example").read_text("utf-8")
    assert {"SECRET_KEY=", "FIELD_KEY=", "AUDIT_KEY=", "METRICS_TOKEN="} <= set(example.splitlines())
