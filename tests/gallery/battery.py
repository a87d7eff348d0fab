"""The requests that tell the variants apart, each with the rules that an answer to it may break."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Any, Literal
from urllib.parse import urlencode

from mockserver.gallery import Operator
from mockserver.gallery.exchange import Call, Dropped, Reply
from spec import Contract, Credential, Operation, Partner, attach, compute_hash, sign

SECRET = "s3cr3t"
PARTNERS = {"plain": Partner({}), "signed": Partner({}, SECRET)}

ON_THE_WIRE = frozenset({"reads-body-once"})  # variants that show only over a socket
SUCCESS = frozenset({"OK-1", "OK-2", "OK-3", "OK-4", "ERR-7"})
REFUSAL = frozenset({"ERR-1", "ERR-2", "ERR-3", "ERR-4", "ERR-5", "ERR-6", "ERR-7"})
WRONG: dict[str, Any] = {
    "null": None,
    "number": 5,
    "boolean": True,
    "array": ["x"],
    "object": {"x": "y"},
    "false": False,
}
LEGAL = [
    "x",
    "0",
    "null",
    "a\nb",
    "1" * 30,
    "a'b",
    'a"b',
    "<b>x</b>",
    "100%s",
    "a\\b",
    "a b",
    "äöü",
    "сессия",
    "🎰",
    "y" * 300,
    "z" * 3000,
]


@dataclass(frozen=True, slots=True)
class Case:
    """One request."""

    name: str
    rules: frozenset[str]  # under which an operator may fall because of its answer
    expect: Literal["success", "refusal", "either", "method"]
    call: Call
    kind: str = ""  # of the fault


class Battery:
    """All requests to one operation of a document, the first if no other is named, for one partner."""

    def __init__(self, contract: Contract, partner: Partner, operation: Operation | None = None) -> None:
        self.contract = contract
        self.partner = partner
        self.operation = operation or contract.operations[0]
        self.example = dict(self.operation.example)
        self.fresh = next((field.name for field in self.operation.optional if field.fresh), "")
        self.hash = self.operation.request_hash.field if self.operation.request_hash else ""
        self.count = 0

    def cases(self) -> list[Case]:
        """Every request, in the order in which it is sent."""
        parts = (self._successes(), self._fields(), self._bodies(), self._credentials(), self._hashes())
        return [case for part in (*parts, self._methods(), self._hostile()) for case in part]

    def body(self, **changed: Any) -> dict[str, Any]:
        """A signed notification; without an optional field of its own only where it says so."""
        self.count += 1
        own = {self.fresh: f"tok-{self.count:04}"} if self.fresh and self.fresh not in changed else {}
        return sign(self.operation, self.partner, {**self.example, **own, **changed})

    def call(
        self,
        body: Any,
        *,
        method: str = "",
        media_type: str | None = "",
        credentials: dict[str, str | None] | None = None,
        query: str = "",
        also: dict[str, str] | None = None,
    ) -> Call:
        """A request with this body, bytes or JSON, a piece of query as it is, and headers."""
        own, more = attach(self.operation, self.partner, credentials)
        query = "&".join(part for part in (own, query) if part)
        more = {**more, **(also or {})}
        headers = Message()
        for name, value in more.items():
            headers[name] = value
        if media_type is not None:
            headers["Content-Type"] = media_type or self.operation.media_type
        data = body if isinstance(body, bytes) else json.dumps(body).encode("utf-8", "surrogatepass")
        target = f"{self.operation.path}?{query}"
        return Call(method or self.operation.method, target, headers, data, self.operation)

    def _successes(self) -> Iterator[Case]:
        bare = sign(self.operation, self.partner, dict(self.example))
        yield Case("plain", SUCCESS | {"OK-5"}, "success", self.call(bare))
        yield Case("with-optional", SUCCESS | {"OK-5"}, "success", self.call(self.body()))
        if self.fresh:
            for number, value in enumerate(LEGAL):
                rules = SUCCESS | {"OK-5", "OK-6"}
                case = self.call(self.body(**{self.fresh: value}))
                yield Case(f"legal-{number}-{value[:9]}", rules, "success", case)
        indented = b"\n" + json.dumps(self.body(), indent=2).encode()
        yield Case("indented", SUCCESS | {"OK-5", "OK-6"}, "success", self.call(indented))
        swapped = self.call(self.body())
        path, _, query = swapped.target.partition("?")
        swapped.target = f"{path}?{'&'.join(reversed(query.split('&')))}"
        yield Case("query-backwards", SUCCESS | {"OK-5"}, "success", swapped)
        small = self.call(self.body(), media_type=None, also={"content-type": self.operation.media_type})
        yield Case("small-letters", SUCCESS | {"OK-5"}, "success", small)
        backwards = dict(reversed(self.body().items()))
        yield Case("backwards", SUCCESS | {"OK-5", "OK-6"}, "success", self.call(backwards))
        charset = f"{self.operation.media_type}; charset=utf-8"
        yield Case("charset", SUCCESS | {"OK-5"}, "either", self.call(self.body(), media_type=charset))
        session = next((field.name for field in self.operation.fields if field.session_id), "")
        for number, value in enumerate(LEGAL if session else []):
            case = self.call(self.body(**{session: value}))
            yield Case(f"session-{number}-{value[:9]}", SUCCESS | REFUSAL | {"OK-6"}, "either", case)
        for name in (field.name for field in self.operation.required if field.is_string and field.name != self.hash):
            for value in ("another", "<b>", "ä", "y" * 300):
                case = self.call(self.body(**{name: value}))
                yield Case(f"another-{name}-{value[:3]}", SUCCESS | REFUSAL | {"OK-6"}, "either", case)
        yield Case(
            "unknown-field",
            SUCCESS | {"OK-7"},
            "either",
            self.call(sign(self.operation, self.partner, {**self.example, "unlisted": "x"})),
        )
        yield Case("repeat", SUCCESS | {"OK-8", "ROB-3"}, "either", self.call(bare))

    def _fields(self) -> Iterator[Case]:
        for field in self.operation.fields:
            if field.required:
                yield self._refusal(f"missing-{field.name}", self._without(field.name), "VAL-1")
                yield self._refusal(f"missing-{field.name}-alone", self._without(field.name, self.fresh), "VAL-1")
            if field.required and field.is_string:
                yield self._refusal(f"empty-{field.name}", self._with(field.name, ""), "VAL-2")
            for kind, value in WRONG.items() if field.is_string else ():
                rule = "VAL-2" if field.required else "VAL-3"
                yield self._refusal(f"{kind}-in-{field.name}", self._with(field.name, value), rule)

    def _without(self, *names: str) -> dict[str, Any]:
        body = {key: value for key, value in self.body().items() if key not in names}
        return body if self.hash in names else sign(self.operation, self.partner, body)

    def _with(self, name: str, value: Any) -> dict[str, Any]:
        return {**self.body(), name: value} if name == self.hash else self.body(**{name: value})

    def _refusal(self, name: str, body: Any, rule: str, kind: str = "body", **how: Any) -> Case:
        return Case(name, REFUSAL | {rule}, "refusal", self.call(body, **how), kind)

    def _bodies(self) -> Iterator[Case]:
        good = json.dumps(self.body())
        for name, text in {
            "empty-body": "",
            "white-space": "  ",
            "text": "hello",
            "truncated": good[:-1],
            "trailing-text": good + " x",
            "two-objects": good + good,
            "two-lines": f"{good}\n{good}",
            "leading-text": "x" + good,
            "raw-line-feed": good.replace(': "', ': "\n', 1),
            "quoted": json.dumps(good),
            "single-quotes": good.replace('"', "'"),
            "comment": "/* x */" + good,
            "unquoted-keys": good.replace('"' + next(iter(self.example)) + '"', next(iter(self.example))),
            "last-comma": good[:-1] + ",}",
            "form-as-json": urlencode(self.body()),
            "list": json.dumps([self.body()]),
            "empty-list": "[]",
            "json-null": "null",
            "json-false": "false",
            "json-empty-text": '""',
            "json-number": "5",
            "json-text": '"x"',
        }.items():
            yield self._refusal(name, text.encode(), "VAL-4")
        form = urlencode(self.body()).encode()
        kind = "media"
        yield self._refusal("form", form, "VAL-5", kind, media_type="application/x-www-form-urlencoded")
        charset = "application/x-www-form-urlencoded; charset=utf-8"
        yield self._refusal("form-with-charset", form, "VAL-5", kind, media_type=charset)
        unknown = f"{self.operation.media_type}; charset=x-unknown"
        rules = SUCCESS | REFUSAL | {"OK-5", "OK-6", "VAL-6"}
        yield Case("unknown-charset", rules, "either", self.call(self.body(), media_type=unknown), kind)
        half = self.operation.media_type.partition("/")[0]
        yield Case("half-a-media-type", rules, "either", self.call(self.body(), media_type=half), kind)
        yield self._refusal("multipart-alone", b"--b--", "VAL-5", kind, media_type="multipart/form-data")
        parts = "".join(
            f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in self.body().items()
        )
        multipart = f"{parts}--b--\r\n".encode()
        yield self._refusal("multipart", multipart, "VAL-5", kind, media_type="multipart/form-data; boundary=b")
        for media_type in ("text/plain", None):
            rules = REFUSAL | {"VAL-6"}
            yield Case(f"as-{media_type}", rules, "either", self.call(self.body(), media_type=media_type), kind)

    def _credentials(self) -> Iterator[Case]:
        rights = {item.role: self.partner.value(item) for item in self.operation.credentials}
        for credential in self.operation.credentials:
            right = rights[credential.role]
            rules = frozenset(rule.id for rule in self.contract.rules.values() if rule.credential == credential.role)
            wrong: dict[str, str | None] = {
                "missing": None,
                "empty": "",
                "other": "nonsense",
                "prefix": right[:-1],
                "longer": right + "x",
                "inside": right[2:-2],
                "around": f"x{right}x",
                "other-start": "#" + right[1:],
                "as-long": right[:-1] + "#",
                "other-case": right.swapcase() if credential.secret else "x",
                "non-ascii": "é",
                "wide": "é" + right[1:],
                "until-nul": f"{right}\0x",
                "word-null": "null",
                "long": "x" * 200,
                "another": next((value for role, value in rights.items() if role != credential.role), "x"),
            }
            for name, value in wrong.items():
                call = self.call(self.body(), credentials={credential.role: value})
                yield Case(f"{credential.role}-{name}", REFUSAL | rules, "refusal", call, "credential")
            if credential.location == "query":
                yield from self._unusual(credential, rules)
        if rights:
            rules = frozenset({"AUTH-1", "AUTH-2"})
            call = self.call(self.body(), credentials=dict.fromkeys(rights))
            yield Case("no-credentials", REFUSAL | rules, "refusal", call, "credential")

    def _unusual(self, credential: Credential, rules: frozenset[str]) -> Iterator[Case]:
        """A credential of the query that is wrong or elsewhere, with all else varied."""
        name, right = credential.name, self.partner.value(credential)
        none: dict[str, str | None] = {credential.role: None}
        wrong: dict[str, str | None] = {credential.role: "nonsense"}
        session = {item.name: "another" for item in self.operation.required if item.session_id}
        bare = {key: value for key, value in self.body().items() if key != self.fresh}
        charset = f"{self.operation.media_type}; charset=utf-8"
        seen = self.body()
        yield Case(f"{credential.role}-right", SUCCESS | {"OK-5"}, "success", self.call(seen))
        for label, call in {
            "seen-before": self.call(seen, credentials=wrong),
            "ill-encoded": self.call(self.body(), credentials=none, query=f"{name}=%FF"),
            "half-an-escape": self.call(self.body(), credentials=none, query=f"{name}=%z"),
            "without-a-value": self.call(self.body(), credentials=none, query=name),
            "repeated": self.call(self.body(), credentials=none, query=f"{name}=x&{name}=y"),
            "in-header": self.call(self.body(), credentials=none, also={"Authorization": f"Bearer {right}"}),
            "in-cookie": self.call(self.body(), credentials=none, also={"Cookie": f"{name}={right}"}),
            "in-body": self.call(self.body(**{name: right}), credentials=none),
            "wrong-without-optional": self.call(sign(self.operation, self.partner, bare), credentials=wrong),
            "wrong-with-charset": self.call(self.body(), credentials=wrong, media_type=charset),
            "wrong-for-another": self.call(self.body(**session), credentials=wrong),
        }.items():
            yield Case(f"{credential.role}-{label}", REFUSAL | rules, "refusal", call, "media")

    def _hashes(self) -> Iterator[Case]:
        if not self.hash or not self.partner.secret:
            return
        right = sign(self.operation, self.partner, self.example)[self.hash]
        token = [self.partner.value(item) for item in self.operation.credentials if item.secret]
        wrong = {"other": "f" * 32, "prefix": right[:20], "longer": right + "0", "short": "x", "non-ascii": "é" * 32}
        empty = compute_hash(self.operation, self.partner, self.example, "")
        wrong |= {"without-secret": empty}
        wrong |= {"first-half": right[:16] + "0" * 16, "last-half": "0" * 16 + right[16:], "token": (token or ["x"])[0]}
        for name, value in wrong.items():
            stranger = {item.name: "another" for item in self.operation.required if item.session_id}
            case = self.call({**self.example, **stranger, self.hash: value})
            yield Case(f"hash-{name}-of-another", REFUSAL | {"SIG-1", "SIG-2"}, "refusal", case, "hash")
            case = self.call({**self.example, self.hash: value})
            yield Case(f"hash-{name}", REFUSAL | {"SIG-1"}, "refusal", case, "hash")
            if self.fresh:
                case = self.call({**self.body(), self.hash: value})
                yield Case(f"hash-{name}-with-optional", REFUSAL | {"SIG-1"}, "refusal", case, "hash")
        for name in [*(name for name in self.example if name != self.hash), *([self.fresh] if self.fresh else [])]:
            case = self.call({**self.example, self.hash: right, name: "another"})
            yield Case(f"hash-not-of-{name}", REFUSAL | {"SIG-2"}, "refusal", case, "hash")

    def _methods(self) -> Iterator[Case]:
        rule = self.contract.rules.get("HTTP-1")
        for method in rule.methods if rule else ():
            rules = frozenset({"HTTP-1", "HTTP-2", "ERR-5", "ERR-7"})
            yield Case(f"method-{method}", rules, "method", self.call(self.body(), method=method))
            none = dict.fromkeys(item.role for item in self.operation.credentials)
            yield Case(f"method-{method}-alone", rules, "method", self.call(b"", method=method, credentials=none))

    def _hostile(self) -> Iterator[Case]:
        rules = SUCCESS | REFUSAL | {"ROB-1", "OK-6", "VAL-4"}
        good = json.dumps(self.body()).encode()
        first = next(iter(self.example))
        for name, extra in {
            "deep": b"[" * 3000 + b"]" * 3000,
            "dollar": b'{"$where": 1}',
            "deep-100": b"[" * 100 + b"]" * 100,
            "integer": b"9" * 5000,
            "exponent": b"1e999999",
            "not-utf-8": b'"\xff\xfe"',
            "nan": b"NaN",
            "members": b'1, "toString": 1, "hasOwnProperty": 1',
        }.items():
            yield Case(f"hostile-{name}", rules, "either", self.call(good[:-1] + b', "extra": ' + extra + b"}"))
        for name, text in {
            "nul": "a\0b",
            "surrogate": "a\ud800b",
            "control": "a\1b",
            "no-character": "a\uffffb",
        }.items():
            yield Case(f"hostile-{name}", rules, "either", self.call(self.body(unlisted=text)))
        twice = good[:-1] + f', "{first}": "twice"}}'.encode()
        yield Case("hostile-twice", rules, "either", self.call(twice))


def send(operator: Operator, case: Case) -> Reply | None:
    """The operator's reply to a fresh copy of the request; None for a connection that is dropped."""
    sent = case.call
    try:
        return operator.answer(Call(sent.method, sent.target, sent.headers, sent.body, sent.operation))
    except Dropped:
        return None
