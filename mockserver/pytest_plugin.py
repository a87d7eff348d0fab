"""The fixture `luckymonaco_mock`: a running mock for the tests of a caller.

    def test_retry(luckymonaco_mock):
        luckymonaco_mock.next_answer("unavailable", "success")
        my_client.notify(luckymonaco_mock.notification_url())  # or .url, .headers() and .notification(…)
        assert [entry["answer"] for entry in luckymonaco_mock.requests()] == ["unavailable", "success"]

The mock starts once for a session; each test finds it without requests and without chosen answers. Its settings can be
changed by a session fixture `luckymonaco_mock_settings` of one's own. Nothing heavy is imported before it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockserver.background import Background
    from spec import Contract, Operation, Partner


class RunningMock:
    """What a test sees of the mock."""

    def __init__(self, background: Background, partner: Partner) -> None:
        self._background = background
        self._partner = partner
        self.contract: Contract = background.contract
        self.url = background.url

    def notification_url(self, operation: Operation | None = None) -> str:
        """URL of an operation, the first by default, with the credentials that stand in the query."""
        from spec import attach

        operation = operation or self.contract.operations[0]
        query, _ = attach(operation, self._partner)
        return f"{self.url}{operation.path}" + (f"?{query}" if query else "")

    def headers(self, operation: Operation | None = None) -> dict[str, str]:
        """The headers of a notification: its media type, and the credentials that stand in headers."""
        from spec import attach

        operation = operation or self.contract.operations[0]
        return {"Content-Type": operation.media_type, **attach(operation, self._partner)[1]}

    def notification(self, operation: Operation | None = None, **fields: Any) -> dict[str, Any]:
        """A valid notification, with these fields in it and correctly hashed."""
        from spec import sign

        operation = operation or self.contract.operations[0]
        return sign(operation, self._partner, {**operation.example, **fields})

    def next_answer(self, *names: str, session: str | None = None) -> None:
        """Answer the next requests with these canned answers, codes or behaviours; ValueError for an unknown name."""
        from mockserver import script

        for name in names:
            if script.find(name, self._background.mock.outside.answers) is None:
                known = ", ".join(script.names(self._background.mock.outside.answers))
                raise ValueError(f"there is no answer {name!r}; there are {known}")
        self._background.mock.memory.lists.put(names, session)

    def requests(self, **filters: Any) -> list[dict[str, Any]]:
        """What has arrived in this test, oldest first, with checks; `answer="…"` and the like narrow it down."""
        self._background.settle()
        view, journal = self._background.mock.outside.view, self._background.mock.journal
        entries = [view.detail(exchange) for exchange in reversed(list(journal.newest_first()))]
        return [entry for entry in entries if all(entry.get(name) == value for name, value in filters.items())]

    def reset(self) -> None:
        """Forget the requests and the chosen answers."""
        self._background.settle()
        self._background.mock.journal.clear()
        self._background.mock.memory.lists.clear()


@pytest.fixture(scope="session")
def luckymonaco_mock_settings() -> Mapping[str, Any]:
    """Settings of the mock, by the names of the command's options (`partner_token`); override it to change them."""
    return {}


@pytest.fixture(scope="session")
def _luckymonaco_background(luckymonaco_mock_settings: Mapping[str, Any]) -> Iterator[RunningMock]:
    from mockserver import partners
    from mockserver.background import Background
    from mockserver.settings import MockSettings
    from spec import SettingError

    known = {option.field for option in MockSettings.options()}
    for name in luckymonaco_mock_settings:
        if name not in known:
            raise SettingError(
                "no such setting", where="luckymonaco_mock_settings", expected=", ".join(known), got=name
            )
    # No environment: a variable that is set for the command must not change what a test sees.
    settings = MockSettings.create({"port": 0, "log_format": "none", **luckymonaco_mock_settings}, environ={})
    contract = settings.contract()
    with Background(contract, settings) as background:
        yield RunningMock(background, partners.read(settings, contract)[0])


@pytest.fixture
def luckymonaco_mock(_luckymonaco_background: RunningMock) -> Iterator[RunningMock]:
    """A mock on a free port, fresh for this test."""
    _luckymonaco_background.reset()
    yield _luckymonaco_background
    _luckymonaco_background.reset()
