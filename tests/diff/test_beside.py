"""What the kit itself does not send is compared too."""

import pytest

from luckymonaco.diff import compare
from tests.diff.edited import OLD, edited

# what is edited -> is it breaking, and what is said of it
BESIDE: dict[str, tuple[bool, str, tuple[tuple[str, str], ...]]] = {
    "a required parameter": (
        True,
        "The parameter X-Id in the header is new and required.",
        (
            (
                "      security:\n        - partnerId",
                "      parameters: [{name: X-Id, in: header, required: true, schema: {type: string}}]\n"
                "      security:\n        - partnerId",
            ),
        ),
    ),
    "another media type": (
        True,
        "The body may also be sent as application/xml.",
        (("      responses:\n", "          application/xml: {schema: {type: object}}\n      responses:\n"),),
    ),
    "other credentials": (
        True,
        "The credentials may also be MEMB_ID in the query.",
        (("          partnerToken: []\n", "          partnerToken: []\n        - partnerId: []\n"),),
    ),
    "another success": (
        False,
        "Answers with 202 are foreseen now.",
        (
            (
                '        "200":\n          $ref: "#/components/responses/Success"\n',
                '        "200":\n          $ref: "#/components/responses/Success"\n'
                '        "202":\n          $ref: "#/components/responses/Success"\n',
            ),
        ),
    ),
    "a closed answer": (
        True,
        "In answers, the body: additionalProperties is false",
        (
            (
                "      description: The answer to a notification that was accepted.\n",
                "      description: The answer.\n      additionalProperties: false\n",
            ),
        ),
    ),
    "a rule's words": (
        False,
        "The rule is worded anew",
        (("are each answered as they would", "are answered as they would"),),
    ),
    "magic": (False, "have changed", (("  prefix: mock-", "  prefix: test-"),)),
}


@pytest.mark.parametrize(("breaks", "said", "changes"), BESIDE.values(), ids=BESIDE)
def test_what_stands_beside_is_compared_too(breaks: bool, said: str, changes: tuple[tuple[str, str], ...]) -> None:
    """Parameters, other media types and credentials, closed answers, words of rules, the mock's own keys."""
    found = compare(OLD, edited(*changes))

    assert said in found[0].text, found
    assert {change.breaking for change in found} == {breaks}
