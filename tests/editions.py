"""Editions of the document made by editing its text, as a maintainer would: the raw material of several tests."""

import re
from pathlib import Path

import yaml

from spec.document import DEFAULT_PATH, Source

TEXT = DEFAULT_PATH.read_text(encoding="utf-8")


def edit(*changes: tuple[str, str], text: str = TEXT) -> str:
    """The document with each old text replaced by the new one, once; an old text that is not there is an error."""
    for old, new in changes:
        assert old in text, f"not in the document: {old}"
        text = text.replace(old, new, 1)
    return text


def source(text: str) -> Source:
    """The text as if it had been read from a file."""
    return Source(Path("edited.yaml"), text)


def new_error_answer() -> str:
    """(a) One more named error answer, and nothing else."""
    return edit(
        (
            "            unknown-session:\n",
            "            closed-session:\n"
            "              summary: The session was closed before\n"
            "              x-reading: [D10, D19]\n"
            "              x-standing: assumed\n"
            "              value: {error: {code: G.15, message: SESSION CLOSED}}\n"
            "            unknown-session:\n",
        )
    )


def later_revision() -> str:
    """(b) Another spelling of the path, a renamed and a new field, no request hash, no credentials."""
    text = edit(
        ("/V4/sessionexpired:", "/V4/SessionExpired:"),
        ("the path /V4/sessionexpired is", "the path /V4/SessionExpired is"),
        (
            "      security:\n        - partnerId: []\n          partnerToken: []\n",
            "      security: []\n",
        ),
        (
            "required: [providerId, sessionId, playerId, hash]",
            "required: [providerId, sessionId, externalPlayerId, uuid]",
        ),
        (
            "        playerId:\n          type: string\n",
            "        uuid:\n          type: string\n          minLength: 1\n          description: Its id.\n"
            "          example: 3f2b8c1e-5d47-4a9b-8e6f-0c1d2e3f4a5b\n          x-fresh: true\n"
            "        externalPlayerId:\n          type: string\n",
        ),
    )
    text = text.replace(
        '                  playerId: "123456"\n',
        '                  externalPlayerId: "123456"\n                  uuid: 3f2b8c1e-5d47-4a9b-8e6f-0c1d2e3f4a5b\n',
    )
    text = text.replace("                  hash: c46d5b113e81d306831a06765e12067f\n", "")
    text = re.sub(r"        hash:\n(?:          .*\n)+?(?=        token:)", "", text)
    return re.sub(r"  securitySchemes:\n(?:    .*\n)+", "", text)


def second_operation() -> str:
    """(c) A second operation beside the first, with fields and examples of its own."""
    schema = (
        "    SessionPaused:\n      type: object\n      description: What the provider sends when a session rests.\n"
        "      required: [roomId, seats]\n      properties:\n"
        "        roomId: {type: string, minLength: 1, description: The room., example: room-7}\n"
        "        seats: {type: integer, minimum: 1, description: How many seats are free., example: 3}\n"
    )
    raw = yaml.safe_load(TEXT)
    first = raw["paths"]["/V4/sessionexpired"]["post"]
    responses = "".join(
        f'        "{status}":\n          $ref: "{item["$ref"]}"\n' for status, item in first["responses"].items()
    )
    operation = (
        "  /V4/sessionpaused:\n    post:\n      operationId: sessionPaused\n      tags: [session]\n"
        "      summary: A player's game session rests\n      description: Sent by the provider (D01).\n"
        "      security:\n        - partnerId: []\n          partnerToken: []\n"
        "      requestBody:\n        required: true\n        content:\n          application/json:\n"
        '            schema:\n              $ref: "#/components/schemas/SessionPaused"\n'
        "            examples:\n              plain:\n                value: {roomId: room-7, seats: 3}\n"
        f"      responses:\n{responses}"
    )
    return edit(
        ("components:\n", f"{operation}components:\n"),
        ("    Success:\n      type: object\n", f"{schema}    Success:\n      type: object\n"),
    )


def many_types() -> str:
    """(d) Credentials in header and cookie, no request hash, and fields of every type, with limits of every kind."""
    fields = """\
        playerId:
          type: string
          minLength: 2
          maxLength: 12
          pattern: '^[A-Za-z0-9_/-]+$'
          description: The player's id.
          example: pl-1/a
          x-session-id: true
        currency: {type: string, enum: [EUR, USD, "X'Y"], description: The wallet's currency., example: EUR}
        amount:
          type: number
          minimum: 0
          exclusiveMinimum: true
          maximum: 100000
          description: The stake.
          example: 12.5
        seats: {type: integer, minimum: 1, maximum: 9, description: How many seats., example: 3}
        vip: {type: boolean, description: Whether the player is a guest of honour., example: false}
        note: {type: string, nullable: true, description: "A word, or null.", example: "It's `late` 🎰"}
        uuid: {type: string, format: uuid, description: Its id., example: 3f2b8c1e-5d47-4a9b-8e6f-0c1d2e3f4a5b}
        at: {type: string, format: date-time, description: When., example: "2026-01-31T12:00:00Z"}
        games: {type: array, minItems: 1, maxItems: 3, items: {}, description: The games., example: [poker]}
        device: {type: object, description: The device., example: {os: linux}}
        anything: {description: Any JSON value., example: x}
"""
    first, second = TEXT.index("        providerId:\n"), TEXT.index("    Success:\n      type: object")
    text = TEXT[:first] + fields + TEXT[second:]
    start, end = text.index("            examples:\n              page:"), text.index("      responses:\n")
    example = (
        '            example: {playerId: pl-1/a, currency: "X\'Y", amount: 12.5, seats: 3, vip: false,'
        ' note: "It\'s `late` 🎰", uuid: 3f2b8c1e-5d47-4a9b-8e6f-0c1d2e3f4a5b,'
        " games: [poker, {name: dice}], device: {os: linux}}\n"
    )
    text = text[:start] + example + text[end:]
    return edit(
        (
            "required: [providerId, sessionId, playerId, hash]",
            "required: [playerId, currency, amount, seats, vip, note, uuid, games, device]",
        ),
        ("      in: query\n      name: MEMB_ID", "      in: header\n      name: X-Member-Id"),
        ("      in: query\n      name: HASH", "      in: cookie\n      name: token"),
        ("message: MISSING FIELD", 'message: "A field isn\'t there: `it` costs $5"'),
        text=text,
    )
