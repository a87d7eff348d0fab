"""Who may call: the partner of the settings, or those of a file.

The file is a YAML or JSON list; each entry names the credentials by role; the secret and the hash scheme are optional:

    - {partner-id: alpha, partner-token: …, secret: …}
    - {partner-id: beta, partner-token: …}
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from spec import Contract, Partner, SettingError

if TYPE_CHECKING:
    from mockserver.settings import MockSettings

_OWN_KEYS = ("secret", "hash-scheme")


def read(settings: MockSettings, contract: Contract) -> tuple[Partner, ...]:
    """Every partner; SettingError for a file that cannot be used, which never repeats what stands in it."""
    if settings.partners is None:
        return (settings.partner(contract),)
    where = str(settings.partners)
    entries = _parse(settings.partners)
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, Mapping) for entry in entries):
        raise SettingError("not a list of partners", where=where, expected="a list of mappings")
    roles = list(dict.fromkeys(item.role for operation in contract.operations for item in operation.credentials))
    if not roles and len(entries) > 1:
        raise SettingError(
            "the document has no credentials to tell partners apart", where=where, expected="one partner"
        )
    return tuple(_partner(entry, f"{where}, entry {place}", roles, contract) for place, entry in enumerate(entries, 1))


def _parse(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingError("the partners cannot be read", where=str(path), got=type(error).__name__) from None


def _partner(entry: Mapping[str, Any], where: str, roles: list[str], contract: Contract) -> Partner:
    known = (*roles, *_OWN_KEYS)
    unknown = [str(key) for key in entry if key not in known]
    if unknown:
        raise SettingError("unknown key", where=where, expected=", ".join(known), got=unknown[0])
    for key in roles:
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise SettingError(f"no {key}", where=where, expected="a string that is not empty")
    if not all(isinstance(entry.get(key, ""), str) for key in _OWN_KEYS):
        raise SettingError("secret and hash-scheme are strings", where=where)
    scheme = contract.scheme(entry["hash-scheme"]) if entry.get("hash-scheme") else None
    return Partner({role: entry[role] for role in roles}, entry.get("secret", ""), scheme)
