"""One mock for all tests that do not change its settings."""

from collections.abc import Iterator

import pytest

from spec import Contract, load
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
