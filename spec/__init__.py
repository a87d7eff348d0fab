"""The contract: `openapi.yaml`, and the typed view of it that everything else reads."""

from spec.contract import Contract, build, load
from spec.credentials import (
    Partner,
    attach,
    begin_hash,
    compute_hash,
    hash_where_possible,
    sign,
    string_to_sign,
)
from spec.document import DEFAULT_PATH, Source
from spec.errors import DocumentError, LuckyMonacoError, ServeError, SettingError, TargetError
from spec.model import CannedAnswer, Credential, Envelope, Fault, Field, Operation, Reading, RequestHash, Rule
from spec.redact import Redactor, fingerprint, percent_encoded
from spec.request_hash import HashScheme
from spec.schema import Schema, Violation
from spec.settings import Option, Settings, setting

__all__ = [
    "DEFAULT_PATH",
    "CannedAnswer",
    "Contract",
    "Credential",
    "DocumentError",
    "Envelope",
    "Fault",
    "Field",
    "HashScheme",
    "LuckyMonacoError",
    "Operation",
    "Option",
    "Partner",
    "Reading",
    "Redactor",
    "RequestHash",
    "Rule",
    "Schema",
    "ServeError",
    "SettingError",
    "Settings",
    "Source",
    "TargetError",
    "Violation",
    "attach",
    "begin_hash",
    "build",
    "compute_hash",
    "fingerprint",
    "hash_where_possible",
    "load",
    "percent_encoded",
    "setting",
    "sign",
    "string_to_sign",
]
