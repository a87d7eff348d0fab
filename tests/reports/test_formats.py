"""JUnit, SARIF, HAR, GitHub and the evidence: what other programs read."""

import hashlib
import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile

import junitparser
import pytest

from contract_tests.reports.bundle import bundle
from contract_tests.reports.data import report_data
from contract_tests.reports.files import KINDS, written
from contract_tests.reports.github import annotations, quiet, summary
from contract_tests.reports.har import har_report
from contract_tests.reports.junit import junit_report
from contract_tests.reports.report import Report
from contract_tests.reports.sarif import sarif_report
from contract_tests.reports.text import text_report


@pytest.mark.parametrize("kind", KINDS)
def test_no_report_holds_what_a_terminal_or_an_eye_would_fall_for(kind: str, hostile: Report) -> None:
    """Controls, marks of direction and line separators are spelt out, or escaped where the format has escapes."""
    text = written(kind, hostile).decode()

    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]", text)


def test_json_says_the_same_though_it_is_escaped(hostile: Report) -> None:
    """What a program reads is what came back."""
    assert json.loads(written("json", hostile)) == report_data(hostile)


#: element -> (its attributes, its children)
JENKINS = {
    "testsuites": ("name time tests failures errors", "testsuite"),
    "testsuite": ("name tests failures errors time skipped timestamp", "properties testcase"),
    "properties": ("", "property"),
    "property": ("name value", ""),
    "testcase": ("name time classname", "skipped error failure system-out system-err"),
    "failure": ("type message", ""),
    "error": ("type message", ""),
    "skipped": ("type message", ""),
    "system-out": ("", ""),
}


class TestJUnit:
    """One test case a rule."""

    def test_counts(self, any_report: Report) -> None:
        """As many cases as rules, as many failures as rules that break the run."""
        xml = junitparser.JUnitXml.fromstring(junit_report(any_report).encode())

        assert xml.tests == len(any_report.contract.rules)
        assert xml.failures == len(any_report.verdict.broken)
        assert xml.errors == 0

    def test_is_xml_whatever_was_sent(self, hostile: Report) -> None:
        """Control characters and markup do no harm."""
        root = ET.fromstring(junit_report(hostile))

        assert root.tag == "testsuites"
        assert "<script>" in "".join(root.itertext())

    def test_has_the_shape_that_jenkins_demands(self, any_report: Report) -> None:
        """Its xUnit plugin refuses a file with an element or attribute that its schema, junit-10.xsd, does not have."""
        for element in ET.fromstring(junit_report(any_report)).iter():
            attributes, children = JENKINS[element.tag]
            assert set(element.attrib) <= set(attributes.split())
            assert {child.tag for child in element} <= set(children.split())
            assert re.fullmatch(r"\d+(\.\d{1,3})?", element.get("time", "0"))

    def test_a_failure_says_what_to_do(self, pages: Report) -> None:
        """Its message has expected and got; its text the curl line and the command."""
        [failure] = ET.fromstring(junit_report(pages)).iter("failure")

        assert failure.get("message", "").startswith("expected ")
        assert "\ncurl      curl -sS" in str(failure.text)
        assert "\nagain     luckymonaco verify http" in str(failure.text)


class TestSarif:
    """SARIF 2.1.0."""

    def test_has_what_code_scanning_needs(self, any_report: Report) -> None:
        """Rules, results with a place and a fingerprint, references that resolve."""
        data = json.loads(sarif_report(any_report))
        [run] = data["runs"]
        rules = run["tool"]["driver"]["rules"]

        assert (data["version"], len(rules)) == ("2.1.0", len(any_report.contract.rules))
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            assert result["level"] in ("error", "warning", "note")
            assert result["message"]["text"]
            place = result["locations"][0]["physicalLocation"]
            assert not place["artifactLocation"]["uri"].startswith("/")
            assert place["region"]["startLine"] > 1
        assert len(run["results"]) == sum(len(failure.causes) for failure in any_report.failures)


class TestHar:
    """HTTP archive 1.2."""

    def test_holds_all_traffic(self, any_report: Report) -> None:
        """Each request with its answer, or with why there is none."""
        log = json.loads(har_report(any_report))["log"]

        assert log["version"] == "1.2"
        assert len(log["entries"]) == any_report.verdict.requests
        for entry in log["entries"]:
            assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= entry.keys()
            assert entry["request"]["url"].startswith("http://127.0.0.1:")
            assert entry["response"]["status"] or entry["response"]["statusText"]
            assert {"Host", "User-Agent"} <= {header["name"] for header in entry["request"]["headers"]}


class TestGitHub:
    """Annotations and summary."""

    def test_one_annotation_a_rule(self, broken: Report) -> None:
        """Each is one line, an error where the rule decides."""
        lines = annotations(broken).splitlines()

        assert len(lines) == len(broken.failures)
        assert sum(line.startswith("::error title=") for line in lines) == len(broken.verdict.broken)

    def test_nothing_is_a_command_that_is_not_ours(self, hostile: Report) -> None:
        """What an implementation sent cannot begin a line with a command, nor hold one of the old kind."""
        lines = annotations(hostile).splitlines()

        assert lines
        assert all(re.match(r"::(error|warning|notice) title=[^:]+::", line) for line in lines)
        assert not any(line.startswith(("::", "##[")) for line in text_report(hostile).splitlines())

    def test_the_screen_is_quiet(self) -> None:
        """Between the two commands GitHub looks for no commands."""
        first, *_, last = quiet("::error::x\n").splitlines()

        token = first.removeprefix("::stop-commands::")
        assert last == f"::{token}::"
        assert len(token) >= 32

    def test_the_summary_shows_what_was_sent_as_text(self, hostile: Report) -> None:
        """No markup of an implementation outside fences, and no fence that it could end."""
        outside = re.sub(r"^(`{3,})text\n.*?^\1$", "", summary(hostile), flags=re.DOTALL | re.MULTILINE)

        assert "pwned" not in outside
        assert "<details><summary>" in outside


class TestEvidence:
    """Everything in one file."""

    @pytest.fixture
    def archive(self, broken: Report) -> zipfile.ZipFile:
        """The zip file of a run."""
        return zipfile.ZipFile(io.BytesIO(bundle(broken)))

    def test_holds_every_report(self, archive: zipfile.ZipFile) -> None:
        """And the document, a letter and the digests."""
        names = {name for _, _, name in KINDS.values()}

        assert set(archive.namelist()) == names | {"README.txt", "openapi.yaml", "SHA256SUMS"}
        assert archive.testzip() is None

    def test_digests_are_right(self, archive: zipfile.ZipFile) -> None:
        """As sha256sum would check them."""
        for line in archive.read("SHA256SUMS").decode().splitlines():
            digest, name = line.split("  ")
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest

    def test_the_letter_names_what_support_asks_for(self, archive: zipfile.ZipFile, broken: Report) -> None:
        """Verdict, URL, digest of the document, version of the kit, seed, and the broken rules."""
        letter = archive.read("README.txt").decode()

        wanted = ["BROKEN", broken.verdict.url, broken.contract.source.digest, broken.kit, str(broken.verdict.seed)]
        assert all(word in letter for word in [*wanted, *(item.rule.id for item in broken.verdict.broken)])
        assert archive.read("openapi.yaml").decode() == broken.contract.source.text
