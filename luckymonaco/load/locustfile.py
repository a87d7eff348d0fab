"""Run by Locust in a process of its own: users that send the traffic, and the judge of every answer.

`luckymonaco load` starts it. Gevent replaces the sockets of the whole process, which is why it is never imported.
"""

import json
import os
import random
import signal
import ssl
import time
from collections.abc import Callable
from typing import Any

import gevent
from locust import FastHttpUser, events, task
from locust.env import Environment
from locust.exception import StopUser
from locust.runners import STATE_RUNNING, STATE_SPAWNING, LocalRunner, MasterRunner, WorkerRunner

from contract_tests.breach import too_slow
from contract_tests.exchange import Exchange
from contract_tests.judge import Learnt, judge
from contract_tests.preflight import learn_hash_refusals
from contract_tests.probe import Probe
from luckymonaco.load.launch import PLAN, RESULT, fingerprint, read_plan
from luckymonaco.load.measuring import measure
from luckymonaco.load.received import answer_of, failure_text
from luckymonaco.load.summary import exit_code, summary_data, summary_text
from luckymonaco.load.tally import Tally
from luckymonaco.load.thresholds import parse
from luckymonaco.load.traffic import traffic
from luckymonaco.load.watch import Watch

SETTINGS = read_plan(os.environ[PLAN])
CONTRACT = SETTINGS.contract()
TRAFFIC = traffic(CONTRACT, SETTINGS)
LEARNT = Learnt(CONTRACT, secret=bool(TRAFFIC.maker.partner.secret))
LIMITS = parse(SETTINGS.fail_if)
TALLY = Tally()
OPEN = frozenset(rule.id for rule in CONTRACT.rules.values() if rule.level != "MUST" and not SETTINGS.strict)
WATCH = Watch()
INTERRUPTED: list[bool] = []


def _certificates() -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(SETTINGS.ca_file) if SETTINGS.ca_file else None)
    if SETTINGS.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class Provider(FastHttpUser):
    """Sends one request after the other, at its pace."""

    host = TRAFFIC.maker.target.origin
    network_timeout = SETTINGS.timeout
    connection_timeout = SETTINGS.timeout
    insecure = SETTINGS.insecure
    ssl_context_factory = staticmethod(_certificates)
    choose = random.Random()

    def on_start(self) -> None:
        """Users that begin together would send together for ever."""
        delay = self.choose.random() * min(SETTINGS.pace, SETTINGS.seconds)
        self.due = time.perf_counter() + delay
        gevent.sleep(delay)

    def wait_time(self) -> float:
        """Until the user's own next time, however long the last answer took; what was missed is not caught up with."""
        now = time.perf_counter()
        self.due = max(self.due + SETTINGS.pace, now)
        return self.due - now

    @task
    def notify(self) -> None:
        """Send, judge, count."""
        if not WATCH.is_on:
            # Locust ends a run by killing its users, now and then within a request that nobody counts any more.
            raise StopUser
        case, request, name = TRAFFIC.next(self.choose)
        TALLY.counts["sent"] += 1
        headers = {"Accept": TRAFFIC.composing.operation.media_type, **dict(request.headers)}
        with self.client.request(
            request.method,
            request.target,
            name=name,
            data=request.body,  # type: ignore[arg-type]  # bytes are what it sends in the end
            headers=headers,
            catch_response=True,
            allow_redirects=False,
        ) as response:
            answer = answer_of(response)
            found = list(judge(case, Exchange(request, answer), LEARNT))
            late = too_slow(answer, SETTINGS.max_response_time)
            breaches = [breach for breach in (*found, late) if breach is not None and not breach.note]
            deciding = [breach for breach in breaches if breach.rule not in OPEN]
            TALLY.count(answer, deciding, [breach for breach in breaches if breach.rule in OPEN])
            if deciding:
                response.failure(failure_text(answer, deciding))
            else:
                response.success()


def _begin(environment: Environment, **_: Any) -> None:
    WATCH.begin(SETTINGS.seconds)
    TALLY.plans.add(fingerprint(SETTINGS))
    Provider.choose.seed(f"{SETTINGS.seed} {getattr(environment.runner, 'worker_index', 0)}")  # no two workers alike
    if isinstance(environment.runner, MasterRunner):
        return
    WATCH.spawn()
    if LEARNT.secret:
        with Probe(TRAFFIC.maker.target, SETTINGS, jobs=1) as probe:
            learn_hash_refusals(TRAFFIC.maker, probe, LEARNT)  # so a faulty body may be refused, too


def _let_workers_finish(environment: Environment, **_: Any) -> None:
    """Locust's master leaves half a second for the last report; whoever waits for a slow answer needs longer."""
    runner = environment.runner
    if isinstance(runner, MasterRunner) and not INTERRUPTED:
        with gevent.Timeout(SETTINGS.timeout + 3, False):
            while runner.user_count:
                gevent.sleep(0.1)


def _report(client_id: str, data: dict[str, Any]) -> None:
    finished = [client_id] if WATCH.start and not WATCH.is_on else []
    data["luckymonaco"] = {**TALLY.take(), "generators": {client_id: _generator()}, "finished": finished}


def _generator() -> dict[str, float]:
    return {"busy": WATCH.busy, "cpu": WATCH.cpu, "lag": WATCH.lag}


def _gather(client_id: str, data: dict[str, Any]) -> None:
    del client_id
    TALLY.merge(data["luckymonaco"])


def _decide(environment: Environment, **_: Any) -> None:
    if isinstance(environment.runner, WorkerRunner):
        environment.process_exit_code = 0  # the verdict is the master's
        return
    assert environment.runner is not None
    if environment.runner.state in (STATE_SPAWNING, STATE_RUNNING):
        INTERRUPTED.append(True)
    environment.runner.quit()
    measured, trouble = _result(environment)
    environment.process_exit_code = exit_code(measured, LIMITS, trouble)


def _show(exit_code: int | None, **_: Any) -> None:
    environment = _ENVIRONMENT[0]
    if isinstance(environment.runner, WorkerRunner):
        data: dict[str, Any] = {"exit_code": exit_code}
    else:
        measured, trouble = _result(environment)
        data = summary_data(measured, LIMITS, trouble)
        print("\n".join(summary_text(measured, LIMITS, trouble, CONTRACT)), flush=True)
    with open(os.environ[RESULT], "w", encoding="utf-8") as file:
        json.dump(data, file)


_ENVIRONMENT: list[Environment] = []


def _remember(environment: Environment, **_: Any) -> None:
    _ENVIRONMENT.append(environment)
    # Python would raise KeyboardInterrupt in whichever user is at work, and gevent print where that was.
    gevent.signal_handler(signal.SIGINT, os.kill, os.getpid(), signal.SIGTERM)
    # Gevent's clock stood still while all this was imported, and Locust is about to set its timer by it.
    gevent.get_hub().loop.update_now()


def _result(environment: Environment) -> Any:
    if isinstance(environment.runner, LocalRunner):
        TALLY.generators["this process"] = _generator()
    passed = time.perf_counter() - WATCH.start if WATCH.start else 0.0
    seconds = min(passed, float(SETTINGS.seconds))
    return measure(environment, TALLY, SETTINGS, seconds, interrupted=bool(INTERRUPTED))


_LISTENERS: list[tuple[Any, Callable[..., None]]] = [
    (events.init, _remember),
    (events.test_start, _begin),
    (events.test_stopping, _let_workers_finish),
    (events.report_to_master, _report),
    (events.worker_report, _gather),
    (events.quitting, _decide),
    (events.quit, _show),
]
for hook, listener in _LISTENERS:
    hook.add_listener(listener)
