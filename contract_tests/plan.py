"""What a run would do, before anything is sent: its rules, how many requests at the most, and how long at the worst."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from contract_tests.case import collect
from contract_tests.engine import AGAIN
from contract_tests.pace import USUAL
from contract_tests.progress import Progress
from contract_tests.run import GENERATED, GENERATED_RULES, LOOKED_UP, Run
from contract_tests.sequences import representatives
from contract_tests.settings import VerifySettings
from contract_tests.tally import decisive
from contract_tests.verdict import RuleVerdict
from spec import Contract, Operation
from spec.words import count

_FIRST = 13  # requests before the cases: plain notifications, the hash's codes
_TOGETHER = 2  # rounds over as many connections as are used at once, and one more: how many the target serves
_LOOKUPS = 2  # for each required field: whether any value of it is accepted
_REPEATED, _STEADY, _STEADY_ROUNDS = 3, 4, 5
_BURST, _ROUNDS, _CROSSED = 16, 4, 4  # requests of a burst; bursts, twice as many of them; where answers repeat ids
_ANY_URL = "http://127.0.0.1"


@dataclass(frozen=True, slots=True)
class Step:
    """Requests of one kind; `at_once` says how many of them may be under way together."""

    name: str
    requests: int
    at_once: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do. Times are in seconds."""

    rules: tuple[RuleVerdict, ...]
    decisive: frozenset[str]
    steps: tuple[Step, ...]
    worst: float
    url: str

    @property
    def requests(self) -> int:
        """Requests if every rule is kept."""
        return sum(step.requests for step in self.steps)


def plan(contract: Contract, settings: VerifySettings) -> Plan:
    """Count what would be sent; the URL may still be missing."""
    run = Run(contract, settings if settings.base_url else replace(settings, base_url=_ANY_URL), Progress())
    jobs = 1 if settings.max_response_time else max(settings.jobs, 0) or USUAL
    steps = tuple(
        replace(step, name=f"{step.name} to {operation}") if len(contract.operations) > 1 else step
        for operation in contract.operations
        for step in _steps(run, operation, jobs)
    )
    rules = []
    for rule in run.rules:
        reason = run.inapplicable(rule)
        rules.append(RuleVerdict(rule, "not-applicable" if reason else "not-judged", reason))
    timed = sum(-(-step.requests // step.at_once) for step in steps) * settings.timeout
    paced = sum(step.requests for step in steps) / settings.rate if settings.rate else 0.0
    return Plan(tuple(rules), decisive(run.rules, settings), steps, max(timed, paced), settings.base_url)


def _steps(run: Run, operation: Operation, jobs: int) -> Iterator[Step]:
    maker, wanted = run.maker(operation), run.wanted(operation)
    looked_up = _LOOKUPS * len(operation.required) if LOOKED_UP & wanted else 0
    together = _TOGETHER * ((run.settings.jobs or USUAL) + 1)
    yield Step("first notifications", _FIRST + together + looked_up, 1)
    cases = list(collect(maker, wanted))
    hostile = sum(case.rule == "ROB-1" for case in cases)
    if len(cases) > hostile:
        pairs = sum(case.after is not None for case in cases)  # of which the first is sent too
        yield Step("fixed cases", len(cases) - hostile + pairs, jobs)
    kinds = len(representatives(maker))
    if "OK-8" in wanted:
        yield Step("repeats", _REPEATED, 1)
    if "ROB-3" in wanted:
        yield Step("the same in turn", 2 * _STEADY_ROUNDS * (kinds - 1) + _STEADY, 1)
    if "ROB-2" in wanted:
        mixed = kinds + 2  # with those of other sessions; each is sent alone first
        bursts = 2 * max(_ROUNDS, mixed - 1) + _CROSSED
        yield Step("requests in parallel", mixed + 1 + bursts * _BURST, _BURST)
    if not run.settings.quick and wanted & GENERATED_RULES:
        count = GENERATED[run.settings.thorough]
        valid = count + max(count // 8, 1) if "OK-6" in wanted else 0
        yield Step("generated cases", valid + (count if wanted & GENERATED_RULES - {"OK-6"} else 0), jobs)
    if run.settings.thorough and "SIG-1" in wanted:
        yield Step("a hash that is a number", 1, 1)
    if hostile:
        yield Step("hostile bodies", hostile, jobs)


def plan_lines(made: Plan) -> Iterator[str]:
    """The plan for people."""
    yield f"A run against {made.url or 'URL'} would judge:"
    for item in made.rules:
        word = "decides" if item.rule.id in made.decisive else "reported only"
        word = f"not applicable: {item.reason}" if item.reason else word
        yield f"  {item.rule.id:<7} {item.rule.level:<6} {item.rule.text}  [{word}]"
    yield ""
    yield f"It would send at most {count(made.requests, 'request')}, if every rule is kept:"
    for step in made.steps:
        together = f", {step.at_once} at once" if step.at_once > 1 else ", one after the other"
        yield f"  {step.requests:>6}  {step.name}{together}"
    yield f"Where one is broken more are sent: a case that fails up to {AGAIN} times again, and what tells why it does."
    yield f"At the worst, if no answer ever came in time: {_duration(made.worst)}. Nothing was sent."


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
