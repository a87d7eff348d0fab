"""What the command line shows of a run, and the files it writes."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from contract_tests.baseline import write_baseline
from contract_tests.progress import Progress, for_terminal
from contract_tests.report_json import json_report
from contract_tests.report_text import rule_list, text_report
from contract_tests.run import Run
from contract_tests.settings import VerifySettings
from contract_tests.target import not_applicable, selected_rules
from contract_tests.verdict import RuleVerdict, Verdict
from spec import Contract, SettingError


def _junit(verdict: Verdict) -> str:
    from contract_tests.report_junit import junit_report

    return junit_report(verdict)


WRITERS: Mapping[str, Callable[[Verdict], str]] = {"json": json_report, "junit": _junit}


def present(settings: VerifySettings) -> int:
    """Judge, show, write the reports; returns the exit code. Everything that can be refused is refused first."""
    contract = settings.contract()
    if settings.list:
        sys.stdout.write(rule_list(listed(contract, settings)))
        return 0
    reports = report_files(settings)
    run = Run(contract, settings, Progress())
    run.progress = for_terminal()
    verdict = run.judge()
    sys.stdout.write(text_report(verdict))
    for kind, path in reports:
        _write(path, WRITERS[kind](verdict))
    if settings.baseline and settings.update_baseline:
        write_baseline(settings.baseline, verdict)
        return 0
    return verdict.exit_code


def listed(contract: Contract, settings: VerifySettings) -> tuple[RuleVerdict, ...]:
    """The selected rules, each with the reason why it would not be judged, if there is one."""
    partner = settings.partner(contract)
    found = []
    for rule in selected_rules(contract, settings):
        reasons = [not_applicable(rule, operation, partner, settings) for operation in contract.operations]
        found.append(RuleVerdict(rule, "not-judged", reasons[0] if all(reasons) else ""))
    return tuple(found)


def report_files(settings: VerifySettings) -> tuple[tuple[str, Path], ...]:
    """--report as (kind, path); SettingError for an unknown kind or a path that cannot be written, before the run."""
    found = []
    for item in settings.report:
        kind, equals, name = item.partition("=")
        if not equals or not name or kind not in WRITERS:
            raise SettingError(
                "not a report", where="--report", expected=" or ".join(f"{k}=FILE" for k in WRITERS), got=item
            )
        path = Path(name)
        try:
            with path.open("a", encoding="utf-8"):
                pass
        except OSError as error:
            raise SettingError("the report cannot be written", where=name, got=error.strerror or "") from None
        found.append((kind, path))
    return tuple(found)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise SettingError("the report cannot be written", where=str(path), got=error.strerror or "") from None
