"""X9: the production profile as it starts, in a process of its own."""

import json
import os
import re
import subprocess
import sys

import pytest

from config.environment import ROOT

ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "Vh3-long-and-random-" + "0123456789abcdefghijklmnopqrstuvwxyz",
    "FIELD_KEY": "another-long-text",
    "AUDIT_KEY": "a-third-long-text",
    "BASE_URL": "https://desk.shop.example",
    "ALLOWED_HOSTS": "desk.shop.example",
    "DATABASE_URL": "postgres://desk:secret@127.0.0.1:1/desk",
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    "TRUSTED_PROXIES": "1",
}


@pytest.fixture
def run(tmp_path):
    def run_python(*arguments):
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=ENVIRONMENT | {"DATA_DIR": str(tmp_path), "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run_python


def test_djangos_deployment_check_finds_nothing(run):
    checked = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert "no issues (0 silenced)" in checked.stdout, checked.stderr


def test_a_line_of_the_log_is_json(run):
    logged = run("-c", "import django, structlog; django.setup(); structlog.get_logger('x').error('去', n=1)")
    line = json.loads(logged.stderr)
    assert (line["event"], line["n"], line["level"], line["logger"]) == ("去", 1, "error", "x")


def test_media_has_no_address(settings):
    assert settings.MEDIA_URL in {"", "/"}


def test_the_proxy_logs_no_query_and_no_link_of_a_survey():  # X2
    conf = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    settings = [line.split("#")[0].strip() for line in conf.splitlines()]
    (form,) = [line for line in settings if line.startswith("log_format ")]
    assert set(re.findall(r"\$\w+", form)) == {
        "$remote_addr",
        "$time_iso8601",
        "$request_method",
        "$uri",
        "$status",
        "$body_bytes_sent",
        "$request_time",
    }
    servers = conf.split("\nserver {")[1:]
    assert all(
        re.search(r"^    access_log (off|\S+ without_query);", server, re.MULTILINE) for server in servers
    )
    assert all(re.search(r"^    error_log \S+ crit;", server, re.MULTILINE) for server in servers)
    assert re.search(r"location /s/ \{\s+access_log off;", conf)
