"""OK-1, ERR-5: what is before, between and beside the bytes of a body: headers, query, connection, network, chunks."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import quote

from contract_tests.case import Case, cases
from contract_tests.exchange import Request
from contract_tests.families.http import with_body
from contract_tests.notification import Maker, strange_ids, unique
from contract_tests.payload import Payload
from spec import attach


@cases("OK-1")
def other_heads(maker: Maker) -> Iterator[Case]:
    """What means the same before the body: small letters in headers' names, a language, the query in another order."""
    build = partial(_small_headers, maker)
    yield Case("OK-1", "small-letters-in-headers", "success", build, maker)
    build = partial(maker.request, headers=[("Accept-Language", "mt")], what="a plain notification, Maltese preferred")
    yield Case("OK-1", "another-language", "success", build, maker)
    build = partial(_without_accept, maker)
    yield Case("OK-1", "without-accept", "success", build, maker)
    query, _ = attach(maker.operation, maker.partner)
    if "&" in query:
        build = partial(_other_order, maker, "&".join(reversed(query.split("&"))))
        yield Case("OK-1", "query-reordered", "success", build, maker)


@cases("OK-1")
def encoded_credentials(maker: Maker) -> Iterator[Case]:
    """Characters of the query as %XX that need not be: the same URL (RFC 3986, 6.2.2.2). No secret is touched."""
    for credential in maker.operation.credentials:
        value = maker.partner.value(credential)
        if credential.location == "query" and not credential.secret and value.isascii():
            written = f"{quote(credential.name)}={''.join(f'%{ord(each):02X}' for each in value)}"
            query = maker.query_with(written, without=credential.role)
            what = f"every character of {credential.name} written as %XX"
            build = partial(maker.request, query=query, what=what)
            yield Case("OK-1", f"{credential.name}-percent-encoded", "success", build, maker)


def _small_headers(maker: Maker) -> Request:
    own = [("content-type", maker.operation.media_type)]
    return maker.request(content_type=None, headers=own, what="the names of headers in small letters")


def _without_accept(maker: Maker) -> Request:
    request = maker.request(what="a plain notification without the header Accept")
    return replace(request, without=frozenset(["accept"]))


def _other_order(maker: Maker, query: str) -> Request:
    return maker.request(query=query, what="the query's parameters in another order")


@cases("OK-1")
def second_of_a_connection(maker: Maker) -> Iterator[Case]:
    """A notification that comes over the connection of another, or of a refused one, where that is kept.

    Whoever refuses before the body is read must read it all the same, or close.
    """
    for label, (first, what) in _before(maker).items():
        build = partial(maker.request, what=f"a notification after {what}, over one connection")
        yield Case("OK-1", label, "success", build, maker, after=partial(_whatever, first))


def _before(maker: Maker) -> dict[str, tuple[Callable[[], Request], str]]:
    """By label: what comes first over the connection, and that in words."""
    found: dict[str, tuple[Callable[[], Request], str]] = {
        "second-of-a-connection": (maker.request, "another"),
        "after-another-session": (partial(_stranger, maker), "one for a session that nobody knows"),
        "after-malformed": (partial(maker.request, Payload(b"{")), "a malformed body"),
        "after-another-media-type": (partial(maker.request, content_type="text/plain"), "another media type"),
    }
    for method in with_body(maker)[:1]:
        found["after-another-method"] = partial(maker.request, method=method), f"{method} with a body"
    for credential in maker.operation.credentials[-1:]:
        wrong = {credential.role: unique("wrong")}
        found["after-unauthorised"] = partial(maker.request, credentials=wrong), f"a wrong {credential.name}"
    return found


def _stranger(maker: Maker) -> Request:
    return maker.request(maker.body(strange_ids(maker)))


def _whatever(first: Callable[[], Request], _: Request) -> Request:
    return first()


@cases("OK-1")
def in_pieces(maker: Maker) -> Iterator[Case]:
    """The same bytes, but not all at once: a network may split a body anywhere."""
    build = partial(_in_pieces, maker)
    yield Case("OK-1", "in-pieces", "success", build, maker)


def _in_pieces(maker: Maker) -> Request:
    return replace(maker.request(what="a plain notification whose body arrives in pieces"), in_pieces=True)


@cases("ERR-5")
def chunked(maker: Maker) -> Iterator[Case]:
    """A body that comes in chunks, as of clients that do not know its length: not every server can read one."""
    framing = [("Transfer-Encoding", "chunked")]
    build = partial(maker.request, headers=framing, what="a plain notification whose body is sent in chunks")
    yield Case("ERR-5", "chunked", "unread", build, maker, fault="transport")
