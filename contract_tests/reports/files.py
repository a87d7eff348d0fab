"""The kinds of report that can be written to files: --report KIND=FILE, and --evidence for all of them at once."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from contract_tests.reports.report import Report
from contract_tests.settings import VerifySettings
from contract_tests.writing import check_writable, write_whole
from spec import SettingError

Writer = Callable[[Report], str]

#: kind -> the module and function that write it, and its name within the evidence
KINDS: Mapping[str, tuple[str, str, str]] = {
    "html": ("page", "html_report", "report.html"),
    "json": ("data", "json_report", "report.json"),
    "ndjson": ("ndjson", "ndjson_report", "report.ndjson"),
    "junit": ("junit", "junit_report", "junit.xml"),
    "sarif": ("sarif", "sarif_report", "report.sarif"),
    "har": ("har", "har_report", "traffic.har"),
    "github": ("github", "summary", "summary.md"),
    "text": ("text", "text_report", "report.txt"),
}


def report_files(settings: VerifySettings) -> tuple[tuple[str, Path], ...]:
    """--report as (kind, path), checked before the run; SettingError for an unknown kind or an unwritable path."""
    found: dict[Path, str] = {}
    for item in settings.report:
        kind, equals, name = item.partition("=")
        if not equals or not name or kind not in KINDS:
            known = " or ".join(f"{kind}=FILE" for kind in KINDS)
            raise SettingError("not a report", where="--report", expected=known, got=item)
        _check(Path(name), f"the {kind} report", found)
        found[Path(name)] = kind
    if settings.evidence:
        _check(settings.evidence, "the evidence", found)
    return tuple((kind, path) for path, kind in found.items())


def _check(path: Path, what: str, found: Mapping[Path, str]) -> None:
    if path in found:
        raise SettingError("two reports would be written to one file", where="--report, --evidence", got=str(path))
    check_writable(path, what)


def written(kind: str, report: Report) -> bytes:
    """One report as bytes."""
    module, function, _ = KINDS[kind]
    # Each is imported when it is wanted: a run without reports starts faster.
    writer: Writer = getattr(import_module(f"contract_tests.reports.{module}"), function)
    return writer(report).encode("utf-8", "backslashreplace")


def write_reports(report: Report, files: tuple[tuple[str, Path], ...]) -> None:
    """Write what --report and --evidence ask for; SettingError if a file cannot be written after all."""
    for kind, path in files:
        write_whole(path, written(kind, report), f"the {kind} report")
    if report.settings.evidence:
        from contract_tests.reports.bundle import bundle

        write_whole(report.settings.evidence, bundle(report), "the evidence")
