"""Settings that make no sense are refused before anything is served."""

from pathlib import Path

import pytest

from mockserver.settings import MockSettings
from spec import SettingError, load

OUT_OF_RANGE = [
    ("body_limit", "0"),
    ("body_limit", "-5"),
    ("head_limit", "0"),
    ("head_timeout", "0"),
    ("head_timeout", "nan"),
    ("request_timeout", "inf"),
    ("idle_timeout", "0"),
    ("max_connections", "0"),
    ("shutdown_timeout", "-1"),
    ("journal_entries", "0"),
    ("journal_bytes", "-1"),
    ("journal_body", "-1"),
    ("workers", "0"),
]


@pytest.mark.parametrize(("name", "value"), OUT_OF_RANGE)
def test_out_of_range(name: str, value: str) -> None:
    """A limit of nothing, or less, or no number is refused by its option's name."""
    with pytest.raises(SettingError, match=f"--{name.replace('_', '-')}.*{value}"):
        MockSettings.create({name: value}, {})


@pytest.mark.parametrize("name", ["control_token_file", "partner_token_file", "secret_file"])
def test_empty_file_of_a_secret(tmp_path: Path, name: str) -> None:
    """An empty file is refused: the demo token would hold, or the hash go unchecked, and nobody would notice."""
    file = tmp_path / "empty"
    file.write_text("\n")
    settings = MockSettings.create({name: file}, {})

    with pytest.raises(SettingError, match="empty"):
        settings.own_control_token() if name.startswith("control") else settings.partner(load())
