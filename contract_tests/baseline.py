"""Known failures by rule id, so that a build can be held to what it keeps already while the rest is being mended."""

import json
from pathlib import Path

from contract_tests.verdict import Verdict
from spec import SettingError


def read_baseline(path: Path) -> frozenset[str]:
    """The rule ids of a baseline file; SettingError if it cannot be read."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return frozenset(str(name) for name in data["known-failures"])
    except OSError as error:
        raise SettingError("the baseline cannot be read", where=str(path), got=error.strerror or "") from None
    except (ValueError, KeyError, TypeError):
        raise SettingError("not a baseline", where=str(path), expected='{"known-failures": ["OK-7", …]}') from None


def write_baseline(path: Path, verdict: Verdict) -> None:
    """Write the rules that this run found broken; SettingError if the file cannot be written."""
    names = [item.rule.id for item in verdict.all_broken if item.rule.id in verdict.decisive]
    try:
        path.write_text(json.dumps({"known-failures": names}, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise SettingError("the baseline cannot be written", where=str(path), got=error.strerror or "") from None
