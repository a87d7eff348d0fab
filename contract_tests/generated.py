"""What nobody thought of: bodies that Schemathesis generates from the document, with a seed.

Only data is generated here, before or while other requests are sent; nothing is shrunk against a live server. The
credentials are ours: keys in the query would be ordinary data to a generator. Each generated "invalid" body is judged
by our own validator before anyone is blamed for accepting it. What was made is kept for the next run (`kept`).
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from contract_tests import generating
from contract_tests.case import Case, FaultKind
from contract_tests.exchange import Request
from contract_tests.generating import Bodies
from contract_tests.kept import Kept
from contract_tests.notification import PREFIX, Maker, strange_ids
from contract_tests.payload import Payload, encode
from spec import LuckyMonacoError, Operation
from spec.schema import to_json_schema

_STORAGE = Path(tempfile.gettempdir()) / "luckymonaco-hypothesis"  # its tables; never in the folder we are started in


class GenerationError(LuckyMonacoError):
    """The generator's process failed."""


class Generator:
    """Generates in a process of its own, while the fixed cases are sent; not at all where the data is kept already."""

    def __init__(self, operations: tuple[Operation, ...], seed: int, count: int, *, keep: bool = True) -> None:
        self._order = [operation.id for operation in operations]
        wish = {"schemas": [to_json_schema(o.schema.node) for o in operations], "seed": seed, "count": count}
        self._kept = Kept(wish, Path(generating.__file__)) if keep else None
        self._made = self._kept.read() if self._kept else None
        self._process = None if self._made is not None else _started(wish)

    def cases(self, maker: Maker) -> Iterator[Case]:
        """The generated cases of one operation; waits until its data is there. GenerationError if there is none."""
        if self._made is None:
            self._made = self._finished()
            if self._kept:
                self._kept.write(self._made)
        valid, invalid = self._made[self._order.index(maker.operation.id)]
        yield from generated_cases(maker, valid, invalid)

    def close(self) -> None:
        """Stop generating; what is already there is thrown away."""
        if self._process:
            self._process.kill()
            self._process.communicate()

    def _finished(self) -> list[Bodies]:
        assert self._process
        out, err = self._process.communicate()
        if self._process.returncode:
            last = err.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no message"]
            raise GenerationError("notifications could not be generated", got=last[0])
        made: list[Bodies] = json.loads(out)
        return made


def _started(wish: dict[str, Any]) -> "subprocess.Popen[bytes]":
    # -P: a file of the folder we are started in must not pass for one of our modules.
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "contract_tests.generating"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "HYPOTHESIS_STORAGE_DIRECTORY": str(_STORAGE)},
    )
    assert process.stdin
    process.stdin.write(json.dumps(wish).encode())
    process.stdin.close()
    process.stdin = None
    return process


def generated_cases(maker: Maker, valid: list[Any], invalid: list[Any]) -> Iterator[Case]:
    """Cases from generated bodies: signed, made fresh, and each judged by our own validator first."""
    ids = list(strange_ids(maker))
    for number, body in enumerate(valid):
        if maker.operation.schema.is_valid(body) and not _has_nul(body):
            build = _sent(maker, _recognisable(maker, body, ids[number % len(ids)] if ids else ""), "valid")
            yield Case("OK-6", f"generated-{number}", "success-or-refusal", build, maker, generated=True)
    for number, made in enumerate(invalid):
        body = _of_the_known_session(maker, made)
        rule, fault = _blame(maker, body)
        if rule and not _has_nul(body):
            yield Case(
                rule,
                f"generated-{number}",
                "refusal",
                _sent(maker, body, "invalid"),
                maker,
                fault=fault,
                generated=True,
            )


def _recognisable(maker: Maker, body: Any, name: str) -> Any:
    """The body with the kit's prefix before one of its ids, so that staging can be cleaned of it."""
    if not name:
        return body
    marked = {**body, name: f"{PREFIX}{body[name]}"}
    return marked if maker.operation.schema.is_valid(marked) else body


def _sent(maker: Maker, body: Any, kind: str) -> Callable[[], Request]:
    def build() -> Request:
        what = f"a generated, {kind} body"
        if not isinstance(body, dict):
            return maker.request(Payload(encode(body)), what=what)
        signed = _signed(maker, body)
        return maker.request(Payload(encode(signed), signed, shown=frozenset(body)), what=what)

    return build


def _signed(maker: Maker, body: dict[str, Any]) -> dict[str, Any]:
    """The body with a right hash, where it has one at all and that is a good string."""
    carrier = maker.operation.request_hash
    if carrier is None or not isinstance(body.get(carrier.field), str) or not body[carrier.field]:
        return body
    rest = {name: value for name, value in body.items() if name != carrier.field}
    return {**body, carrier.field: maker.hash_of(rest)}


def _of_the_known_session(maker: Maker, body: Any) -> Any:
    """The body with the known ids for others that are no fault: an unknown session may be told before a fault is."""
    if not isinstance(body, dict):
        return body
    faulty = {violation.field for violation in maker.operation.schema.violations(body)}
    carrier = maker.operation.request_hash
    kept = faulty | ({carrier.field} if carrier else set())
    usual = maker.body(fresh=False)
    return {name: usual[name] if name in usual and name not in kept else value for name, value in body.items()}


def _blame(maker: Maker, body: Any) -> tuple[str, FaultKind]:
    """The rule that forbids an invalid body, as our own validator sees it; empty where it is valid after all."""
    operation = maker.operation
    if not isinstance(body, dict):
        return "VAL-4", "body"
    violations = operation.schema.violations(_signed(maker, body))
    if not violations:
        return "", ""
    first = violations[0]
    field = operation.by_name.get(first.field)
    carrier = operation.request_hash.field if operation.request_hash else None
    # Which of two faults is named is left open, and a hash that is none may be refused as a wrong one (D22).
    fault: FaultKind = "hash" if carrier in {violation.field for violation in violations} else "body"
    if first.kind == "missing":
        return "VAL-1", fault
    return ("VAL-2" if field and field.required else "VAL-3"), fault


def _has_nul(value: Any) -> bool:
    """NUL inside a value is left open by the contract."""
    return "\\u0000" in json.dumps(value)
