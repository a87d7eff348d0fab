"""The report for CI: JUnit XML by the schema of Jenkins' xUnit plugin, one test case a rule."""

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from contract_tests.reports.harmless import harmless_lines
from contract_tests.reports.report import Cause, Report
from contract_tests.reports.report import Failure as BrokenRule
from contract_tests.reports.text import more, standing


def junit_report(report: Report) -> str:
    """The report as XML text; rules that only warn are skipped test cases with what was seen."""
    verdict = report.verdict
    suite = TestSuite("luckymonaco verify")
    suite.timestamp = report.started
    for name, value in {
        "verdict": verdict.word,
        "url": report.url,
        "seed": str(verdict.seed),
        "kit": report.kit,
        "document": report.contract.source.digest,
    }.items():
        suite.add_property(name, _clean(value))
    broken = {failure.item.rule.id: failure for failure in report.failures}
    for item in verdict.rules:
        rule = item.rule
        case = TestCase(_clean(f"{rule.id} {rule.text}"), classname=f"luckymonaco.{rule.family}", time=0)
        failure = broken.get(rule.id)
        if failure and failure.decides:
            case.result = [_failure(failure)]
        elif failure:
            reason = "known failure, listed in the baseline" if failure.word == "KNOWN" else "broken, reported only"
            case.result = [Skipped(reason)]
            case.system_out = _clean(_text(failure))
        elif item.status != "kept":
            case.result = [Skipped(_clean(report.mask(f"{item.status.replace('-', ' ')}: {item.reason}")))]
        suite.add_testcase(case)
    if verdict.exit_code == 2:
        suite.add_testcase(_not_judged(report))
    suite.update_statistics()  # type: ignore[no-untyped-call]  # junitparser is half typed
    xml = JUnitXml("luckymonaco")
    xml.add_testsuite(suite)
    # Jenkins' schema has no count of what was skipped here, which update_statistics() would write.
    xml.tests, xml.failures, xml.errors = suite.tests, suite.failures, suite.errors
    suite.time = xml.time = round(verdict.seconds, 3)  # the rules take no time of their own, only the run does
    return str(xml.tostring().decode("utf-8"))  # type: ignore[no-untyped-call]  # junitparser is half typed


def _failure(failure: BrokenRule) -> Failure:
    first = failure.causes[0].evidence
    found = Failure(_clean(f"expected {first.expected}; got {first.got}"), failure.item.rule.id)
    found.text = _clean(_text(failure))
    return found


def _not_judged(report: Report) -> TestCase:
    """A run that decided nothing is no green run."""
    case = TestCase("the run was judged to its end", classname="luckymonaco", time=0)
    reason = report.incomplete or "no rule could be judged"
    case.result = [Error(_clean(reason), report.verdict.word)]
    return case


def _text(failure: BrokenRule) -> str:
    rule = failure.item.rule
    parts = [f"{rule.id} {rule.level}  {rule.text}  {standing(rule)}", *map(_cause, failure.causes)]
    return "\n\n".join([*parts, f"fix       {rule.fix}\nagain     {failure.again}"])


def _cause(cause: Cause) -> str:
    shown = cause.evidence
    as_above = f"\nsee       {cause.as_above}: the same answers" if cause.as_above else ""
    return (
        f"case      {shown.case}{more(shown)}\nsent      {shown.sent}\nexpected  {shown.expected}\n"
        f"got       {shown.got}\ncurl      {shown.curl}{as_above}"
    )


def _clean(text: str) -> str:
    """Most controls cannot stand in XML at all, not even escaped."""
    return harmless_lines(text)
