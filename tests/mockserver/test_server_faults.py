"""When the fault is the mock's own: the document's answer, and nothing of what happened."""

import json
import logging
from typing import Any

import pytest

from mockserver import choose, connexion_inside
from mockserver.app import Mock
from tests.mockserver.serving import serving


def breaking(error: BaseException) -> Any:
    """A chooser that fails."""

    def chooser(*_: Any) -> None:
        raise error

    return chooser


@pytest.mark.parametrize(
    "error", [RuntimeError("secret text"), KeyError("x"), RecursionError(), MemoryError()], ids=repr
)
def test_exception_in_our_own_code(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    """Any exception ends as the document's system error, without a traceback to the caller or a secret in the log."""
    monkeypatch.setattr(logging.getLogger("luckymonaco"), "propagate", True)
    monkeypatch.setattr(choose, "choosers", lambda *_: (breaking(error),))
    with serving() as served, caplog.at_level(logging.ERROR):
        answer = served.send()

    assert served.answers("system-error", answer)
    assert type(error).__name__ in caplog.text
    assert "secret text" not in caplog.text


@pytest.mark.parametrize("fault", ["HTTPException", "ProblemException"])
def test_exception_of_the_frameworks(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """Exceptions that Connexion or Starlette would turn into answers of their own do not."""
    from connexion.exceptions import BadRequestProblem
    from starlette.exceptions import HTTPException

    error = HTTPException(404) if fault == "HTTPException" else BadRequestProblem("x")
    monkeypatch.setattr(choose, "choosers", lambda *_: (breaking(error),))
    with serving() as served:
        answer = served.send()

    assert served.answers("system-error", answer)


def test_stock_error_pages_are_not_in_the_stack() -> None:
    """None of Connexion's middlewares that write answers of their own is part of the application."""
    with serving() as served:
        app: Any = served.mock.outside.app
        names = {type(layer).__name__ for layer in app.middleware.middleware_stack}

    assert not names & {"ExceptionMiddleware", "ServerErrorMiddleware", "SwaggerUIMiddleware"}
    assert {"Routing", "SecurityMiddleware", "RequestValidationMiddleware"} <= names
    assert type(app) is connexion_inside.AsyncApp


def test_answer_beyond_the_application() -> None:
    """An exception that passes through all of it does not bring out uvicorn's own words either."""

    def prepare(mock: Mock) -> Mock:
        async def app(*_: Any) -> None:
            raise RuntimeError("secret text")

        mock.outside.app = app
        return mock

    with serving(prepare=prepare) as served:
        answer = served.raw(served.request(json.dumps(served.body()).encode()))

    assert served.answers("system-error", answer)
