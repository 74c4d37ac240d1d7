from types import SimpleNamespace

import pytest

from portal.transfers import pacing
from portal.transfers.pacing import Pace


@pytest.mark.parametrize(
    ("vendor", "chunk_seconds", "pause_seconds"),
    [("sqlite", 0.02, [0.02]), ("sqlite", 3.0, [0.12]), ("postgresql", 3.0, [])],
)
def test_other_writers_get_as_long_as_a_chunk_took_but_no_more_than_they_need(
    monkeypatch: pytest.MonkeyPatch, vendor: str, chunk_seconds: float, pause_seconds: list[float]
) -> None:
    slept: list[float] = []
    looks = iter([100.0, 100.0 + chunk_seconds, 200.0])
    clock = SimpleNamespace(monotonic=lambda: next(looks), sleep=slept.append)
    monkeypatch.setattr(pacing, "time", clock)
    monkeypatch.setattr(pacing, "connection", SimpleNamespace(vendor=vendor))
    pace = Pace()

    pace()

    assert slept == pytest.approx(pause_seconds)
