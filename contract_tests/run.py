"""A whole run: from settings to a verdict."""

import time
from dataclasses import replace

from contract_tests.breach import Breach
from contract_tests.bursts import parallel
from contract_tests.case import Case, collect
from contract_tests.doctor import diagnose
from contract_tests.engine import Engine
from contract_tests.exchange import Answer, Sent
from contract_tests.generated import Generator
from contract_tests.gone import GoneError
from contract_tests.judge import Learnt
from contract_tests.loose import same_number_cases
from contract_tests.notification import Maker
from contract_tests.observed import observed, sources
from contract_tests.pace import Pace
from contract_tests.preflight import Preflight, judged, learn_hash_refusals, learn_unchecked, preflight
from contract_tests.probe import Probe
from contract_tests.progress import Progress
from contract_tests.reports.evidence import evidence
from contract_tests.selection import inapplicable, not_applicable, selected_rules, skipped_rules
from contract_tests.sequences import now_and_then, put_off, repeated, steady, still_accepted, unended
from contract_tests.settings import VerifySettings
from contract_tests.tally import tally
from contract_tests.target import Target, check_known, known_session, parse_url
from contract_tests.verdict import INTERRUPTED, Finding, Result, Verdict
from spec import Contract, LuckyMonacoError, Operation, Rule, SettingError

GENERATED_RULES = frozenset({"OK-6", "VAL-1", "VAL-2", "VAL-3", "VAL-4"})
LOOKED_UP = frozenset({"OK-6", "ROB-2"})  # what needs to know in which fields any value is accepted
GENERATED = {False: 64, True: 1000}  # notifications of each kind, by --thorough


_FEW_CONNECTIONS = (
    "recorded only: while one connection is idle, requests over others wait, as a caller's may who keeps connections"
    " open; give each connection a worker of its own, or close it after the answer"
)


class NotJudgedError(LuckyMonacoError):
    """The very first plain notification was not answered as a success: there is nothing to judge."""


