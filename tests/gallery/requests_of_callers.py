"""Requests of callers who are not the partner: wrong credentials, wrong hashes."""

import re
from collections.abc import Iterator

from spec import Credential, compute_hash, sign
from tests.gallery.case import REFUSAL, SUCCESS, Caller, Case


def credentials(make: Caller) -> Iterator[Case]:
    """Credentials that are wrong, missing or elsewhere."""
    rights = {item.role: make.partner.value(item) for item in make.operation.credentials}
    for credential in make.operation.credentials:
        right = rights[credential.role]
        rules = frozenset(rule.id for rule in make.contract.rules.values() if rule.credential == credential.role)
        wrong: dict[str, str | None] = {
            "missing": None,
            "empty": "",
            "other": "nonsense",
            "prefix": right[:-1],
            "longer": right + "x",
            "padded": right + "=",
            "with-an-accent": right + "é",
            "first-letter": right[:1].swapcase() + right[1:] if credential.secret else "x",
            "inside": right[2:-2],
            "around": f"x{right}x",
            "other-start": "#" + right[1:],
            "as-long": right[:-1] + "#",
            "other-case": right.swapcase() if credential.secret else "x",
            "letters-and-digits": re.sub("[^A-Za-z0-9]", "", right),
            "non-ascii": "é",
            "wide": "é" + right[1:],
            "until-nul": f"{right}\0x",
            "word-null": "null",
            "long": "x" * 200,
            "another": next((value for role, value in rights.items() if role != credential.role), "x"),
        }
        for name, value in wrong.items():
            call = make.call(make.body(), credentials={credential.role: value})
            yield Case(f"{credential.role}-{name}", REFUSAL | rules, "refusal", call, "credential")
        if credential.location == "query":
            yield from _unusual(make, credential, rules)
    if rights:
        rules = frozenset({"AUTH-1", "AUTH-2"})
        call = make.call(make.body(), credentials=dict.fromkeys(rights))
        yield Case("no-credentials", REFUSAL | rules, "refusal", call, "credential")
    if len(rights) > 1:
        one, other = rights
        moved: dict[str, str | None] = {one: rights[one][:-1], other: rights[one][-1:] + rights[other]}
        call = make.call(make.body(), credentials=moved)
        yield Case("credentials-moved", REFUSAL | {"AUTH-1", "AUTH-2"}, "refusal", call, "credential")
    for partner in ("", "nobody", "constructor") if len(rights) > 1 else ():
        for token in (None, "", "nonsense"):
            neither = {role: token if role == "partner-token" else partner for role in rights}
            call = make.call(make.body(), credentials=neither)
            yield Case(f"{partner}-with-{token}", REFUSAL | rules, "refusal", call, "credential")


def _unusual(make: Caller, credential: Credential, rules: frozenset[str]) -> Iterator[Case]:
    """A credential of the query that is wrong or elsewhere, with all else varied."""
    name, right = credential.name, make.partner.value(credential)
    none: dict[str, str | None] = {credential.role: None}
    wrong: dict[str, str | None] = {credential.role: "nonsense"}
    session = {item.name: "another" for item in make.operation.required if item.session_id}
    bare = {key: value for key, value in make.body().items() if key != make.fresh}
    charset = f"{make.operation.media_type}; charset=utf-8"
    seen = make.body()
    if credential.secret and make.hash:
        call = make.call(seen, credentials={credential.role: seen[make.hash]})
        yield Case(f"{credential.role}-request-hash", REFUSAL | rules, "refusal", call, "media")
    yield Case(f"{credential.role}-right", SUCCESS | {"OK-5"}, "success", make.call(seen))
    for label, call in {
        "seen-before": make.call(seen, credentials=wrong),
        "ill-encoded": make.call(make.body(), credentials=none, query=f"{name}=%FF"),
        "half-an-escape": make.call(make.body(), credentials=none, query=f"{name}=%z"),
        "cut-at-equals": make.call(make.body(), credentials=none, query=f"{name}={right}=x"),
        "wrong-and-malformed": make.call(b"{", credentials=wrong),
        "wrong-and-empty": make.call({}, credentials=wrong),
        "without-a-value": make.call(make.body(), credentials=none, query=name),
        "under-a-longer-name": make.call(make.body(), credentials=none, query=f"X{name}={right}"),
        "repeated": make.call(make.body(), credentials=none, query=f"{name}=x&{name}=y"),
        "in-header": make.call(make.body(), credentials=none, also={"Authorization": f"Bearer {right}"}),
        "in-cookie": make.call(make.body(), credentials=none, also={"Cookie": f"{name}={right}"}),
        "in-body": make.call(make.body(**{name: right}), credentials=none),
        "wrong-without-optional": make.call(sign(make.operation, make.partner, bare), credentials=wrong),
        "wrong-with-charset": make.call(make.body(), credentials=wrong, media_type=charset),
        "wrong-for-another": make.call(make.body(**session), credentials=wrong),
    }.items():
        yield Case(f"{credential.role}-{label}", REFUSAL | rules, "refusal", call, "media")


