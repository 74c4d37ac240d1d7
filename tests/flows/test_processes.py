"""X8: portal, worker and scheduler under one command, as `make demo` starts them, on nothing but files."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest
import requests

from config.environment import ROOT

BIN = os.path.dirname(sys.executable)  # noqa: PTH120 - not resolved: the environment's own programs
PATIENCE_SECONDS = 60


def until(happens, what):
    """Polls for what other processes do; how long it takes is not what is tested."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := happens():
            return found
        time.sleep(0.2)
    pytest.fail(f"Waited {PATIENCE_SECONDS} s for {what}.")


@pytest.fixture
def environment(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    return {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATA_DIR": str(tmp_path),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "BIND": f"127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",
    }


@pytest.fixture
def portal(environment, tmp_path):
    """The running command, with everything that it started."""
    run = {"cwd": ROOT, "env": environment, "stdin": subprocess.DEVNULL}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True, **run)
    with (tmp_path / "log").open("w") as log:
        honcho = [f"{BIN}/honcho", "--procfile", "deploy/Procfile", "--app-root", ".", "start"]
        started = psutil.Popen(honcho, stdout=log, stderr=log, start_new_session=True, **run)
        try:
            until(lambda: answer(environment, "/readyz"), "the portal to be ready")
            yield started
        finally:
            for process in [*family(started), started]:
                if not has_ended(process):
                    process.kill()
            started.wait()


def family(process):
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def answer(environment, path):
    try:
        return requests.get(environment["BASE_URL"] + path, timeout=5).ok
    except (requests.ConnectionError, requests.Timeout):
        return False  # Not there yet, or still loading.


def named(processes, program):
    return [process for process in processes if any(program in part for part in process.cmdline())]


def gone(processes):
    return lambda: all(has_ended(process) for process in processes)


def has_ended(process):
    """Ended, even if whoever should ask how it ended has not asked yet."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def health(environment):
    command = [sys.executable, "manage.py", "health"]
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return json.loads(told.stdout)


def test_the_parts_find_each_other_and_ctrl_c_ends_them_all(portal, environment):
    until(lambda: health(environment)["ok"], "all parts to be well")
    everyone = family(portal)
    portal.send_signal(signal.SIGINT)
    until(gone([portal, *everyone]), "everything to end")


@pytest.mark.parametrize("program", ["gunicorn", "celery"])
def test_when_one_part_dies_the_others_end(portal, program):
    everyone = family(portal)
    named(everyone, program)[0].kill()
    until(gone([portal, *everyone]), "everything to end")
