"""--fail-if: limits on what was measured."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from luckymonaco.load.measured import Measured
from spec.errors import SettingError

_LIMIT = re.compile(r"\s*(p\d{1,2}(?:\.\d+)?|max|mean|errors|rate)\s*(>=|<=|>|<)\s*(\d+(?:\.\d+)?)\s*(ms|s|%|/s)?\s*")
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
_UNITS = {"errors": ("%",), "rate": ("/s", None)}  # of everything else: a time


@dataclass(frozen=True, slots=True)
class Threshold:
    """One limit; times are in milliseconds, errors in per cent."""

    text: str
    metric: str
    sign: str
    value: float

    def value_of(self, measured: Measured) -> float:
        """What was measured of its metric."""
        if self.metric == "errors":
            return measured.error_share * 100
        if self.metric == "rate":
            return measured.rate
        if self.metric.startswith("p"):
            return measured.percentiles.get(self.metric, 0.0)
        return measured.slowest if self.metric == "max" else measured.mean

    def is_crossed(self, measured: Measured) -> bool:
        """Whether the run fails by it."""
        return _COMPARE[self.sign](self.value_of(measured), self.value)


def parse(texts: tuple[str, ...]) -> tuple[Threshold, ...]:
    """The limits; SettingError for one that cannot be read."""
    return tuple(_parse(text) for text in texts)


def _parse(text: str) -> Threshold:
    found = _LIMIT.fullmatch(text)
    if found:
        metric, sign, number, unit = found.groups()
        if unit in _UNITS.get(metric, ("ms", "s")):
            return Threshold(text, metric, sign, float(number) * (1000 if unit == "s" else 1))
    raise SettingError("not a limit", where="--fail-if", expected="p99>500ms, max>2s, errors>1% or rate<190", got=text)
