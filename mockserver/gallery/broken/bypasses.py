"""AUTH-2 and others: checks that hold on the usual way, and are passed by on another."""

# ruff: noqa: D102 - an override takes what its stage takes, and does what its class says

import json
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import unquote_plus

from mockserver.gallery.base import Operator
from mockserver.gallery.broken.signature import hash_entry
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call, Reply
from spec import Credential, Violation, compute_hash

room = Room()


class FoundElsewhere(Operator):
    """Takes the partner's token from elsewhere when the query lacks it."""

    def given(self, call: Call, credential: Credential) -> str | None:
        found = super().given(call, credential)
        return self.elsewhere(call, credential) if found is None and credential.secret else found

    def elsewhere(self, call: Call, credential: Credential) -> str | None:  # noqa: ARG002 - for the variants
        return None


@room.broken("AUTH-2", needs=("partner-token",))
class TokenTakenFromHeader(FoundElsewhere):
    """A partner's token that the query lacks is taken from a bearer header."""

    def elsewhere(self, call: Call, credential: Credential) -> str | None:  # noqa: ARG002
        return str(call.headers.get("Authorization", "")).removeprefix("Bearer ")


@room.broken("AUTH-2", needs=("partner-token",))
class TokenTakenFromCookie(FoundElsewhere):
    """A partner's token that the query lacks is taken from a cookie, as with merged request parameters."""

    def elsewhere(self, call: Call, credential: Credential) -> str | None:
        cookie = SimpleCookie(str(call.headers.get("Cookie", ""))).get(credential.name)
        return cookie.value if cookie else None


@room.broken("AUTH-2", needs=("partner-token",))
class TokenTakenFromBody(FoundElsewhere):
    """A partner's token that the query lacks is taken from the body, as with merged request parameters."""

    def elsewhere(self, call: Call, credential: Credential) -> str | None:
        value = _in_body(call, credential.name)
        return None if value is None else str(value)


@room.broken("AUTH-2", needs=("partner-token", "hash"))
class RequestHashForToken(Operator):
    """The request hash is accepted for the partner's token, since both go by the same name."""

    def given(self, call: Call, credential: Credential) -> str | None:
        found = super().given(call, credential)
        declared = call.operation.request_hash
        if declared and credential.secret and found and _in_body(call, declared.field) == found:
            return self.partner.value(credential)
        return found


@room.broken("AUTH-2", "AUTH-1", needs=("partner-token",))
class QueryCutAtEquals(Operator):
    """The query is taken apart by hand, and of a value only what comes before the next equals sign is seen."""

    def given(self, call: Call, credential: Credential) -> str | None:
        if credential.location != "query":
            return super().given(call, credential)
        parts = (pair.split("=") for pair in call.target.partition("?")[2].split("&"))
        found = [part[1] for part in parts if part[0] == credential.name and len(part) > 1]
        return unquote_plus(found[0]) if len(found) == 1 else None


def _in_body(call: Call, name: str) -> Any:
    try:
        return json.loads(call.body)[name]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


class PassesBy(Operator):
    """Checks no credential on some requests."""

    def authorise(self, call: Call) -> None:
        if not self.passes(call):
            super().authorise(call)

    def passes(self, call: Call) -> bool:  # noqa: ARG002 - for the variants
        return False


@room.broken("AUTH-2", "AUTH-1", needs=("partner-token",))
class RepeatedCredentialPasses(PassesBy):
    """A credential that stands twice in the query makes a list, and a list is not compared at all."""

    def passes(self, call: Call) -> bool:
        return any(len(call.parameters(item.name)) > 1 for item in call.operation.credentials)


@room.broken("AUTH-2", "AUTH-1", needs=("partner-token", "optional"))
class UncheckedWithoutOptional(PassesBy):
    """Credentials are checked in the branch for notifications with the optional field, and nowhere else."""

    def passes(self, call: Call) -> bool:
        return not any(f'"{item.name}"'.encode() in call.body for item in call.operation.optional)


@room.broken("AUTH-2", "AUTH-1", needs=("partner-token",))
class UncheckedWithCharset(PassesBy):
    """Credentials are checked where the media type is exactly the documented one; with a charset another route runs."""

    def passes(self, call: Call) -> bool:
        return "charset" in str(call.headers.get("Content-Type", ""))


@room.broken("AUTH-2", "AUTH-1", needs=("partner-token",))
class UncheckedForUnknownSessions(PassesBy):
    """A session that is not found is reported as ended before anybody asks who the caller is."""

    def passes(self, call: Call) -> bool:
        names = [item.name for item in call.operation.required if item.session_id]
        known = [json.dumps(call.operation.example[name]).encode() for name in names]
        return bool(known) and not any(each in call.body for each in known)


@room.broken("AUTH-2", "AUTH-1", needs=("partner-token",))
class TrustsTheConnection(PassesBy):
    """A connection that was authorised once stays so, whatever credentials come later."""

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.trusted: set[int] = set()

    def passes(self, call: Call) -> bool:
        return call.connection in self.trusted

    def authorise(self, call: Call) -> None:
        super().authorise(call)
        self.trusted.add(call.connection)


@room.broken("AUTH-2", "AUTH-1", needs=("partner-token",))
class AnswersFromCache(PassesBy):
    """Successes are cached under the body alone, so that whoever sends a body again gets the success."""

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.accepted: set[bytes] = set()

    def passes(self, call: Call) -> bool:
        return call.body in self.accepted

    def accept(self, call: Call) -> Reply:
        self.accepted.add(call.body)
        return super().accept(call)


@room.broken("VAL-1", needs=("optional",))
class MissingFieldsPassWithoutOptional(Operator):
    """Fields are looked for only where the optional field is there."""

    def forgives(self, call: Call, violation: Violation) -> bool:
        return violation.kind == "missing" and not any(item.name in call.data for item in call.operation.optional)


@room.listed
def unchecked_hashes() -> Iterator[Entry]:
    """The request hash, passed by."""
    summary = "The request hash is checked for known sessions only; others are answered with the success at once."
    yield hash_entry(
        "hash-unchecked-for-unknown-sessions", summary, HashUncheckedForUnknownSessions, "SIG-1", ("SIG-2",)
    )
    summary = "A request hash that is made without the secret is accepted too, since its setting has an empty default."
    yield hash_entry("hash-without-secret", summary, HashWithoutSecret, "SIG-1")


class HashUncheckedForUnknownSessions(Operator):
    """Checks the hash of known sessions."""

    def hash_is_right(self, call: Call, given: str) -> bool:
        names = [item.name for item in call.operation.required if item.session_id]
        known = all(call.data.get(name) == call.operation.example[name] for name in names)
        return not known or super().hash_is_right(call, given)


class HashWithoutSecret(Operator):
    """Accepts the hash that an empty secret makes."""

    def hash_is_right(self, call: Call, given: str) -> bool:
        empty = compute_hash(call.operation, self.partner, call.data, "")
        return given.lower() == empty.lower() or super().hash_is_right(call, given)


@room.broken("AUTH-2", "AUTH-1", needs=("partner-token",))
class NameWithoutItsBeginning(Operator):
    """A parameter is looked for with a pattern that may begin in the middle of another one's name."""

    def given(self, call: Call, credential: Credential) -> str | None:
        found = re.search(f"{re.escape(credential.name)}=([^&]*)", call.target.partition("?")[2])
        return unquote_plus(found[1]) if found else None
