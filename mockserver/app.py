"""The application, put together: the document's operations, their plans, and the stages that a request goes through."""

from __future__ import annotations

import contextlib
import random
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from mockserver import choose, script
from mockserver.faults import Plan
from mockserver.outside import Outside
from mockserver.pipeline import Answering, Boundary
from spec import SettingError

if TYPE_CHECKING:
    from mockserver.answers import Answers
    from mockserver.pipeline import App
    from mockserver.settings import MockSettings
    from spec import Contract

BELOW_OPERATIONS = ("path", "method", "malformed-request", "too-large", "unknown-preference", "system-error", "unavailable")


@dataclass(frozen=True, slots=True)
class Mock:
    """The application, and what answers where no application is reached."""

    app: App
    outside: Outside


def create(contract: Contract, settings: MockSettings) -> Mock:
    """Everything that serves the operations of a document. Connexion is imported here, not before."""
    from mockserver import connexion_inside

    partners = (settings.partner(contract),)
    plans = {str(operation): Plan(contract, operation, partners) for operation in contract.operations}
    answers = next(iter(plans.values())).answers
    for fault in BELOW_OPERATIONS:
        answers.for_fault(fault)  # a document without an answer for it is refused at start, not at a request
    lists = _script(settings, answers)
    choosers = choose.choosers(contract.raw.get("x-magic", {}), lists)
    boundary: Any = partial(Boundary, answers=answers, body_limit=settings.body_limit, observers=())
    end = Answering(answers, choosers, _delay(settings.delay))
    app = connexion_inside.build(contract.raw, plans, boundary, end, elsewhere=lambda _: None, lifespan=_lifespan)
    return Mock(app, Outside(answers))


def create_app(contract: Contract, settings: MockSettings) -> App:
    """An ASGI application that serves every operation of the document, for any ASGI server."""
    return create(contract, settings).app


def _script(settings: MockSettings, answers: Answers) -> script.Script:
    for name in settings.respond:
        if script.find(name, answers) is None:
            raise SettingError("no such answer", where="--respond", expected=", ".join(script.names(answers)), got=name)
    return script.Script(settings.respond, cycle=settings.respond_cycle)


def _delay(text: str) -> Callable[[], float] | None:
    if not text:
        return None
    match = re.fullmatch(r"([0-9]{1,7})(?:-([0-9]{1,7}))?", text)
    if match is None or int(match[2] or match[1]) < int(match[1]):
        raise SettingError("not a delay", where="--delay", expected="milliseconds such as 200 or 100-500", got=text)
    low, high = int(match[1]), int(match[2] or match[1])
    return lambda: random.uniform(low, high)


@contextlib.asynccontextmanager
async def _lifespan(_: Any) -> AsyncIterator[None]:
    yield
