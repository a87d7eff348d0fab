"""What is sent: cases for every rule, the same in every run, and what is generated."""

import spec
from contract_tests.case import collect, registered
from contract_tests.generated import generated_cases
from contract_tests.generating import generate
from contract_tests.notification import Maker
from contract_tests.observed import judged_rules
from contract_tests.target import parse_url
from spec.schema import to_json_schema
from tests import editions
from tests.document import CONTRACT
from tests.suite.running import VALUES


def test_every_rule_of_the_document_can_be_decided() -> None:
    """The suite has cases, or an eye, for each rule; and it knows of no other."""
    assert judged_rules() == set(CONTRACT.rules)
    assert registered() <= set(CONTRACT.rules)


def test_cases_are_the_same_in_every_run() -> None:
    """Order and names of the fixed cases depend on nothing but the document and the settings."""
    maker = Maker(CONTRACT, CONTRACT.operations[0], spec.Partner(VALUES, "secret"), parse_url("http://127.0.0.1:9"))
    first, second = ([case.id for case in collect(maker, frozenset(CONTRACT.rules))] for _ in range(2))

    assert first == second
    assert len(set(first)) == len(first)
    assert len(first) > 200


def test_same_seed_generates_the_same_notifications() -> None:
    """And another seed generates others."""
    schema = to_json_schema(CONTRACT.operations[0].schema.node)

    assert generate(schema, 1, 20) == generate(schema, 1, 20)
    assert generate(schema, 1, 20) != generate(schema, 2, 20)


def test_generated_cases_are_what_they_claim() -> None:
    """Our own validator has the last word on each generated body before anyone is blamed for it."""
    operation = CONTRACT.operations[0]
    maker = Maker(CONTRACT, operation, spec.Partner(VALUES), parse_url("http://127.0.0.1:9"))
    good = dict(operation.example)

    cases = list(generated_cases(maker, [good, {}], [good, {}, [], None, {**good, operation.required[0].name: 1}]))

    assert [(case.rule, case.expect) for case in cases] == [
        ("OK-6", "success-or-refusal"),
        ("VAL-1", "refusal"),
        ("VAL-4", "refusal"),
        ("VAL-4", "refusal"),
        ("VAL-2", "refusal"),
    ]
    assert [case.build().body for case in cases[2:4]] == [b"[]", b"null"]


def test_no_two_notifications_are_alike() -> None:
    """An implementation may refuse an exact repeat: no rule but OK-8 may rest on one."""
    for secret in ("", "secret"):
        maker = Maker(CONTRACT, CONTRACT.operations[0], spec.Partner(VALUES, secret), parse_url("http://127.0.0.1:9"))
        bodies = [maker.request().body for _ in range(50)]

        assert len(set(bodies)) == len(bodies)


def test_wrong_methods_are_those_of_the_document() -> None:
    """Which methods are tried is said by the rule: an edit of it is enough."""
    text = editions.edit(("    methods: [GET, PUT, PATCH, DELETE]\n", "    methods: [GET, TRACE]\n"))
    contract = spec.build(editions.source(text), check=False)
    maker = Maker(contract, contract.operations[0], spec.Partner(VALUES), parse_url("http://127.0.0.1:9"))

    assert {case.build().method for case in collect(maker, frozenset({"HTTP-1"}))} == {"GET", "TRACE"}
