"""The report on screen: order, one failure a cause, width, colour, and nothing that a terminal would act on."""

import io
import re

import pytest

from contract_tests.reports.harmless import harmless
from contract_tests.reports.report import Report
from contract_tests.reports.screen import Screen
from contract_tests.reports.text import text_report
from mockserver.gallery.base import Operator
from mockserver.gallery.exchange import Call, Refused
from spec import Partner
from tests.own_operator import serving
from tests.reports.conftest import OWN, PARTNER, judge, judged
from tests.reports.operators import Lenient, Pages


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


class Firewall(Operator):
    """Refuses ids with a quote in them."""

    def act(self, call: Call) -> None:
        """What stands in front of the application looks at values only."""
        if any("'" in call.data[field.name] for field in call.operation.required):
            raise Refused("invalid-value")


class LenientPages(Pages, Lenient):
    """Wrong in many ways, the shape of its refusals among them."""


def test_what_matters_most_comes_first() -> None:
    """The shape of refusals before all that is said in them, deciding rules before those that are only reported."""
    failures = judged(LenientPages).failures

    assert [failure.word for failure in failures] == sorted(failure.word for failure in failures)
    assert len(failures) > 5
    assert failures[0].item.rule.id == "ERR-2"


def test_documented_rules_come_before_assumed_ones(broken: Report) -> None:
    """Among rules of one rank."""
    plain = [f.item.rule for f in broken.failures if f.decides and f.item.rule.family not in ("OK", "ERR")]

    assert [rule.standing for rule in plain] == sorted((rule.standing for rule in plain), reverse=True)


def test_one_cause_is_one_failure(pages: Report) -> None:
    """A page for every refusal is reported once, with the number of cases behind it."""
    text = text_report(pages)

    assert text.count("FAIL") == 1
    assert text.count("curl -sS") == 1
    assert re.search(r"case      \S+ \(and \d{2,} more like it\)", text)


def test_fields_that_are_treated_alike_are_one_cause(broken: Report) -> None:
    """Whatever is accepted in every field is shown once; what is not accepted in one is shown apart from it."""
    causes = {failure.item.rule.id: failure.causes for failure in broken.failures}

    assert len(causes["VAL-2"]) == 1
    assert causes["VAL-2"][0].evidence.like > 20
    assert len(causes["AUTH-2"]) <= 2


def test_a_failure_has_what_a_stranger_needs(pages: Report) -> None:
    """The sentence, the reading, what was sent, expected and got, curl, fix, and the command that judges it again."""
    lines = text_report(pages).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("FAIL"))

    labels = [line.split()[0] for line in lines[start + 1 : lines.index("", start)]]

    assert re.fullmatch(r"FAIL  ERR-2 MUST  .+\.  D08 D12 \(documented\)", lines[start])
    assert labels == ["case", "sent", "expected", "got", "curl", "fix", "again"]


def test_no_hash_is_blamed_where_none_was_computed() -> None:
    """Ids that are refused for their characters are a matter of how they are signed only where they were signed."""
    with serving(Firewall, Partner(PARTNER.values)) as url:
        unsigned = text_report(judge(url, **{**OWN, "secret": ""}))
    signed = text_report(judged(Firewall))

    assert "meaning   taken for an unknown session" in unsigned
    assert "hash variant" not in unsigned
    assert "meaning   a hash variant" in signed


def test_lines_keep_to_the_width(broken: Report) -> None:
    """All but the lines that are to be pasted."""
    text = text_report(broken, Screen(width=72))

    long = [line for line in text.splitlines() if len(line) > 72]
    assert all(line.split()[0] in ("curl", "again") for line in long)


@pytest.mark.parametrize(
    ("name", "value", "colour"), [("X", "", True), ("NO_COLOR", "1", False), ("TERM", "dumb", False)]
)
def test_colour_only_where_it_is_wanted(name: str, value: str, colour: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal, unless NO_COLOR is set or the terminal is dumb."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(name, value)

    assert Screen.of(Terminal()).colour is colour
    assert Screen.of(io.StringIO()) == Screen()


def test_colour_changes_no_text(broken: Report) -> None:
    """Without its escapes the painted report is the plain one."""
    painted = text_report(broken, Screen(width=100, colour=True))

    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == text_report(broken, Screen(width=100))


def test_nothing_reaches_the_terminal_that_it_would_act_on(hostile: Report) -> None:
    """Escapes, controls and marks of direction that an implementation sent are spelt out."""
    text = text_report(hostile)

    assert "\\x1b[31;1mRED" in text
    assert not [char for char in text if ord(char) < 32 and char != "\n"]
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x7f-\x9f]", text)
    assert harmless("a\tb\u202ec\x9b") == "a\\tb\\u202ec\\x9b"


def test_the_variables_to_set_are_named(pages: Report) -> None:
    """A line that takes a secret from a variable works only once that is set."""
    assert "set LUCKYMONACO_PARTNER_TOKEN and LUCKYMONACO_SECRET" in text_report(pages)


def test_only_documented_rules_decide_when_that_is_asked_for() -> None:
    """The others are reported only."""
    report = judged(Lenient, only_documented=True)

    assert {failure.item.rule.standing for failure in report.failures if failure.decides} == {"documented"}
    assert "assumed" in {failure.item.rule.standing for failure in report.failures if failure.word == "WARN"}


def test_a_kept_run_is_short(kept: Report) -> None:
    """Families and a summary, no failures."""
    lines = text_report(kept).splitlines()

    assert len(lines) < 20
    assert any(line.startswith("KEPT  http://127.0.0.1:") for line in lines)
    assert any(re.search(r"covered +\d+ of \d+ rules, \d+ of \d+ fields", line) for line in lines)
