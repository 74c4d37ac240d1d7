"""X8: the broker in a folder."""

import json
from pathlib import Path

import pytest
from kombu import Connection
from kombu.transport import filesystem, get_transport_cls

from config import broker


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def connection(folder: Path, transport: type) -> Connection:
    options = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(folder)}
    return Connection(transport=transport, transport_options=options)


def seen_while_writing(folder: Path, transport: type, monkeypatch) -> list[str]:
    """What a worker finds under names that a queue asks for, at the moment in which a message is written."""
    found: list[str] = []
    module = broker if transport is broker.Transport else filesystem

    def dumps(payload: object) -> str:
        found.extend(path.name for path in folder.glob("*.celery.msg"))
        return json.dumps(payload)

    monkeypatch.setattr(module, "dumps", dumps)
    connection(folder, transport).default_channel._put("celery", {"id": 1})
    return found


def test_a_message_is_there_wholly_or_not_at_all(folder, monkeypatch):
    assert seen_while_writing(folder, broker.Transport, monkeypatch) == []
    [message] = folder.iterdir()
    assert (message.name.endswith(".celery.msg"), json.loads(message.read_text())) == (True, {"id": 1})


def test_the_librarys_own_lets_a_worker_see_it_empty(folder, monkeypatch):
    assert len(seen_while_writing(folder, filesystem.Transport, monkeypatch)) == 1


def test_what_is_put_is_got(folder):
    channel = connection(folder, broker.Transport).default_channel
    channel._put("celery", {"id": 1})
    assert channel._get("celery") == {"id": 1}


def test_the_portals_broker_in_a_folder_is_this_one():
    assert get_transport_cls("filesystem") is broker.Transport
