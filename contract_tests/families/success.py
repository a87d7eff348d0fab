"""OK: what a valid, authorised notification must bring."""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from contract_tests.case import Case, cases
from contract_tests.exchange import Request
from contract_tests.notification import Maker, new_value, unique
from contract_tests.payload import Payload, encode
from contract_tests.values import legal
from spec import Field

_SLASHES = "a/b//c"
_LONG = 1000  # characters; each takes six bytes where it is escaped, and a limit on bodies may be as low as 16 KiB
_PLAIN = re.compile("[A-Za-z0-9._-]*")  # what every encoding leaves as it is


@cases("OK-1")
def known_session(maker: Maker) -> Iterator[Case]:
    """The known session, as plainly as the provider sends it."""
    yield Case("OK-1", "plain", "success", lambda: maker.request(what="a plain notification"), maker)
    yield Case(
        "OK-1",
        "ascii-escaped",
        "success",
        partial(_ascii_only, maker),
        maker,
    )
    yield Case("OK-1", "all-escaped", "success", partial(_escaped, maker), maker)
    yield Case("OK-1", "indented", "success", partial(_indented, maker), maker)
    yield Case(
        "OK-1",
        "reordered",
        "success",
        lambda: maker.request(dict(reversed(maker.body().items())), what="its fields in reverse order"),
        maker,
    )


def _indented(maker: Maker) -> Request:
    """Over several lines, as people write JSON: other bytes, the same JSON."""
    body = maker.body()
    raw = b"\r\n" + json.dumps(body, indent=2).replace("\n", "\r\n").encode() + b"\r\n"
    return maker.request(Payload(raw, body), what="indented, over several lines")


def _ascii_only(maker: Maker) -> Request:
    body = maker.body()
    payload = Payload(encode(body, ascii_only=True), body)
    return maker.request(payload, what="a plain notification, other characters escaped")


def _escaped(maker: Maker) -> Request:
    """Every character of every value written as an escape: other bytes, the same JSON."""
    body = maker.body()
    pairs = (f"{encode(name).decode()}:{_escape(value)}" for name, value in body.items())
    raw = ("{" + ",".join(pairs) + "}").encode()
    return maker.request(Payload(raw, body), what="every character of the values written as \\uXXXX")


def _escape(value: Any) -> str:
    if not isinstance(value, str) or not value.isascii():
        return encode(value).decode()
    return '"' + "".join(f"\\u{ord(character):04x}" for character in value) + '"'


@cases("OK-5")
def optional_fields(maker: Maker) -> Iterator[Case]:
    """Each optional field left out, and present."""
    names = [field.name for field in maker.operation.optional]
    if names:
        yield Case(
            "OK-5",
            "left-out",
            "success",
            lambda: maker.request(maker.body(without=names, fresh=False), what="without " + _quoted(names)),
            maker,
            may_repeat=bool(maker.partner.secret),
        )
    for field in maker.operation.optional:
        yield Case(
            "OK-5",
            f"{field.name}-present",
            "success",
            partial(_present, maker, field),
            maker,
            variant=True,
        )


def _present(maker: Maker, field: Field) -> Request:
    new = field.fresh and field.name not in maker.known
    value = new_value(field) if new else maker.known.get(field.name, field.example)
    return maker.request(maker.body({field.name: value}), what=f'with "{field.name}"')


@cases("OK-6")
def legal_values(maker: Maker) -> Iterator[Case]:
    """Any legal value in every field; where it changes who is meant, an unknown session may be refused."""
    carrier = maker.operation.request_hash
    for field in maker.operation.fields:
        if carrier and field.name == carrier.field:
            continue
        free = field.fresh and not field.required and field.name not in maker.known
        # Where our hash is accepted over such a field no variant is at work; only what they differ over is open (D07).
        signed = field.required or (maker.fresh and field.name in maker.fresh_values())
        another = "" if free else field.name
        fixed = free and bool(maker.partner.secret)  # the hash is no new one: an earlier run sent the very same
        for label, value in legal(field):
            variant = not (signed and _PLAIN.fullmatch(value))
            yield Case(
                "OK-6",
                f"{field.name}-{label}",
                "success" if free else "success-or-refusal",
                _with(maker, field.name, value, label),
                maker,
                variant=variant,
                may_repeat=fixed,
                means_another=another,
            )
            if not value.isascii() and len(value) < _LONG:
                yield Case(
                    "OK-6",
                    f"{field.name}-{label}-escaped",
                    "success" if free else "success-or-refusal",
                    _with(maker, field.name, value, label, ascii_only=True),
                    maker,
                    variant=True,
                    may_repeat=fixed,
                    means_another=another,
                )


@cases("OK-6")
def escaped_slashes(maker: Maker) -> Iterator[Case]:
    """A value with slashes, which some languages escape unless told otherwise: other bytes, the same JSON."""
    for field in maker.operation.optional:
        if (
            field.is_string
            and field.fresh
            and field.name not in maker.known
            and field.schema.is_valid(_SLASHES + unique())
        ):
            build = partial(_slashes_escaped, maker, field.name)
            yield Case("OK-6", f"{field.name}-slashes-escaped", "success", build, maker, variant=True)


def _slashes_escaped(maker: Maker, name: str) -> Request:
    body = maker.body({name: _SLASHES + unique()})
    raw = encode(body).replace(b"/", b"\\/")
    return maker.request(Payload(raw, body), what=f'"{name}" holds slashes, escaped as \\/')


@cases("OK-7")
def unknown_fields(maker: Maker) -> Iterator[Case]:
    """Fields that the document does not list, of several types; strings would be signed, so they come last."""
    extra: dict[str, dict[str, Any]] = {
        "number": {"lmkitExtra": 1},
        "object": {"lmkitExtra": {"nested": [True, None]}},
        "array": {"lmkitExtra": ["x"]},
        "null": {"lmkitExtra": None},
        "zero-and-false": {"lmkitExtra": 0, "lmkitMore": False},  # empty, where all values are tested alike
        "string": {"lmkitExtra": "added later"},
    }
    envelope = maker.operation.envelope(maker.operation.success.status)
    names = set(envelope.schema.properties if envelope else ()) - set(maker.operation.by_name)
    if names:  # whoever copies the body into the answer sends these
        extra["named-as-in-the-answer"] = dict.fromkeys(sorted(names), True)
    for label, fields in extra.items():
        yield Case(
            "OK-7",
            label,
            "success",
            partial(_extra, maker, fields, label),
            maker,
            variant=True,
        )


def _extra(maker: Maker, fields: dict[str, Any], label: str) -> Request:
    return maker.request(maker.body(fields), what=f"with an unknown field ({label})")


def _with(maker: Maker, name: str, value: str, label: str, *, ascii_only: bool = False) -> Callable[[], Request]:
    def build() -> Request:
        body = maker.body({name: value})
        payload = Payload(encode(body, ascii_only=ascii_only), body, shown=frozenset([name]))
        return maker.request(payload, what=what)

    what = f'"{name}" is {label}{" (escaped)" if ascii_only else ""}: {value[:40]!r}'
    return build


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
