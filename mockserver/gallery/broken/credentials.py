"""AUTH-1 and AUTH-2: credentials that are missing, empty or wrong, and pass all the same."""

# ruff: noqa: D102 - an override takes what its stage takes, and does what its class says

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call, Refused, Reply
from spec import Contract, Credential

room = Room()

Test = Callable[[str | None, str], bool]

_LOOSE: dict[str, tuple[Test, str]] = {
    "missing": (lambda given, _: given is None, "A request without {} is accepted: it is checked only when present."),
    "empty": (lambda given, _: given == "", "An empty {} is accepted."),
    "any": (lambda given, _: bool(given), "Any value of {} is accepted: only its presence is checked."),
    "unchecked": (lambda _, __: True, "{} is not looked at."),
    "prefix": (lambda given, right: bool(given) and right.startswith(given or ""), "A prefix of {} is accepted."),
    "longer": (lambda given, right: (given or "").startswith(right), "{} with more behind it is accepted."),
    "contained": (lambda given, right: given is not None and given in right, "Any part of {} is accepted, also none."),
    "containing": (lambda given, right: right in (given or ""), "Whatever contains {} is accepted."),
    "same-length": (lambda given, right: len(given or "") == len(right), "Of {} only the length is compared."),
    "first-half": (
        lambda given, right: (given or "")[: len(right) // 2] == right[: len(right) // 2],
        "Of {} only the first half is compared.",
    ),
    "last-half": (
        lambda given, right: (given or "")[len(right) // 2 :] == right[len(right) // 2 :],
        "Of {} only the second half is compared.",
    ),
    "until-nul": (lambda given, right: (given or "").split("\0")[0] == right, "{} is compared up to a NUL byte only."),
    "word-null": (lambda given, _: given in ("null", "undefined"), "The word null is accepted for {}."),
    "letters-and-digits": (
        lambda given, right: _letters_and_digits(given or "") == _letters_and_digits(right),
        "Of {} only letters and digits are compared: what cleans the input takes all else out.",
    ),
    "padded": (
        lambda given, right: (given or "").rstrip("=") == right,
        "{} is decoded like base64, to which padding makes no difference.",
    ),
    "with-accents": (
        lambda given, right: (given or "").encode("ascii", "ignore").decode() == right,
        "What is not ASCII is taken out of {} before it is compared.",
    ),
    "first-letter-in-any-case": (
        lambda given, right: (given or "")[:1].lower() == right[:1].lower() and (given or "")[1:] == right[1:],
        "{} is accepted with its first letter in either case.",
    ),
    "any-case": (lambda given, right: (given or "").lower() == right.lower(), "{} is compared without regard to case."),
}


def _letters_and_digits(text: str) -> str:
    return re.sub("[^A-Za-z0-9]", "", text)


class LooseCredential(Operator):
    """Compares one credential loosely."""

    def __init__(self, *where: Any, role: str, test: Test) -> None:
        super().__init__(*where)
        self.role, self.test = role, test

    def is_right(self, credential: Credential, given: str | None, wanted: str) -> bool:
        if credential.role == self.role and self.test(given, wanted):
            return True
        return super().is_right(credential, given, wanted)


@room.generated
def loose_credentials(contract: Contract) -> Iterator[Entry]:
    """Each credential, compared loosely in each way; the case of what is no secret is left open."""
    for credential in dict.fromkeys(item for operation in contract.operations for item in operation.credentials):
        rule = next((rule.id for rule in contract.rules.values() if rule.credential == credential.role), "")
        for name, (test, summary) in _LOOSE.items():
            if rule and not (name.endswith("any-case") and not credential.secret):
                make = partial(LooseCredential, role=credential.role, test=test)
                text = summary.format(f"the credential {credential.role}")
                text = text[0].upper() + text[1:]
                yield Entry(f"{credential.role}-{name}-accepted", "broken", text, make, rule)
        for what, value in (("missing", None), ("empty", "")):
            fatal = partial(FatalCredential, role=credential.role, test=partial(_is, value))
            text = f"When the credential {credential.role} is {what}, that ends in the operator's own error."
            yield Entry(f"crashes-on-{what}-{credential.role}", "broken", text, fatal, "ERR-5", (rule,))
        for name, (test_of, what) in _FATAL.items():
            fatal = partial(FatalCredential, role=credential.role, test=test_of)
            text = f"A value of {credential.role} that {what} ends in the operator's own error."
            yield Entry(f"crashes-on-{name}-{credential.role}", "broken", text, fatal, "ERR-5", (rule, "ROB-1"))
        fatal = partial(FatalCredential, role=credential.role, test=_is_not_ascii)
        summary = (
            f"A value of {credential.role} that is not ASCII ends in the operator's own error: the comparison raises."
        )
        yield Entry(f"crashes-on-non-ascii-{credential.role}", "broken", summary, fatal, "ERR-5", (rule, "ROB-1"))
        unequal = partial(UnequalBytes, role=credential.role)
        summary = (
            f"A wrong {credential.role} of the right length that is not ASCII has more bytes: comparing them raises."
        )
        yield Entry(f"crashes-on-wide-{credential.role}", "broken", summary, unequal, "ERR-5", (rule,))


class FatalCredential(Operator):
    """Fails on values of a credential."""

    def __init__(self, *where: Any, role: str, test: Callable[[str | None], bool]) -> None:
        super().__init__(*where)
        self.role, self.test = role, test

    def is_right(self, credential: Credential, given: str | None, wanted: str) -> bool:
        if credential.role == self.role and self.test(given):
            raise TypeError
        return super().is_right(credential, given, wanted)


_FATAL: dict[str, tuple[Callable[[str | None], bool], str]] = {
    "ill-encoded": (lambda given: "\ufffd" in (given or ""), "is no UTF-8"),
    "nul-in": (lambda given: "\0" in (given or ""), "holds a NUL"),
    "long": (lambda given: len(given or "") > 72, "is longer than the password hash takes"),
}


class UnequalBytes(Operator):
    """Compares the bytes of a credential after its characters were counted, which raises on unequal lengths."""

    def __init__(self, *where: Any, role: str) -> None:
        super().__init__(*where)
        self.role = role

    def is_right(self, credential: Credential, given: str | None, wanted: str) -> bool:
        same = credential.role == self.role and given is not None and len(given) == len(wanted)
        if same and len(str(given).encode()) != len(wanted.encode()):
            raise ValueError
        return super().is_right(credential, given, wanted)


def _is(value: str | None, given: str | None) -> bool:
    return given == value


def _is_not_ascii(given: str | None) -> bool:
    return given is not None and not given.isascii()


@room.broken("AUTH-2", needs=("partner-token",))
class IdAcceptedAsToken(Operator):
    """The partner's id is accepted in the place of the token, since both are looked up in one list."""

    def authorise(self, call: Call) -> None:
        known = [self.partner.value(credential) for credential in call.operation.credentials]
        for credential in call.operation.credentials:
            allowed = known if credential.role == "partner-token" else [self.partner.value(credential)]
            if self.given(call, credential) not in allowed:
                raise Refused(credential.fault)


class StrictQuery(Operator):
    """Decodes the query strictly, and does not catch what that raises."""

    def route(self, call: Call) -> None:
        super().route(call)
        self.decode(call.target.partition("?")[2])

    def decode(self, query: str) -> None:
        """Raise on what is not as expected."""


@room.broken("ERR-5", "AUTH-1", "AUTH-2", needs=("partner-token",))
class BrokenEscapeCrashes(StrictQuery):
    """A percent sign in the query that escapes nothing ends in the operator's own error."""

    def decode(self, query: str) -> None:
        if re.search("%(?![0-9a-fA-F]{2})", query):
            raise ValueError


@room.broken("ERR-5", "AUTH-1", "AUTH-2", needs=("partner-token",))
class QueryBytesCrash(StrictQuery):
    """Bytes in the query that are no UTF-8 end in the operator's own error."""

    def decode(self, query: str) -> None:
        unquote_to_bytes(query).decode()


@room.broken("ERR-5", "AUTH-1", "AUTH-2", needs=("partner-token",))
class ParameterWithoutValueCrashes(StrictQuery):
    """A query parameter without an equals sign ends in the operator's own error, since each is cut in two there."""

    def decode(self, query: str) -> None:
        for pair in filter(None, query.split("&")):
            _, _ = pair.split("=", 1)


@room.broken("OK-1", needs=("partner-id", "partner-token"))
class QueryByPosition(Operator):
    """The query's parameters are taken by their position: in another order they are refused."""

    def given(self, call: Call, credential: Credential) -> str | None:
        place = [item.name for item in call.operation.credentials].index(credential.name)
        pairs = call.target.partition("?")[2].split("&")
        name, _, value = pairs[place].partition("=") if place < len(pairs) else ("", "", "")
        return unquote(value) if name == credential.name else None


@room.broken("OK-1", "ROB-3", needs=("partner-token",))
class LeavesTheBodyOfTheDenied(Operator):
    """Who is denied is answered before the body is read, and that is taken for the connection's next request."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left: set[int] = set()

    def decide(self, call: Call) -> Reply:
        if call.connection in self.left:
            self.left.discard(call.connection)
            return Reply(400, b"Bad request syntax", {"Content-Type": "text/plain"})
        return super().decide(call)

    def refuse(self, call: Call, refused: Refused) -> Reply:
        if self.kind(refused) == "credential" and call.body:
            self.left.add(call.connection)
        return super().refuse(call, refused)
