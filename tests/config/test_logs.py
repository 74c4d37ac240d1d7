"""A fault is logged with the places it went through and without what was held there."""

import json
import logging
from io import StringIO

import pytest
import structlog

from config.logs import logging_config

PHONE, PASSWORD = "13800138000", "S3cret-Passw0rd!"


@pytest.fixture(params=[True, False], ids=["json", "lines"])
def log(request):
    """What production, or a developer's machine, writes to standard error."""
    written, config = StringIO(), logging_config("INFO", as_json=request.param)
    formatter = config["formatters"]["structured"]
    handler = logging.StreamHandler(written)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"]
        )
    )
    logger = logging.getLogger("tests.config.logs")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, written
    logger.removeHandler(handler)
    logger.propagate = True


def step(phone: str, password: str) -> None:
    kept = {"phone": phone, "password": password}
    try:
        kept["name"]
    except KeyError as fault:
        raise RuntimeError(f"a step that failed with {len(kept)} facts") from fault


def fail(logger) -> None:
    phone, password = "".join(PHONE), "".join(PASSWORD)
    try:
        step(phone, password)
    except RuntimeError:
        logger.exception("it failed")


def test_a_traceback_tells_where_and_not_what_was_held_there(log):
    logger, written = log
    fail(logger)

    line = written.getvalue()
    assert "RuntimeError" in line
    assert "in step" in line or '"name": "step"' in line
    assert "KeyError" in line
    assert PHONE not in line
    assert PASSWORD not in line


@pytest.mark.parametrize("log", [True], indirect=True)
def test_a_fault_is_one_line_of_json_with_its_frames(log):
    logger, written = log
    fail(logger)

    (line,) = written.getvalue().splitlines()
    frames = [frame for each in json.loads(line)["exception"] for frame in each["frames"]]
    assert {frame["name"] for frame in frames} == {"fail", "step"}
    assert all("locals" not in frame for frame in frames)
