"""The typed view of the document: the kit's own, and editions of it."""

import pytest

from contract_tests.settings import VerifySettings
from spec import DocumentError, Partner, attach, compute_hash, sign
from spec.contract import build
from spec.document import DEFAULT_PATH, Source
from spec.schema import VIOLATION_FAULTS
from tests import editions
from tests.document import CONTRACT, OPERATION
from tests.editions import edit, source

READINGS = [f"D{number:02}" for number in range(1, 23)]
RULES = {"OK": 8, "ERR": 7, "VAL": 6, "AUTH": 3, "SIG": 2, "HTTP": 2, "ROB": 3, "TIME": 1}


class TestTheKitsDocument:
    """What must be in it, by number and level."""

    def test_it_has_all_readings(self) -> None:
        """D01 to D22, without a gap."""
        assert list(CONTRACT.readings) == READINGS

    def test_it_has_all_rules(self) -> None:
        """Each family has its rules, numbered from one."""
        wanted = [f"{family}-{number}" for family, last in RULES.items() for number in range(1, last + 1)]

        assert list(CONTRACT.rules) == wanted

    def test_should_rules_are_few(self) -> None:
        """These decide under --strict only; all others are MUST."""
        should = {id for id, rule in CONTRACT.rules.items() if rule.level == "SHOULD"}

        assert should == {"OK-7", "OK-8", "VAL-6", "AUTH-3", "HTTP-2"}

    def test_the_worked_example_computes(self) -> None:
        """The hash of the worked example is the one that it states."""
        entry = OPERATION.request_hash
        assert entry is not None
        worked = entry.worked_example

        body = OPERATION.examples[worked["body"]]
        assert compute_hash(OPERATION, Partner({}, worked["secret"]), body) == worked["hash"]

    def test_only_the_page_is_documented(self) -> None:
        """Of the answers, the success and the page's own code are documented; the rest is ours."""
        documented = [answer.code for answer in CONTRACT.answers if answer.standing == "documented"]

        assert documented == ["", "G.01"]

    @pytest.mark.parametrize("fault", CONTRACT.faults)
    def test_each_fault_has_one_answer(self, fault: str) -> None:
        """The answer to a fault is of a family that fits it, and never a success."""
        answer = CONTRACT.answer_for(fault, OPERATION)

        assert not answer.is_success
        assert answer.code.partition(".")[0] in CONTRACT.faults[fault].families

    def test_an_unknown_fault_is_an_error(self) -> None:
        """What the document does not answer is said."""
        with pytest.raises(DocumentError, match="x-fault"):
            CONTRACT.answer_for("weather", OPERATION)

    def test_the_mock_names_declared_faults_only(self) -> None:
        """Every name of a fault that stands in the mock's checks, or is a violation's, is one of the document's."""
        text = (DEFAULT_PATH.parents[1] / "mockserver" / "faults.py").read_text()

        assert set(VIOLATION_FAULTS.values()) <= set(CONTRACT.faults)
        assert [
            name for name in ("malformed-json", "not-an-object", "media-type", "wrong-hash") if name not in text
        ] == []

    def test_envelopes_cover_every_status(self) -> None:
        """A status that is not listed falls under its range, and 3XX under nothing."""
        assert OPERATION.envelope(200).status == "200"
        assert OPERATION.envelope(418).status == "4XX"
        assert OPERATION.envelope(599).status == "5XX"
        assert OPERATION.envelope(302) is None

    def test_what_a_rule_waits_for_is_a_setting(self) -> None:
        """`when` names an option of the suite, `credential` a role of the document."""
        flags = {option.flag for option in VerifySettings.options()}
        roles = {credential.role for credential in OPERATION.credentials}

        assert {f"--{rule.when}" for rule in CONTRACT.rules.values() if rule.when} <= flags
        assert {rule.credential for rule in CONTRACT.rules.values() if rule.credential} <= roles


