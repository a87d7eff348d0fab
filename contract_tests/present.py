"""What the command line does with a run: check everything, judge, show, write the reports, choose the exit code."""

import sys
import time

from contract_tests.baseline import check_baseline, write_baseline
from contract_tests.interrupts import leave, let_through, terminated_like_interrupted
from contract_tests.plan import plan, plan_lines
from contract_tests.progress import for_terminal
from contract_tests.reports import github
from contract_tests.reports.files import report_files, write_reports
from contract_tests.reports.report import Report
from contract_tests.reports.screen import Screen
from contract_tests.reports.text import rule_list, text_report
from contract_tests.run import NotJudgedError, Run
from contract_tests.selection import inapplicable, selected_rules
from contract_tests.settings import VerifySettings
from contract_tests.tally import tally
from contract_tests.verdict import INTERRUPTED, RuleVerdict, Verdict
from spec import Contract, LuckyMonacoError, TargetError


def verify(settings: VerifySettings) -> int:
    """Judge, show, write the reports; returns the exit code. Everything that can be refused is refused first."""
    contract = settings.contract()
    if settings.list:
        sys.stdout.write(rule_list(listed(contract, settings)))
        return 0
    check_baseline(settings.baseline, contract, update=settings.update_baseline)
    files = report_files(settings)
    if settings.plan:
        sys.stdout.write("\n".join(plan_lines(plan(contract, settings))) + "\n")
        return 0
    with terminated_like_interrupted():
        run = Run(contract, settings, for_terminal())
        verdict, error = _judged(run)
    report = Report(verdict, contract, settings)
    if error is None:
        _show(report)
    write_reports(report, files)
    _tell_github(report)
    if error is not None:
        raise error
    code = _with_baseline(report)
    if verdict.interrupted == INTERRUPTED:
        leave(code)
    return code


def _judged(run: Run) -> tuple[Verdict, LuckyMonacoError | None]:
    """The verdict; where there was nothing to judge, one that says so, for the reports, and the reason."""
    start = time.perf_counter()
    error: LuckyMonacoError | None = None
    try:
        let_through()
        return run.judge(), None
    except KeyboardInterrupt:  # before the run began
        run.cut = INTERRUPTED
    except (NotJudgedError, TargetError) as trouble:
        error = trouble
        run.cut = run.stopped = str(error)
    return tally(run, len(run.traffic), time.perf_counter() - start), error


def _show(report: Report) -> None:
    text = text_report(report, Screen.of(sys.stdout))
    sys.stdout.write(github.quiet(text) if github.runs_here() else text)
    sys.stdout.flush()


def _tell_github(report: Report) -> None:
    """In a step of GitHub Actions: annotations, and the summary appended to what the step has said so far."""
    if not github.runs_here():
        return
    sys.stdout.write(github.annotations(report))
    path = github.summary_file()
    if path is not None:
        try:
            with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(github.summary(report))
        except OSError as error:  # no reason to change a verdict
            sys.stderr.write(f"luckymonaco: the step's summary cannot be written; got {error.strerror}\n")


def _with_baseline(report: Report) -> int:
    """The exit code; with --update-baseline the baseline decides, unless the run did not come to its end."""
    verdict, settings = report.verdict, report.settings
    if settings.baseline is None or not settings.update_baseline or not verdict.complete:
        return verdict.exit_code
    names = write_baseline(settings.baseline, verdict, report.contract)
    sys.stdout.write(f"{settings.baseline}: {', '.join(names) or 'no known failures'}\n")
    return 0 if verdict.exit_code != 2 else 2


def listed(contract: Contract, settings: VerifySettings) -> tuple[RuleVerdict, ...]:
    """The selected rules, each with the reason why it would not be judged, if there is one."""
    partner = settings.partner(contract)
    return tuple(
        RuleVerdict(rule, "not-judged", inapplicable(rule, contract, partner, settings))
        for rule in selected_rules(contract, settings)
    )
