"""Keeps every secret of a run out of every report, in whatever form it was sent or came back.

One mask for the whole run: an implementation may repeat in one answer what it was sent with another request. Each
secret becomes its fingerprint, so that two of them can be told apart.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from contract_tests.exchange import Answer, Exchange, Request
from contract_tests.leaks import base64_cores
from contract_tests.notification import Maker
from contract_tests.verdict import Verdict
from spec import LuckyMonacoError, Redactor, compute_hash, fingerprint, percent_encoded

_KEY = 6  # characters by which a place in a text is looked up; shorter secrets go through the plain redactor
_CUT = "…"  # where a text was shortened, perhaps in the middle of a secret
_BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=")
_DIGEST = re.compile("[0-9A-Fa-f]{32}")
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


class Mask:
    """Replaces every form of every known secret; thousands of them cost no more than a few."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._known: set[str] = set()
        self._short = Redactor()
        self._forms: dict[str, list[tuple[str, str, bool]]] = {}  # first characters -> (form, mark, is base64)
        self.add(values)

    def add(self, values: Iterable[str]) -> None:
        """Learn more secrets."""
        for value in values:
            if value in self._known:
                continue
            self._known.add(value)
            if len(value) < _KEY:
                self._short.add(value)
                continue
            mark = fingerprint(value)
            for form, encoded in _forms(value):
                low = form.translate(_LOWER)
                self._forms.setdefault(low[:_KEY], []).append((low, mark, encoded))
        for forms in self._forms.values():
            forms.sort(key=lambda form: -len(form[0]))

    def __call__(self, text: str) -> str:
        """The text with each known secret replaced by its fingerprint, letter case aside."""
        text = self._short.mask(text)
        low = text.translate(_LOWER)
        starts = [at for at in range(len(low) - _KEY + 1) if low[at : at + _KEY] in self._forms]
        pieces: list[str] = []
        done = 0
        for at in starts:
            if at < done:
                continue
            found = self._at(low, at)
            if found:
                start, end, mark = found
                start = max(start, done)
                pieces += [text[done:start], mark]
                done = end
        return self._without_stumps("".join([*pieces, text[done:]]))

    def data(self, value: Any) -> Any:
        """JSON data with every text in it masked, names too."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, dict):
            return {self(name): self.data(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.data(item) for item in value]
        return value

    def _at(self, low: str, at: int) -> tuple[int, int, str] | None:
        for form, mark, encoded in self._forms[low[at : at + _KEY]]:
            if low.startswith(form, at):
                start, end = at, at + len(form)
                if encoded:  # a longer text was encoded: its neighbours hold the first and the last bits
                    while start and low[start - 1] in _BASE64:
                        start -= 1
                    while end < len(low) and low[end] in _BASE64:
                        end += 1
                return start, end, mark
        return None

    def _without_stumps(self, text: str) -> str:
        """No beginning of a secret before the place where a text was shortened."""
        if _CUT not in text:
            return text
        parts = text.split(_CUT)
        return _CUT.join([*map(self._stump, parts[:-1]), parts[-1]])

    def _stump(self, text: str) -> str:
        low = text.translate(_LOWER)
        for at in range(max(0, len(low) - 400), len(low) - 3):
            rest = low[at:]
            keys = [rest[:_KEY]] if len(rest) >= _KEY else [key for key in self._forms if key.startswith(rest)]
            for form, mark, _ in (form for key in keys for form in self._forms.get(key, ())):
                if form.startswith(rest):
                    return text[:at] + mark
        return text


def mask_of(verdict: Verdict, makers: Iterable[Maker], secrets: Iterable[str] = ()) -> Mask:
    """The mask of a run: partner's token and secret, every canary of every request, and right hashes in answers."""
    found: dict[str, None] = dict.fromkeys(secrets)
    makers = tuple(makers)
    for maker in makers:
        found.update(dict.fromkeys(secrets_of(maker)))
    requests = [sent.exchange.request for sent in verdict.traffic]
    requests += [finding.exchange.request for item in verdict.rules for finding in (*item.findings, *item.notes)]
    for request in requests:
        found.update(dict.fromkeys(request.canaries))
    for sent in verdict.traffic:
        found.update(dict.fromkeys(_right_hashes(sent.exchange, makers)))
    return Mask(value for value in found if value)


def _right_hashes(exchange: Exchange, makers: Iterable[Maker]) -> Iterator[str]:
    """The hash with which the body could be sent again: ours, and where an answer has digits, by every other scheme.

    A body that was made from bytes, or is test data throughout, has it in no list of canaries.
    """
    answer = exchange.answer
    told = isinstance(answer, Answer) and _DIGEST.search(f"{answer.reason} {answer.headers} {answer.text}")
    body = _object(exchange.request.body)
    for maker in makers:
        carrier = maker.operation.request_hash
        if carrier and maker.partner.secret and body:
            rest = {name: value for name, value in body.items() if name != carrier.field}
            for scheme in (
                maker.partner.scheme_of(maker.operation),
                *(maker.contract.hash_schemes.values() if told else ()),
            ):
                with suppress(UnicodeEncodeError, LuckyMonacoError):  # lone surrogates have no bytes to digest
                    yield compute_hash(maker.operation, replace(maker.partner, scheme=scheme), rest)


def _object(text: bytes) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def secrets_of(maker: Maker) -> Iterator[str]:
    """The partner's own secrets, and those among the ids that the user named."""
    yield maker.partner.secret
    for credential in maker.operation.credentials:
        if credential.secret:
            yield maker.partner.value(credential)
    for field in maker.operation.fields:
        if field.secret and field.name in maker.known:
            yield str(maker.known[field.name])


def mask_for(request: Request, maker: Maker) -> Mask:
    """The mask of one request, where there is no run to ask."""
    return Mask(value for value in (*secrets_of(maker), *request.canaries) if value)


def _forms(value: str) -> Iterator[tuple[str, bool]]:
    """Every way in which a value may be written, and whether that way is base64."""
    data = value.encode("utf-8", "surrogatepass")
    plain = {value, "%" + data.hex("%"), data.hex(), value[::-1], *_escaped(value, data)}
    yield from ((form, False) for form in plain)
    yield from ((core, True) for core in base64_cores(data) if len(core) >= _KEY)


def _escaped(value: str, data: bytes) -> set[str]:
    if value.isascii() and value.isalnum():  # as most are, and there are thousands
        return set()
    return {
        *percent_encoded(value),
        quote(quote(data, safe=""), safe=""),
        html.escape(value),
        html.escape(json.dumps(value)[1:-1]),
        json.dumps(value)[1:-1],
        json.dumps(json.dumps(value)[1:-1])[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
    }
