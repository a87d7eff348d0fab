"""The report for CI: JUnit XML, one test case a rule."""

import re

from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from contract_tests.evidence import evidence
from contract_tests.verdict import RuleVerdict, Verdict

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


def junit_report(verdict: Verdict) -> str:
    """The report as XML text; rules that only warn are reported as skipped, with what was seen."""
    suite = TestSuite("luckymonaco")
    suite.time = round(verdict.seconds, 3)
    for item in verdict.rules:
        case = TestCase(f"{item.rule.id} {item.rule.text}", classname=f"luckymonaco.{item.rule.family}")
        text = _clean("\n\n".join(_text(item)))
        if item.status == "broken" and item in verdict.broken:
            case.result = [
                Failure(_clean(item.findings[0].breach.got if not text else text.split("\n")[3]), item.rule.id)
            ]
            case.result[0].text = text
        elif item.status == "broken":
            case.result = [Skipped(f"broken, but does not decide ({item.rule.level})")]
            case.system_out = text
        elif item.status != "kept":
            case.result = [Skipped(_clean(f"{item.status}: {item.reason}"))]
        suite.add_testcase(case)
    report = JUnitXml()
    report.add_testsuite(suite)
    return str(report.tostring().decode("utf-8"))  # type: ignore[no-untyped-call]  # junitparser is half typed


def _text(item: RuleVerdict) -> list[str]:
    found = []
    for finding in item.findings:
        shown = evidence(finding)
        found.append(
            f"case {shown.case}\nsent {shown.sent}\nexpected {shown.expected}\ngot {shown.got}\ncurl {shown.curl}\n"
            f"fix {item.rule.fix}"
        )
    return found


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