class TestCredentials:
    """How they travel."""

    def test_they_stand_in_the_query(self) -> None:
        """Both are percent-encoded query parameters."""
        query, headers = attach(OPERATION, Partner({"partner-id": "a b", "partner-token": "c&d"}))

        assert (query, headers) == ("MEMB_ID=a%20b&HASH=c%26d", {})

    def test_one_can_be_left_out_or_changed(self) -> None:
        """By role; None leaves it out."""
        query, _ = attach(OPERATION, Partner({}), {"partner-id": None, "partner-token": ""})

        assert query == "HASH="

    def test_headers_and_cookies(self) -> None:
        """A document may carry them in headers or cookies instead."""
        text = edit(
            ("in: query\n      name: MEMB_ID", "in: header\n      name: X-Id"),
            ("in: query\n      name: HASH", "in: cookie\n      name: key"),
        )
        operation = build(source(text)).operations[0]

        assert attach(operation, Partner({"partner-id": "1", "partner-token": "2"})) == (
            "",
            {"X-Id": "1", "Cookie": "key=2"},
        )

    def test_a_partner_has_no_secret_in_its_repr(self) -> None:
        """A repr may end in a log."""
        assert "hidden" not in repr(Partner({"partner-token": "hidden-1"}, "hidden-2"))

    def test_without_a_secret_a_hash_is_new_each_time(self) -> None:
        """Two notifications of one content still differ, and have the right look."""
        first, second = (sign(OPERATION, Partner({}), OPERATION.example) for _ in range(2))
        field = OPERATION.request_hash.field

        assert first[field] != second[field]
        assert len(first[field]) == 32


class TestEditions:
    """Documents that the kit has not been written for."""

    def test_a_new_answer_is_there(self) -> None:
        """(a) One more named example is one more canned answer."""
        contract = build(source(editions.new_error_answer()))

        answer = next(answer for answer in contract.answers if answer.name == "closed-session")
        assert (answer.status, answer.code) == (404, "G.15")

    def test_a_later_revision_is_read(self) -> None:
        """(b) Another path, other fields, no request hash, no credentials."""
        operation = build(source(editions.later_revision())).operations[0]

        assert str(operation) == "POST /V4/SessionExpired"
        assert {field.name for field in operation.required} == {"providerId", "sessionId", "externalPlayerId", "uuid"}
        assert operation.request_hash is None
        assert operation.credentials == ()
        assert attach(operation, Partner({})) == ("", {})
        assert sign(operation, Partner({}), {"a": 1}) == {"a": 1}

    def test_a_second_operation_is_read(self) -> None:
        """(c) Two operations, each with its own fields and the shared answers."""
        first, second = build(source(editions.second_operation())).operations

        assert {first.id, second.id} == {"sessionExpired", "sessionPaused"}
        paused = second if second.id == "sessionPaused" else first
        assert [field.name for field in paused.fields] == ["roomId", "seats"]
        assert dict(paused.example) == {"roomId": "room-7", "seats": 3}
        assert paused.success.status == 200

    @pytest.mark.parametrize(
        ("change", "line", "said"),
        [
            (("#/components/responses/TooLarge", "#/components/responses/None"), "TooLarge", "leads nowhere"),
            (
                ('              $ref: "#/components/schemas/SessionExpired"', "              type: thing"),
                None,
                "not valid OpenAPI",
            ),
            (
                (
                    "      type: apiKey\n      in: query\n      name: MEMB_ID",
                    "      type: http\n      scheme: basic\n      x-name: MEMB_ID",
                ),
                None,
                "apiKey",
            ),
            (("default-scheme: sorted-md5", "default-scheme: none"), None, "unknown scheme"),
            (("    readings: [D13]", "    readings: [D99]"), None, "unknown reading"),
            (("  OK-1:\n    level: MUST", "  OK-1:\n    level: MAY"), None, "no level"),
            (("paths:\n", "paths: {}\nx-paths:\n"), None, "no operation"),
        ],
        ids=["reference", "schema", "security", "scheme", "reading", "level", "paths"],
    )
    def test_what_cannot_be_read_is_said_in_one_line(self, change, line, said: str) -> None:
        """The message names the file, what is wrong, and mostly the line."""
        with pytest.raises(DocumentError) as caught:
            build(source(edit(change)))

        assert said in str(caught.value)
        assert "\n" not in str(caught.value)
        assert "edited.yaml" in str(caught.value)

    def test_the_line_of_a_syntax_error_is_named(self) -> None:
        """Line and column, counted from one."""
        with pytest.raises(DocumentError, match=r"edited\.yaml, line 3, column \d+"):
            build(Source(source("").path, "openapi: 3.0.3\ninfo:\n  a: b: c\n"))
