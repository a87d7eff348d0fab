"""Mocks for tests that do not change their settings."""

from collections.abc import Iterator

import pytest

from spec import Contract, load
from tests.mockserver.controlling import TOKEN
from tests.mockserver.serving import Served, serving

SECRET = "s3cr3t"


@pytest.fixture(scope="session")
def contract() -> Contract:
    """The kit's own document."""
    return load()


@pytest.fixture(scope="session")
def mock(contract: Contract) -> Iterator[Served]:
    """A mock with the demo credentials, which does not check the request hash."""
    with serving(contract) as served:
        yield served


@pytest.fixture(scope="session")
def strict_mock(contract: Contract) -> Iterator[Served]:
    """A mock that checks the request hash, with credentials of its own."""
    with serving(contract, partner_id="partner & son", partner_token="tö=ken+1%", secret=SECRET) as served:
        yield served


@pytest.fixture
def journalled() -> Iterator[Served]:
    """A mock with a small journal, which checks the request hash."""
    with serving(
        control_token=TOKEN, journal_entries=50, journal_body=2000, secret="s3cr3t-Key", partner_token="tok-3n"
    ) as served:
        yield served


@pytest.fixture(scope="module")
def guarded() -> Iterator[Served]:
    """A mock whose state no test changes."""
    with serving(control_token=TOKEN) as served:
        yield served
