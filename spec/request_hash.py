"""How a request hash is computed: the knobs of `x-hash-schemes`, and the function that turns them (D07, assumed)."""

import hashlib
import hmac
import importlib
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from spec.errors import DocumentError, SettingError

Pairs = Mapping[str, str]
_DIGESTS = ("md5", "sha1", "sha256", "sha512")


@dataclass(frozen=True, slots=True)
class HashScheme:
    """One way to compute the hash of a notification; the fields are the knobs explained in the document."""

    name: str
    summary: str = ""
    fields: str = "all"
    empties: str = "drop"
    escape: str = "none"
    credentials: bool = False
    join: str = "&"
    secret_place: str = "end"
    secret_joint: str = ""
    digest: str = "md5"
    case: str = "lower"
    function: Callable[[dict[str, Any], str], str] | None = None

    def pairs(self, body: Mapping[str, Any], hash_field: str, listed: frozenset[str], credentials: Pairs) -> str:
        """The part of the string to sign that holds no secret: the signed pairs, sorted by name and joined."""
        signed = {
            name: value
            for name, value in body.items()
            if isinstance(value, str)
            and name != hash_field
            and (value or self.empties == "keep")
            and (self.fields == "all" or name in listed)
        }
        if self.credentials:
            signed.update(credentials)
        pairs = sorted(signed.items())
        if self.escape == "form":
            pairs = [(quote_plus(name), quote_plus(value)) for name, value in pairs]
        return self.join.join([f"{name}={value}" for name, value in pairs])

    def string_to_sign(self, pairs: str, secret: str) -> str:
        """What is digested; with `secret_place: hmac-key` the secret is the key and not part of it."""
        if self.secret_place == "hmac-key":
            return pairs
        if self.secret_place == "start":
            return f"{secret}{self.secret_joint}{pairs}"
        return f"{pairs}{self.secret_joint}{secret}"

    def compute(
        self,
        body: Mapping[str, Any],
        secret: str,
        *,
        hash_field: str,
        listed: frozenset[str] = frozenset(),
        credentials: Pairs | None = None,
    ) -> str:
        """The hash of a notification, in hexadecimal digits. A function of the user's own raises SettingError."""
        if self.function is not None:
            return self._own(body, secret)
        digest = self.hasher(secret)
        pairs = self.pairs(body, hash_field, listed, credentials or {})
        digest.update(self.string_to_sign(pairs, secret).encode("utf-8", "surrogatepass"))
        text: str = digest.hexdigest()
        return text.upper() if self.case == "upper" else text

    def hasher(self, secret: str) -> Any:
        """A digest of nothing yet, as of hashlib; keyed where the secret is the key."""
        if self.secret_place == "hmac-key":
            return hmac.new(secret.encode("utf-8", "surrogatepass"), digestmod=self.digest)
        return hashlib.new(self.digest)

    def matches(self, given: str, computed: str) -> bool:
        """Compare in constant time; either letter case of the digits is accepted, unless the scheme is the user's."""
        if self.function is None:
            given, computed = given.lower(), computed.lower()
        return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), computed.encode("utf-8", "surrogatepass"))

    def _own(self, body: Mapping[str, Any], secret: str) -> str:
        assert self.function is not None
        try:
            result = self.function(dict(body), secret)
        except Exception as error:
            *_, last = traceback.extract_tb(error.__traceback__)
            if last.filename == __file__:  # it was not even entered
                raise SettingError(
                    "the hash function cannot be called", where=self.name, expected="function(body, secret)"
                ) from None
            got = (
                f"{type(error).__name__} at line {last.lineno} of {Path(last.filename).name}"  # its text may be secret
            )
            raise SettingError("the hash function failed", where=self.name, got=got) from error
        if not isinstance(result, str):
            raise SettingError(
                "the hash function returned no text", where=self.name, expected="a str", got=type(result).__name__
            )
        return result


def read_schemes(section: Mapping[str, Mapping[str, Any]]) -> dict[str, HashScheme]:
    """The schemes of the document; each names only what differs from the first. DocumentError for an unknown knob."""
    schemes: dict[str, HashScheme] = {}
    base: dict[str, Any] = {}
    for name, entry in section.items():
        knobs = {**base, **entry}
        base = base or {key: value for key, value in knobs.items() if key != "summary"}
        secret = knobs.pop("secret", {})
        try:
            scheme = HashScheme(
                name, **knobs, secret_place=secret.get("place", "end"), secret_joint=secret.get("joint", "")
            )
        except TypeError as error:
            raise DocumentError(
                "a hash scheme has an unknown knob", where=f"x-hash-schemes/{name}", got=str(error)
            ) from None
        if scheme.digest not in _DIGESTS:
            raise DocumentError(
                "a hash scheme has an unknown digest",
                where=f"x-hash-schemes/{name}",
                expected=", ".join(_DIGESTS),
                got=scheme.digest,
            )
        schemes[name] = scheme
    return schemes


def own_scheme(name: str) -> HashScheme:
    """A scheme of the user's own, `module:function` or `file.py:function`; the function takes (body, secret).

    Raises SettingError if it cannot be imported.
    """
    module_name, _, function_name = name.rpartition(":")
    path = Path(module_name)
    folder = str(path.parent if path.suffix == ".py" else Path())
    sys.path.insert(0, folder)
    try:
        module = importlib.import_module(path.stem if path.suffix == ".py" else module_name)
        function = getattr(module, function_name)
    except Exception as error:
        raise SettingError(
            "the hash scheme cannot be imported",
            expected="a name of the document or module:function",
            got=f"{name} ({error})",
        ) from None
    finally:
        sys.path.remove(folder)
    if not callable(function):
        raise SettingError("the hash scheme is not a function", got=name)
    return HashScheme(name, summary="the user's own", function=function)
