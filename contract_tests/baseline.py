"""Known failures by rule id, so that a build can be held to what it keeps already while the rest is being mended."""

import json
from pathlib import Path

from contract_tests.verdict import Verdict
from contract_tests.writing import check_writable, write_whole
from spec import Contract, SettingError

_KEY = "known-failures"
_FORM = f'{{"{_KEY}": ["OK-7", …]}}, as written by --update-baseline'


def read_baseline(path: Path, contract: Contract) -> frozenset[str]:
    """The rule ids of a baseline file; SettingError if it cannot be read, or names an unknown rule."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        names = data[_KEY]
    except OSError as error:
        expected = "a file that --update-baseline has written" if isinstance(error, FileNotFoundError) else ""
        got = error.strerror or ""
        raise SettingError("the baseline cannot be read", where=str(path), expected=expected, got=got) from None
    except (ValueError, KeyError, TypeError):
        raise SettingError("not a baseline", where=str(path), expected=_FORM) from None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise SettingError("not a baseline", where=str(path), expected=_FORM)
    unknown = [name for name in names if name not in contract.rules]
    if unknown:
        raise SettingError(
            "the baseline names an unknown rule",
            where=str(path),
            expected="ids of --list",
            got=", ".join(unknown),
        )
    return frozenset(names)


def check_baseline(path: Path | None, contract: Contract, *, update: bool) -> None:
    """Before a run: SettingError for whatever would go wrong with the baseline after it."""
    if path is None:
        if update:
            raise SettingError("there is no baseline to update", where="--update-baseline", expected="--baseline FILE")
        return
    if update:
        check_writable(path, "the baseline")
    if not update or path.exists():
        read_baseline(path, contract)


def write_baseline(path: Path, verdict: Verdict, contract: Contract) -> tuple[str, ...]:
    """Write the deciding rules that are broken now, and those in the file that this run did not judge."""
    before = read_baseline(path, contract) if path.exists() else frozenset()
    judged = {item.rule.id for item in (*verdict.kept, *verdict.all_broken)}
    broken = {item.rule.id for item in verdict.all_broken if item.rule.id in verdict.decisive}
    names = tuple(name for name in contract.rules if name in broken | (before - judged))
    write_whole(path, (json.dumps({_KEY: list(names)}, indent=2) + "\n").encode(), "the baseline")
    return names