class Run:
    """One run against one implementation."""

    def __init__(self, contract: Contract, settings: VerifySettings, progress: Progress) -> None:
        self.contract = contract
        self.settings = settings
        self.progress = progress
        self.target: Target = parse_url(settings.base_url, contract.operations)
        self.rules = selected_rules(contract, settings)
        self.partner = settings.partner(contract)
        check_known(settings, contract.operations)
        self._check_applicable()
        self.findings: list[Finding] = []
        self.notes: list[Finding] = []
        self.tried: dict[str, int] = {}
        self.advice: list[str] = []
        self.results: list[Result] = []
        self.traffic: list[Sent] = []
        self.cut = ""
        self.stopped = ""  # why nothing could be judged at all

    def judge(self) -> Verdict:
        """Send everything and return the verdict; NotJudgedError or TargetError where there is nothing to judge."""
        start = time.perf_counter()
        requests = 0
        generator: Generator | None = None
        try:
            self.progress.start()
            generator = self._generator()
            with Probe(self.target, self.settings, jobs=self.settings.jobs, rate=self.settings.rate) as probe:
                self.traffic = probe.log
                try:
                    for operation in self.contract.operations:
                        self._operation(operation, probe, generator)
                except GoneError as gone:
                    self.findings.extend(gone.findings)
                    self.cut = gone.why
                finally:
                    requests = probe.sent
        except KeyboardInterrupt:
            self.cut = INTERRUPTED
        finally:
            if generator:
                generator.close()
            self.progress.finish()
        return tally(self, requests, time.perf_counter() - start)

    def inapplicable(self, rule: Rule) -> str:
        """Why this run cannot decide a rule, or an empty string."""
        return inapplicable(rule, self.contract, self.partner, self.settings)

    def _check_applicable(self) -> None:
        """SettingError where none of the selected rules could be judged: then nothing is sent at all."""
        reasons: dict[str, list[str]] = {}
        for rule in self.rules:
            reasons.setdefault(self.inapplicable(rule), []).append(rule.id)
        if "" not in reasons:
            got = "; ".join(f"{', '.join(names)}: {reason}" for reason, names in reasons.items())
            raise SettingError("no rule can be judged", where="--rule, --skip", got=got)

    def _generator(self) -> Generator | None:
        if self.settings.quick or not sources(self.contract, self.rules) & GENERATED_RULES:
            return None
        count, keep = GENERATED[self.settings.thorough], not self.settings.no_cache
        return Generator(self.contract.operations, self.settings.seed, count, keep=keep)

    def maker(self, operation: Operation) -> Maker:
        """What makes the requests for one operation."""
        known = known_session(self.settings, operation)
        return Maker(self.contract, operation, self.partner, self.target, known)

    def _operation(self, operation: Operation, probe: Probe, generator: Generator | None) -> None:
        learnt = Learnt(self.contract, secret=bool(self.partner.secret))
        first = preflight(self.maker(operation), probe, learnt)
        if not first.accepted:
            self._not_accepted(first)
            return
        if not self.tried:
            about = f"{self.contract.title} {self.contract.version}"
            self.progress.begin(f"judging {self.target.url} by {about}, seed {self.settings.seed}")
        if probe.few_connections:
            self.advice.append(_FEW_CONNECTIONS)
        learn_hash_refusals(first.maker, probe, learnt)
        if LOOKED_UP & self.wanted(operation):
            learn_unchecked(first.maker, probe, learnt)
        only_time = {rule.id for rule in self.rules} == {"TIME-1"}
        limits = self.settings.max_response_time, first.latency, only_time, self.settings.timeout
        pace = Pace(self.settings.jobs, *limits)
        engine = Engine(probe, learnt, first.plain, pace, self.progress.step)
        try:
            self._cases(engine, first, probe, generator, pace)
            self.findings.extend(engine.confirm())
            self.findings.extend(engine.slow(self.settings.max_response_time))
            unsteady = now_and_then(engine.mixed)
            self.findings.extend(unsteady)
            self._tell_if_left_out(unsteady)
            self.findings.extend(put_off(engine))
            self.findings.extend(unended(engine, probe, first.plain))
            self._explain_variant(engine, first.maker, probe)
        except (GoneError, KeyboardInterrupt):
            self.findings.extend(engine.unconfirmed())
            raise
        finally:
            self.findings.extend([*first.findings, *judged(first.exchanges[-1:], learnt)])
            self.notes.extend(engine.notes())
            self._count(engine, first)

    def _not_accepted(self, first: Preflight) -> None:
        operation = first.maker.operation
        if first.findings:
            self.findings.extend(first.findings)
            self.advice.extend(filter(None, [first.advice]))
            self.cut = "the first notification was refused"
        elif self.tried:  # another operation of the document was judged: this one is simply not served
            case, exchange = first.exchanges[-1]
            breach = Breach("OK-1", f"{operation.success.status} to a plain notification", first.said)
            self.findings.append(Finding(breach, case, exchange))
        else:
            case, exchange = first.exchanges[-1]
            leads_on = isinstance(exchange.answer, Answer) and 300 <= exchange.answer.status < 400
            advice = "give the URL that it leads to, since no notification is sent on" if leads_on else first.advice
            got = evidence(Finding(Breach("OK-1", "", first.said), case, exchange)).got
            raise NotJudgedError(
                f"not judged: the first plain notification ({operation}) was not answered as a success; got {got}"
                f"; check the URL, the credentials and --known{f'; {advice}' if advice else ''}"
            )

    def _cases(self, engine: Engine, first: Preflight, probe: Probe, generator: Generator | None, pace: Pace) -> None:
        maker = first.maker
        wanted = self.wanted(maker.operation)
        fixed = [case for case in collect(maker, wanted) if not self._stands_in(case, first)]
        hostile = [case for case in fixed if case.rule == "ROB-1"]
        self.progress.expect(len(fixed))
        engine.run([case for case in fixed if case.rule != "ROB-1"], "fixed cases")
        engine.let_go()
        if "OK-8" in wanted:
            self._add("OK-8", repeated(engine, probe, maker))
        if "ROB-3" in wanted:
            self._add("ROB-3", steady(engine, maker, 2 if pace.slow else 5))
        if "ROB-2" in wanted:
            self.progress.step("requests in parallel", 0)
            found = parallel(engine, maker, first.latency, self.settings.timeout)
            self._add("ROB-2", found)
            self._tell_if_left_out(found)
        if generator:  # late: they are made meanwhile
            made = [case for case in generator.cases(maker) if case.rule in wanted]
            made = made if self.settings.thorough else made[: pace.affordable()]
            self.progress.expect(len(made))
            engine.run(made, "generated cases")
        if self.settings.thorough and "SIG-1" in wanted:
            self.progress.step("looking for a hash that is a number", 0)
            engine.run(list(same_number_cases(maker)), "a hash that is a number")
        engine.run(hostile, "hostile bodies")  # last: they may bring the implementation down
        if "ROB-3" in wanted:
            engine.let_go()
            self._add("ROB-3", still_accepted(engine, first.plain))

    def wanted(self, operation: Operation) -> frozenset[str]:
        """The rules whose cases are sent to this operation."""
        names = sources(self.contract, self.rules) - skipped_rules(self.contract, self.settings)
        rules = self.contract.rules
        return frozenset(
            name for name in names if not not_applicable(rules[name], operation, self.partner, self.settings)
        )

    def _explain_variant(self, engine: Engine, maker: Maker, probe: Probe) -> None:
        """Say which variant of the hash a build computes that refuses ours as soon as optional fields are present."""
        notes = [note for note in engine.notes() if note.case.rule == "OK-5" and note.case.variant]
        if all(note.case.taken_for_repeat(note.exchange.answer) for note in notes):
            return
        found = diagnose(replace(maker, fresh=True), probe, fresh=True)
        with_them = "with optional fields present this build refuses the agreed hash"
        if found is None:
            self.advice.append(f"{with_them}, and no published variant is accepted; judge OK-5 without --secret")
        else:
            self.advice.append(f"{with_them}, and accepts {found.name}")

    def _tell_if_left_out(self, found: list[Finding]) -> None:
        """An unsteady implementation is worth knowing of, also where ROB-3 is not judged."""
        judged_too = {rule.id for rule in self.rules}
        for breach in (finding.breach for finding in found):
            if breach.rule == "ROB-3" and breach.rule not in judged_too:
                self.advice.append(f"like requests got unlike verdicts, {breach.got}; judge {breach.rule} too")

    def _stands_in(self, case: Case, first: Preflight) -> bool:
        """Whether the preflight already sent this very notification, which would be an exact repeat."""
        bare = case.rule == "OK-5" and case.may_repeat
        return bare and any(sent.may_repeat for sent, _ in first.exchanges)

    def _add(self, rule: str, findings: list[Finding]) -> None:
        self.tried[rule] = self.tried.get(rule, 0) + 1
        self.findings.extend(findings)

    def _count(self, engine: Engine, first: Preflight) -> None:
        """Count what was tried, and the answers off which a rule can be read: without any, nothing is claimed."""
        self.results.extend(engine.results)
        for rule in (*(case.rule for case, _ in first.exchanges), *(result.case.rule for result in engine.results)):
            self.tried[rule] = self.tried.get(rule, 0) + 1
        for rule, count in observed(engine.results).items():
            self.tried[rule] = self.tried.get(rule, 0) + count
