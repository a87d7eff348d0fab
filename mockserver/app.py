"""The application, put together: the document's operations, their plans, and the stages that a request goes through."""

from __future__ import annotations

import random
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from mockserver import choose, partners, reference, script
from mockserver.control import Control
from mockserver.faults import Plan
from mockserver.journal import Journal
from mockserver.logs import RequestLog
from mockserver.metrics import Metrics
from mockserver.outside import Outside
from mockserver.pages import Page, Pages, as_json, stylesheet
from mockserver.pipeline import Answering, Boundary
from mockserver.running import Running
from mockserver.state import LocalState
from mockserver.view import View
from spec import DEFAULT_PATH, SettingError

if TYPE_CHECKING:
    from mockserver.answers import Answers
    from mockserver.pipeline import App, Observer
    from mockserver.settings import MockSettings
    from mockserver.state import State
    from spec import Contract, Partner

BELOW_OPERATIONS = (
    "path",
    "method",
    "malformed-request",
    "too-large",
    "unknown-preference",
    "system-error",
    "unavailable",
)


@dataclass(frozen=True, slots=True)
class Memory:
    """What outlives a change of the document."""

    state: State
    metrics: Metrics
    lists: script.Script
    log: RequestLog | None
    control_token: str

    @property
    def observers(self) -> tuple[Observer, ...]:
        """Who takes note of each exchange."""
        return (self.state.record, self.metrics.observe, *((self.log.observe,) if self.log else ()))


@dataclass(frozen=True, slots=True)
class Mock:
    """The application, what answers where no application is reached, and what remembers."""

    app: App
    outside: Outside
    memory: Memory

    @property
    def journal(self) -> Journal:
        """The requests kept."""
        return self.memory.state.journal

    @property
    def control_token(self) -> str:
        """The token of the control API; empty if there is none."""
        return self.memory.control_token


def create(contract: Contract, settings: MockSettings) -> Mock:
    """Everything that serves the operations of a document. Connexion is imported here, not before."""
    journal = Journal(settings.journal_entries, settings.journal_bytes, settings.journal_body)
    lists = script.Script(settings.respond, cycle=settings.respond_cycle)
    memory = Memory(
        state=_state(settings, journal, lists),
        metrics=Metrics(journal),
        lists=lists,
        log=RequestLog(settings.log_format) if settings.log_format != "none" else None,
        control_token=(settings.own_control_token() or secrets.token_urlsafe(18)) if settings.control else "",
    )
    outside = Outside(memory.observers)
    running = outside.running = Running(
        outside,
        memory.state,
        (*((memory.log.flush,) if memory.log else ()), memory.metrics.publish),
        (settings.spec or DEFAULT_PATH) if settings.reload else None,
    )
    running.rebuild = lambda changed: build(changed, settings, memory, running)
    build(contract, settings, memory, running)
    return Mock(outside, outside, memory)


def create_app(contract: Contract, settings: MockSettings) -> App:
    """An ASGI application that serves every operation of the document, for any ASGI server."""
    return create(contract, settings).app


def build(contract: Contract, settings: MockSettings, memory: Memory, running: Running) -> None:
    """Serve this document from now on. Whatever makes it unusable is raised before anything has changed."""
    from mockserver import connexion_inside

    known: Sequence[Partner] = partners.read(settings, contract)
    plans = {
        str(operation): Plan(contract, operation, known, validate=settings.validate)
        for operation in contract.operations
    }
    answers = next(iter(plans.values())).answers
    for fault in BELOW_OPERATIONS:
        answers.for_fault(fault)  # a document without an answer for it is refused at start, not at a request
    for name in settings.respond:
        if script.find(name, answers) is None:
            raise SettingError("no such answer", where="--respond", expected=", ".join(script.names(answers)), got=name)
    view = View(contract, known)
    every = [plan.answers for plan in plans.values()]
    token = memory.control_token
    control = Control(token, memory.state, every) if token else None
    pages = _pages(contract, answers, memory.metrics, control, running)
    boundary: Any = partial(Boundary, answers=answers, body_limit=settings.body_limit, observers=memory.observers)
    shared = memory.state.take
    scripted = choose.scripted_elsewhere(shared) if shared else choose.scripted(memory.lists)
    end = Answering(answers, choose.choosers(contract.raw.get("x-magic", {}), scripted), _delay(settings.delay))
    app = connexion_inside.build(contract.raw, plans, boundary, end, elsewhere=pages.find)
    memory.state.view = view
    if memory.log:
        memory.log.view = view
    running.text = contract.source.text
    running.outside.serve(app, answers, view)


def _pages(contract: Contract, answers: Answers, metrics: Metrics, control: Control | None, running: Running) -> Pages:
    def health(_: Any) -> Page:
        return as_json({"status": "ok", "document": contract.source.digest[:12], **running.health()})

    def numbers(_: Any) -> Page:
        return Page(metrics.exposition(), "text/plain; version=0.0.4; charset=utf-8")

    routes = {
        **reference.routes(contract, answers, control=control is not None),
        "/__mock/inspector.css": {"GET": stylesheet},
        "/favicon.ico": {"GET": lambda _: Page(media_type="image/x-icon", status=204)},  # asked for by every browser
        "/healthz": {"GET": health},
        "/metrics": {"GET": numbers},
        **(control.routes() if control else {}),
    }
    return Pages(routes, control.prefixes() if control else {})


def _state(settings: MockSettings, journal: Journal, lists: script.Script) -> State:
    if not settings.state:
        return LocalState(journal, lists)
    from mockserver.redis_state import RedisState

    return RedisState(settings.state, journal, lists, sequence=settings.respond, cycle=settings.respond_cycle)


def _delay(text: str) -> Callable[[], float] | None:
    if not text:
        return None
    match = re.fullmatch(r"([0-9]{1,7})(?:-([0-9]{1,7}))?", text)
    if match is None or int(match[2] or match[1]) < int(match[1]):
        raise SettingError("not a delay", where="--delay", expected="milliseconds such as 200 or 100-500", got=text)
    low, high = int(match[1]), int(match[2] or match[1])
    return lambda: random.uniform(low, high)
