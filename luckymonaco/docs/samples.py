"""Code samples: callers and receivers in seven languages, from the document's own example, fields and answers."""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from jinja2 import DictLoader, Environment, StrictUndefined

from luckymonaco.docs.sample_limits import condition, quoted, single_quoted, unchecked
from luckymonaco.docs.words import base_url, json_text, typed
from spec import CannedAnswer, Contract, Credential, DocumentError, Operation
from spec.settings import variable

LANGUAGES = {
    "curl": "curl",
    "python": "Python",
    "php": "PHP",
    "node": "Node.js",
    "java": "Java",
    "csharp": "C#",
    "aspnet": "ASP.NET Core",
    "go": "Go",
}
ROLES = {"caller": "Call it", "receiver": "Receive it"}

# The faults for which a receiver has an answer; a document without one of them has no samples.
_REFUSED = (
    "path",
    "method",
    "media-type",
    "malformed-request",
    "malformed-json",
    "not-an-object",
    "too-large",
    "missing-field",
    "wrong-type",
    "empty-field",
    "invalid-value",
    "system-error",
)

# As a language spells the digests; what is not here is written like Python does.
_JAVA_DIGEST = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512"}
_GO_SUM = {"md5": "Sum", "sha1": "Sum", "sha256": "Sum256", "sha512": "Sum512"}


@dataclass(frozen=True, slots=True)
class Sample:
    """One program in one language for one operation."""

    operation: str
    language: str
    role: str
    file: str  # caller.py, Receiver.java
    text: str

    @property
    def title(self) -> str:
        """The language as it is spelt."""
        return LANGUAGES[self.language]


def samples(contract: Contract) -> Iterator[Sample]:
    """Every sample for every operation whose answers the document knows; others have none."""
    for operation in contract.operations:
        try:
            view = _view(contract, operation)
        except DocumentError:
            continue
        for language in LANGUAGES:
            for role in ROLES:
                name = next((name for name in _templates() if name.startswith(f"{language}.{role}.")), None)
                if name:
                    text = _environment().get_template(name).render(op={**view, "fields": _fields(operation, language)})
                    yield Sample(operation.id, language, role, _file(language, role, name), text)


def _file(language: str, role: str, template: str) -> str:
    extension = template.rsplit(".", 1)[-1]
    return f"{role.capitalize() if language == 'java' else role}.{extension}"


def _view(contract: Contract, operation: Operation) -> Mapping[str, Any]:
    refused = [*_REFUSED, *(["wrong-hash"] if operation.request_hash else [])]
    return {
        "path": operation.path,
        "method": operation.method,
        "media_type": operation.media_type,
        "base_url": base_url(contract),
        "example": dict(operation.example),
        "example_text": json_text(operation.example, indent=None),
        "credentials": [_credential(contract, operation, item) for item in operation.credentials],
        "hash": _hash(operation),
        "other_hash": _other_hash(operation),
        "unchecked": _unchecked(operation),
        "success": _answer(operation.success),
        "faults": {name: _answer(contract.answer_for(name, operation)) for name in refused},
    }


def _fields(operation: Operation, language: str) -> list[Mapping[str, Any]]:
    """What a receiver checks of each field; `limit` is a condition in the language, empty where there is none."""
    return [
        {
            "name": field.name,
            "type": typed(field),
            "required": field.required,
            "filled": field.is_string and field.schema.node.get("minLength", 0) > 0,
            "nullable": bool(field.schema.node.get("nullable")),
            "limit": condition(field.schema.node, language),
        }
        for field in operation.fields
    ]


def _unchecked(operation: Operation) -> str:
    """`address (properties)`: what is left to a schema library."""
    left = {field.name: unchecked(field.schema.node) for field in operation.fields}
    whole = [key for key in operation.schema.node if key in ("additionalProperties", "minProperties", "maxProperties")]
    named = [f"{name} ({', '.join(keys)})" for name, keys in left.items() if keys]
    return ", ".join([*named, *whole])


def _credential(contract: Contract, operation: Operation, item: Credential) -> Mapping[str, Any]:
    return {
        "name": item.name,
        "location": item.location,
        "demo": item.demo,
        "env": variable(item.role),
        "server_key": "HTTP_" + item.name.upper().replace("-", "_"),
        "refusal": _answer(contract.answer_for(item.fault, operation)),
    }


def _answer(answer: CannedAnswer) -> Mapping[str, Any]:
    return {"status": answer.status, "text": json_text(answer.body, indent=None)}


def _hash(operation: Operation) -> Mapping[str, Any] | None:
    """The default scheme, where it is of the plain kind that the samples write out."""
    if operation.request_hash is None or _other_hash(operation):
        return None
    field, scheme = operation.request_hash.field, operation.request_hash.scheme
    texts = {name: text for name, text in operation.example.items() if isinstance(text, str) and text}
    return {
        "field": field,
        "example": operation.example.get(field, ""),
        "signed": {name: texts[name] for name in sorted(texts) if name != field},
        "join": scheme.join,
        "joint": scheme.secret_joint,
        "place": scheme.secret_place,
        "drop": scheme.empties == "drop",
        "digest": scheme.digest,
        "java_digest": _JAVA_DIGEST[scheme.digest],
        "java_mac": f"Hmac{scheme.digest.upper()}",
        "go_sum": _GO_SUM[scheme.digest],
        "cs_digest": scheme.digest.upper(),
    }


def _other_hash(operation: Operation) -> str:
    """The name of a default scheme that signs or escapes in a way of its own; the samples leave it out, and say so."""
    if operation.request_hash is None:
        return ""
    scheme = operation.request_hash.scheme
    plain = (scheme.fields, scheme.escape, scheme.credentials, scheme.function)
    return "" if plain == ("all", "none", False, None) else scheme.name


@cache
def _templates() -> dict[str, str]:
    folder = files("luckymonaco.docs") / "samples"
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    return {entry.name.removesuffix(".j2"): entry.read_text(encoding="utf-8") for entry in entries}


@cache
def _environment() -> Environment:
    # Code is full of braces, so the marks are square brackets.
    environment = Environment(
        loader=DictLoader(_templates()),
        undefined=StrictUndefined,
        block_start_string="[%",
        block_end_string="%]",
        variable_start_string="[[",
        variable_end_string="]]",
        comment_start_string="[#",
        comment_end_string="#]",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - programs, not pages
    )
    environment.filters["q"] = quoted
    environment.filters["sq"] = single_quoted
    environment.filters["js"] = lambda text: quoted(text) if "'" in text or "\\" in text else f"'{text}'"
    environment.filters["go"] = lambda text: quoted(text) if "`" in text else f"`{text}`"
    environment.filters["url"] = lambda name: quote(str(name), safe="")
    environment.filters["backquoted"] = lambda path: re.sub(r"([\\`$])", r"\\\1", str(path))
    environment.filters["shell"] = shlex.quote
    environment.filters["python"] = _python
    return environment


def _python(value: Any, indent: str = "") -> str:
    """A JSON value as a Python literal, one item a line."""
    deeper = indent + "    "
    if isinstance(value, Mapping):
        items = "".join(f"{deeper}{quoted(name)}: {_python(item, deeper)},\n" for name, item in value.items())
        return f"{{\n{items}{indent}}}" if items else "{}"
    if isinstance(value, list):
        return f"[{', '.join(_python(item, deeper) for item in value)}]"
    return quoted(value) if isinstance(value, str) else repr(value)
