from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.portal.transfers.importing import GroupImporter, registered


@pytest.fixture
def importer() -> Iterator[GroupImporter]:
    importer = GroupImporter()
    with registered(importer):
        yield importer


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Path:
    """The folder of stored files, empty at first."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path
