"""Each conforming operator keeps the envelopes, and differs from the plain one somewhere."""

import codecs
import gzip
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.gallery import Entry, Operator
from mockserver.gallery.exchange import Reply
from spec import strict_json
from spec.schema import value_at
from tests.document import CONTRACT
from tests.gallery.battery import requests
from tests.gallery.case import PARTNERS, Case, send
from tests.gallery.conftest import ENTRIES

Make = Callable[[Entry, str], Operator]

# Who puts off answers rightly when asked again, which these single requests do not do.
CONFORMING = {name: entry for name, entry in ENTRIES.items() if entry.kind == "conforming" and name != "puts-off"}
FAMILIES = {
    "body": {"body"},
    "credential": {"credential"},
    "hash": {"body", "credential"},
    "media": {"body", "credential"},
}


def is_success(reply: Reply) -> bool:
    """Whether this is the document's success."""
    envelope = CONTRACT.operations[0].envelope(200)
    return reply.status == 200 and envelope is not None and envelope.schema.is_valid(body_of(reply))


def is_refusal(reply: Reply, case: Case) -> bool:
    """Whether this is the document's failure, with a code of a family that may answer it."""
    envelope = CONTRACT.operations[0].envelope(reply.status)
    if not 400 <= reply.status < 500 or envelope is None or not envelope.schema.is_valid(body_of(reply)):
        return False
    code = str(value_at(body_of(reply), envelope.code_path or ()))
    kinds = FAMILIES.get(case.kind, {"body", "credential"})
    faults = [fault for fault in CONTRACT.faults.values() if fault.kind in kinds]
    return any(code.startswith(family) for fault in faults for family in fault.families)


def body_of(reply: Reply) -> Any:
    """The body as JSON."""
    headers = {name.lower(): value for name, value in reply.headers.items()}
    assert headers["content-type"].lower().startswith("application/json")
    data = gzip.decompress(reply.body) if headers.get("content-encoding") == "gzip" else reply.body
    return strict_json.loads(data.removeprefix(codecs.BOM_UTF8))


@pytest.mark.parametrize("partner", PARTNERS)
@pytest.mark.parametrize("entry", CONFORMING.values(), ids=CONFORMING)
def test_conforming_operator_keeps_the_envelopes(make: Make, entry: Entry, partner: str) -> None:
    """Whatever is sent, the answer is a success or a refusal as the contract has them, of the kind that is due."""
    operator = make(entry, partner)
    operator.prefix = ""

    for case in requests(partner):
        reply = send(operator, case)
        assert reply is not None, case.name
        if case.expect == "method":
            assert not 200 <= reply.status < 300, case.name
            assert reply.status < 500, case.name
        elif case.expect == "success" and not (partner == "signed" and entry.name.startswith("hash-")):
            assert is_success(reply), case.name
        elif case.expect == "refusal":
            assert is_refusal(reply, case), case.name
        else:
            assert is_success(reply) or is_refusal(reply, case), case.name
