"""The lines that a report tells people to paste do what the report says that they do."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from contract_tests.breach import Breach
from contract_tests.exchange import Answer
from contract_tests.reports.commands import Commands
from contract_tests.reports.report import Report
from contract_tests.settings import VerifySettings
from contract_tests.verdict import Finding
from mockserver.gallery.base import Operator
from mockserver.gallery.broken.credentials import LeavesTheBodyOfTheDenied
from spec import Partner
from tests.document import CONTRACT
from tests.own_operator import serving
from tests.reports.conftest import OWN, PARTNER, SECRET, TOKEN, judge
from tests.reports.operators import Fragile, Lenient, Pages, Remembering, Uncovered

ENVIRONMENT = {
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
    "LUCKYMONACO_PARTNER_TOKEN": TOKEN,
    "LUCKYMONACO_SECRET": SECRET,
}


def status(line: str) -> int:
    """The last status that a pasted curl line shows; 0 if nothing comes back."""
    result = subprocess.run(
        ["sh", "-c", line], check=False, env=ENVIRONMENT, capture_output=True, text=True, errors="replace", timeout=30
    )
    line_begins = "" if " --next " in line else "^"  # what comes second follows a body without a line feed
    found = re.findall(line_begins + r"HTTP/1\.\d (\d{3})\b", result.stdout, re.MULTILINE)
    return int(found[-1 if " --next " in line else 0]) if found else 0


def shown(report: Report) -> list[Finding]:
    """The findings whose curl lines a report shows."""
    return [finding for failure in report.failures for finding in failure.item.findings]


@pytest.mark.parametrize(
    ("kind", "secret"),
    [(Lenient, ""), (Lenient, SECRET), (Pages, ""), (Fragile, ""), (Uncovered, SECRET), (Remembering, SECRET)],
    ids=["lenient", "lenient-signed", "pages", "fragile", "uncovered-signed", "remembering-signed"],
)
def test_curl_lines_bring_the_reported_status(kind: type[Operator], secret: str) -> None:
    """Each, run by sh with nothing but the variables in its environment."""
    partner = Partner(PARTNER.values, secret)
    with serving(kind, partner) as url:
        report = judge(url, **{**OWN, "secret": secret, "rule": ("OK", "ERR", "VAL", "AUTH", "SIG", "HTTP", "ROB-1")})
        findings = shown(report)
        with ThreadPoolExecutor(4) as pool:
            got = list(pool.map(status, (report.evidence(finding).curl for finding in findings)))

    reported = [f.exchange.answer.status if isinstance(f.exchange.answer, Answer) else 0 for f in findings]
    names = [f"{f.breach.rule} {f.case.id}" for f in findings]
    assert findings
    assert dict(zip(names, got, strict=True)) == dict(zip(names, reported, strict=True))


@pytest.mark.parametrize("secret", ["", SECRET], ids=["plain", "signed"])
def test_what_came_before_over_the_connection_is_sent_too(secret: str) -> None:
    """One request alone would be answered rightly."""
    with serving(LeavesTheBodyOfTheDenied, Partner(PARTNER.values, secret)) as url:
        report = judge(url, **{**OWN, "secret": secret, "rule": ("OK-1",)})
        [finding] = [each for each in shown(report) if each.case.after]
        line = report.evidence(finding).curl

        assert line.count(CONTRACT.operations[0].path) == 2
        assert status(line) == 400


@pytest.mark.parametrize(("secret", "step"), [("", 12), (SECRET, 40)], ids=["plain", "signed"])
def test_curl_lines_of_all_cases_bring_the_same_status(secret: str, step: int) -> None:
    """Not only those that fail: some of the fixed cases against an operator that keeps the rules."""
    with serving(Operator, Partner(PARTNER.values, secret)) as url:
        report = judge(url, **{**OWN, "secret": secret, "rule": ("OK-6", "VAL", "AUTH", "SIG", "HTTP", "ROB-1")})
        results = report.verdict.results[::step]
        lines = [report.evidence(Finding(Breach("", "", ""), r.case, r.exchange)).curl for r in results]
        with ThreadPoolExecutor(4) as pool:
            got = list(pool.map(status, lines))

    reported = [r.exchange.answer.status if isinstance(r.exchange.answer, Answer) else 0 for r in results]
    names = [r.case.id for r in results]
    assert dict(zip(names, got, strict=True)) == dict(zip(names, reported, strict=True))


def test_the_line_holds_no_secret_and_no_working_hash(broken: Report) -> None:
    """Partner's token and hash are computed where it is pasted."""
    lines = [cause.evidence.curl for failure in broken.failures for cause in failure.causes]

    assert all(value not in line for line in lines for value in (TOKEN, SECRET))
    assert any("LUCKYMONACO_PARTNER_TOKEN" in line for line in lines)
    assert any("| luckymonaco hash --body -" in line for line in lines)


def test_again_gives_the_same_verdict_on_the_rule() -> None:
    """The command of a failure, pasted, exits with 1 for that rule alone."""
    with serving(Pages, PARTNER) as url:
        report = judge(url, **OWN)
        [failure] = report.failures
        result = subprocess.run(
            ["sh", "-c", failure.again], check=False, env=ENVIRONMENT, capture_output=True, text=True, timeout=60
        )

    assert result.returncode == 1
    assert f"FAIL  {failure.item.rule.id} " in result.stdout
    assert failure.again.startswith(f"luckymonaco verify {url} --partner-id own-partner")


def test_again_carries_what_the_run_needed(tmp_path: Path) -> None:
    """Options that change a verdict, with secret ids as variables; none that do not."""
    secret = next(field.name for field in CONTRACT.operations[0].optional if field.secret)
    plain = CONTRACT.operations[0].required[0].name
    settings = VerifySettings.create(
        {
            "base_url": "https://example.test/a b/?x=1",
            "known": [f"{plain}=it's", f"{secret}=hidden"],
            "insecure": True,
            "timeout": 2.5,
            "jobs": 9,
            "report": ["html=x.html"],
            "secret": "hidden-too",
            "hash_scheme": "sorted-sha1",
        },
        {},
    )

    line = Commands(settings, CONTRACT).again(["ERR-2"])

    assert line == " ".join(
        (
            "luckymonaco verify 'https://example.test/a b?x=1'",
            "--hash-scheme sorted-sha1 --timeout 2.5 --insecure",
            f"""--known '{plain}=it'"'"'s' --known {secret}="$KNOWN_{secret.upper()}\"""",
            "--rule ERR-2",
        )
    )