def hashes(make: Caller) -> Iterator[Case]:
    """Request hashes that are wrong, where a secret is given."""
    if not make.hash or not make.partner.secret:
        return
    right = sign(make.operation, make.partner, make.example)[make.hash]
    token = [make.partner.value(item) for item in make.operation.credentials if item.secret]
    wrong = {"other": "f" * 32, "prefix": right[:20], "longer": right + "0", "short": "x", "non-ascii": "é" * 32}
    wrong |= {"hyphen": f"{right[:8]}-{right[8:]}"}
    empty = compute_hash(make.operation, make.partner, make.example, "")
    wrong |= {"capitals": "A" * 32, "of-nothing": compute_hash(make.operation, make.partner, {})}
    wrong |= {"both-ends": right[:8] + "0" * 16 + right[24:]}
    wrong |= {"without-secret": empty, "zero-before": "0" + right}
    wrong |= {"first-half": right[:16] + "0" * 16, "last-half": "0" * 16 + right[16:], "token": (token or ["x"])[0]}
    for name, value in wrong.items():
        stranger = {item.name: "another" for item in make.operation.required if item.session_id}
        case = make.call({**make.example, **stranger, make.hash: value})
        yield Case(f"hash-{name}-of-another", REFUSAL | {"SIG-1", "SIG-2"}, "refusal", case, "hash")
        case = make.call({**make.example, make.hash: value})
        yield Case(f"hash-{name}", REFUSAL | {"SIG-1"}, "refusal", case, "hash")
        if make.fresh:
            case = make.call({**make.body(), make.hash: value})
            yield Case(f"hash-{name}-with-optional", REFUSAL | {"SIG-1"}, "refusal", case, "hash")
    case = make.call({**make.example, make.hash: "f" * 32, "unlisted": 1})
    yield Case("hash-other-with-unknown-field", REFUSAL | {"SIG-1"}, "refusal", case, "hash")
    again = SUCCESS | {"OK-5", "OK-8", "ROB-3"}
    yield Case("hash-right", again, "either", make.call(sign(make.operation, make.partner, dict(make.example))))
    for name in [*(name for name in make.example if name != make.hash), *([make.fresh] if make.fresh else [])]:
        case = make.call({**make.example, make.hash: right, name: "another"})
        yield Case(f"hash-not-of-{name}", REFUSAL | {"SIG-2"}, "refusal", case, "hash")
    for name in make.example if make.fresh else ():
        body = {key: value for key, value in make.body().items() if key != make.hash}
        signed = sign(make.operation, make.partner, {key: value for key, value in body.items() if key != name})
        case = make.call({**body, make.hash: signed[make.hash]})
        if name != make.hash:
            yield Case(f"hash-without-{name}", REFUSAL | {"SIG-2"}, "refusal", case, "hash")
    for name, value in make.example.items():
        others = (f"{value}x", f"{value} ", str(value).upper(), f"0{value}") if name != make.hash else ()
        for number, nearly in enumerate(others):
            if nearly != value:
                case = make.call({**make.example, make.hash: right, name: nearly})
                yield Case(f"hash-nearly-{number}-of-{name}", REFUSAL | {"SIG-2"}, "refusal", case, "hash")
    if make.fresh:
        body = make.body()
        yield Case("hash-right-with-optional", again, "either", make.call(body))
        left = {key: value for key, value in body.items() if key != make.fresh}
        yield Case("hash-of-the-last", REFUSAL | {"SIG-2"}, "refusal", make.call(left), "hash")
    one, other = [name for name in make.example if name != make.hash][:2]
    swapped = {**make.example, one: make.example[other], other: make.example[one], make.hash: right}
    yield Case("hash-before-a-swap", REFUSAL | {"SIG-2"}, "refusal", make.call(swapped), "hash")
