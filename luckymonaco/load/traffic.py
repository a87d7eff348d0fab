"""The requests of a load run: valid notifications, and a share of faulty ones that are the suite's own cases."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from contract_tests.case import Case, collect
from contract_tests.exchange import Request
from contract_tests.notification import Maker
from luckymonaco.load.settings import LoadSettings
from luckymonaco.sending.compose import Composer, composer
from spec import Contract

_FAULTS = ("body", "credential")  # those whose refusal depends on no setting


@dataclass(frozen=True, slots=True)
class Traffic:
    """Makes one request after the other."""

    composing: Composer
    faulty: Mapping[str, tuple[Case, ...]]  # rule -> its cases
    share: float
    repeats: bool  # whether valid notifications may equal one another

    @property
    def maker(self) -> Maker:
        """What makes the requests of the operation."""
        return self.composing.maker

    def next(self, choose: random.Random) -> tuple[Case, Request, str]:
        """A case, its request, and the name under which it is counted."""
        path = self.composing.operation.path
        if self.faulty and choose.random() < self.share:
            case = choose.choice(self.faulty[choose.choice(list(self.faulty))])
            return case, case.build(), f"{path} faulty {case.rule}"
        notification = self.composing.compose()
        return replace(notification.case, may_repeat=self.repeats), notification.request, f"{path} valid"


def traffic(contract: Contract, settings: LoadSettings) -> Traffic:
    """The traffic of a run. Each notification is of another session, unless the user says whose they are."""
    composing = composer(contract, settings)
    if not settings.vary and not settings.known_session:
        own = tuple(f.name for f in composing.operation.fields if f.session_id and f.name not in composing.values)
        composing = replace(composing, vary=own)
    maker = replace(composing.maker, known=dict(composing.values))
    faulty: dict[str, tuple[Case, ...]] = {}
    for case in collect(maker, frozenset(contract.rules)) if settings.faults else ():
        if case.expect == "refusal" and case.fault in _FAULTS:
            faulty[case.rule] = (*faulty.get(case.rule, ()), case)
    return Traffic(composing, faulty, settings.faults, repeats=not composing.vary)
