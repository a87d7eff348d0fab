"""Which canned answer a request gets: a tuple of choosers is asked in turn, and the first that has a choice decides.

Whoever has no credentials, or knocks at the wrong door, cannot choose. A choice holds for one request and never sticks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mockserver import prefer, script
from mockserver.answers import Answers, Header, Prepared
from mockserver.behaviours import Act
from mockserver.faults import HASH, MEDIA_TYPE, OBJECT, PREFERENCE, SYNTAX, name_of_field
from mockserver.rounds import in_a_task

if TYPE_CHECKING:
    from mockserver.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Choice:
    """A canned answer, who chose it and why, the headers that say so to the caller, and how it is played."""

    answer: Prepared
    by: str
    why: str = ""
    headers: tuple[Header, ...] = ()
    act: Act | None = None


Chooser = Callable[["Exchange", Answers], Choice | Awaitable[Choice | None] | None]
_YIELDING = {MEDIA_TYPE, SYNTAX, OBJECT, HASH}  # faults of what is sent, over which a choice prevails
_A_FIELD = name_of_field("")


@lru_cache(2048)
def _refusal(answer: Prepared, why: str) -> Choice:
    # The kit's own reasons are few, and so are the answers: nearly every request meets a choice that was made before.
    return Choice(answer, "check", why)


@lru_cache(256)
def _usual(answer: Prepared) -> Choice:
    return Choice(answer, "default")


def by_firm_fault(exchange: Exchange, answers: Answers) -> Choice | None:
    """A fault of path, method, size or credentials: nothing that the caller says can change its answer."""
    if not exchange.failures:
        return None
    for failure in exchange.failures:
        if failure.check not in _YIELDING and not failure.check.startswith(_A_FIELD):
            return _refusal(answers.for_fault(failure.fault), failure.reason)
    return None


def by_preference(exchange: Exchange, answers: Answers) -> Choice | None:
    """The answer that the Prefer header names; if there is none of that name, a refusal that lists those there are."""
    for value in exchange.header(b"prefer"):
        wanted = prefer.parse(value)
        if wanted is None:
            continue
        answer = wanted.find(answers)
        if answer is not None:
            return Choice(answer, "Prefer", headers=((b"preference-applied", wanted.applied),))
        return _unknown(exchange, answers, f"there is no such canned answer for {wanted.kind}", wanted.known(answers))
    return None


def magic(section: Mapping[str, Any]) -> Chooser:
    """The answer that a magic value in the session id names, as the document's `x-magic` declares."""
    prefix = str(section.get("prefix", ""))
    declared = set(section.get("behaviours", ()))

    def by_magic_value(exchange: Exchange, answers: Answers) -> Choice | None:
        session = session_of(exchange)
        if not prefix or session is None or not session.startswith(prefix):
            return None
        step = script.find(session[len(prefix) :], answers)
        if step is None or (step.act is not None and step.act.name not in declared):
            known = tuple(prefix + name for name in script.names(answers))
            return _unknown(exchange, answers, "there is no such magic value", known)
        return _step(exchange, answers, step, "magic value")

    return by_magic_value


def scripted(lists: script.Script) -> Chooser:
    """The answer that is next on a list: of the session, of the control API, of the command line."""

    def by_script(exchange: Exchange, answers: Answers) -> Choice | None:
        return None if lists.is_idle else _scripted(lists.take(session_of(exchange)), exchange, answers)

    return by_script


def scripted_elsewhere(take: Callable[[str | None], Awaitable[str | None]]) -> Chooser:
    """The same from lists that several mocks share, which takes waiting."""

    async def by_shared_script(exchange: Exchange, answers: Answers) -> Choice | None:
        await in_a_task()
        return _scripted(await take(session_of(exchange)), exchange, answers)

    return by_shared_script


def _scripted(name: str | None, exchange: Exchange, answers: Answers) -> Choice | None:
    step = script.find(name, answers) if name else None
    if step is None or step.answer is answers.success:
        return None
    return _step(exchange, answers, step, "script")


def by_fault(exchange: Exchange, answers: Answers) -> Choice | None:
    """Any other fault: the first in the plan's order."""
    for failure in exchange.failures:
        return _refusal(answers.for_fault(failure.fault), failure.reason)
    return None


def by_default(_: Exchange, answers: Answers) -> Choice | None:
    """Nothing is wrong and nothing else was asked for."""
    return _usual(answers.success)


def choosers(section: Mapping[str, Any], script_chooser: Chooser) -> tuple[Chooser, ...]:
    """All of them, in their order."""
    own = (magic(section),) if section else ()
    return (by_firm_fault, by_preference, *own, script_chooser, by_fault, by_default)


def session_of(exchange: Exchange) -> str | None:
    """The session id of a notification, if it could be read."""
    if exchange.plan is None or exchange.plan.session_field is None or not isinstance(exchange.value, dict):
        return None
    session = exchange.value.get(exchange.plan.session_field)
    return session if isinstance(session, str) else None


def _step(exchange: Exchange, answers: Answers, step: script.Step, by: str) -> Choice:
    if step.answer is not None:
        return Choice(step.answer, by)
    usual = by_fault(exchange, answers) or by_default(exchange, answers)
    assert usual is not None
    return Choice(usual.answer, by, usual.why, act=step.act)


def _unknown(exchange: Exchange, answers: Answers, reason: str, known: tuple[str, ...]) -> Choice:
    exchange.fail(PREFERENCE, "unknown-preference", reason)
    return Choice(answers.saying(answers.for_fault("unknown-preference"), ", ".join(known)), "check", reason)
