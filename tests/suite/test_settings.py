"""Numbers that make no sense are refused before anything is sent."""

import pytest

from contract_tests.settings import VerifySettings
from spec import SettingError


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timeout", "0"),
        ("timeout", "-1"),
        ("timeout", "nan"),
        ("timeout", "inf"),
        ("rate", "-1"),
        ("rate", "nan"),
        ("jobs", "-3"),
        ("jobs", "257"),
        ("max_response_time", "-0.5"),
    ],
)
def test_impossible_number_is_refused(name: str, value: str) -> None:
    """The option is named, and what it should be."""
    with pytest.raises(SettingError, match=f"--{name.replace('_', '-')}; expected"):
        VerifySettings.create({name: value}, {})


def test_what_excludes_one_another_is_refused() -> None:
    """Rather than that one of the two wins unseen."""
    with pytest.raises(SettingError, match="--quick, --thorough"):
        VerifySettings.create({"quick": True, "thorough": True}, {})


def test_nothing_given_is_possible() -> None:
    """The defaults are what a run takes."""
    settings = VerifySettings.create({}, {})

    assert (settings.jobs, settings.rate, settings.max_response_time) == (0, 0, 0)
