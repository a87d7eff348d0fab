"""The evidence of a run: every report, the document and a covering letter, in one zip file."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

from contract_tests.reports.files import KINDS, written
from contract_tests.reports.report import Report

_DOCUMENT = "openapi.yaml"
_DESCRIPTIONS = {
    "html": "the report for people; it opens in any browser, offline",
    "json": "the report for programs",
    "ndjson": "the same, one line an exchange and a rule",
    "junit": "the report for CI systems",
    "sarif": "the report for code scanning",
    "har": "all traffic, for the network tools of browsers",
    "github": "a summary in Markdown",
    "text": "what stood on the screen",
}
_LETTER = """\
Evidence of a run of the Lucky Monaco contract kit
==================================================

verdict     {verdict}
judged      {url}
when        {started}, {seconds:.1f} s, {requests} requests
by          {title} {version}
document    SHA-256 {digest}
kit         luckymonaco {kit}
seed        {seed}
covered     {coverage}

{failures}

Files
-----
{files}

Secrets are not in here: the partner's token, the secret, request hashes and players' tokens are replaced by short
fingerprints such as ‹1f09ac›. The same value has the same fingerprint in all of these files, and another one in the
files of another run. Lines to paste take the partner's secrets from variables; the hashes and the tokens in them are
computed there or made up, and are none that were sent.

To judge it again{variables}:

    {again}
"""


def bundle(report: Report) -> bytes:
    """The zip file as bytes."""
    files = {name: written(kind, report) for kind, (_, _, name) in KINDS.items()}
    files[_DOCUMENT] = report.contract.source.text.encode()
    files["README.txt"] = _letter(report).encode()
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    files["SHA256SUMS"] = sums.encode()
    when = datetime.fromisoformat(report.started).astimezone(UTC)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files, key=lambda name: (name != "README.txt", name)):
            entry = zipfile.ZipInfo(name, when.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return data.getvalue()


def _letter(report: Report) -> str:
    verdict = report.verdict
    names = report.commands.all_variables
    variables = f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} set" if names else ""
    return _LETTER.format(
        verdict=verdict.word + (f" ({report.incomplete})" if report.incomplete else ""),
        url=report.url,
        started=report.started,
        seconds=verdict.seconds,
        requests=verdict.requests,
        title=report.contract.title,
        version=report.contract.version,
        digest=report.contract.source.digest,
        kit=report.kit,
        seed=verdict.seed,
        coverage=report.coverage.line,
        failures="\n".join(_failures(report)),
        files="\n".join(_files()),
        variables=f", once {variables}" if variables else "",
        again=report.commands.whole,
    )


def _failures(report: Report) -> Iterator[str]:
    if not report.failures:
        yield "No rule was found broken."
    for failure in report.failures:
        rule = failure.item.rule
        yield f"{failure.word:<5} {rule.id} {rule.level}  {rule.text} ({rule.standing})"


def _files() -> Iterator[str]:
    for kind, (_, _, name) in KINDS.items():
        yield f"{name:<16}{_DESCRIPTIONS[kind]}"
    yield f"{_DOCUMENT:<16}the document by which was judged"
    yield f"{'SHA256SUMS':<16}digests of the files: sha256sum -c SHA256SUMS"
