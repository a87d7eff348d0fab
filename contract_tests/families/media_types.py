"""VAL-5 and VAL-6: the notification under other media types, and with none."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

from contract_tests.case import Case, cases
from contract_tests.exchange import Request
from contract_tests.notification import Maker
from contract_tests.payload import Payload, encode

_MULTIPART = "lmkit-boundary-7f3a"


@cases("VAL-5")
def form_body(maker: Maker) -> Iterator[Case]:
    """The right fields in a form, encoded as browsers do."""
    kinds: dict[str, tuple[str, Callable[[dict[str, Any]], bytes]]] = {
        "form": ("application/x-www-form-urlencoded", lambda body: urlencode(_texts(body)).encode()),
        "form-with-charset": (
            "application/x-www-form-urlencoded; charset=utf-8",
            lambda body: urlencode(_texts(body)).encode(),
        ),
        "multipart": (f"multipart/form-data; boundary={_MULTIPART}", lambda body: _multipart(_texts(body))),
        "multipart-with-json": (f"multipart/form-data; boundary={_MULTIPART}", _json_in_a_part),
    }
    optional = [field.name for field in maker.operation.optional]
    for label, (content_type, encoded) in kinds.items():
        build = partial(_declared, maker, content_type, encoded)
        yield Case("VAL-5", label, "refusal", build, maker, fault="transport")
        if optional and maker.partner.secret:  # who reads the required fields alone takes another hash for right
            build = partial(_declared, maker, content_type, encoded, without=optional)
            yield Case("VAL-5", f"{label}-of-required", "refusal", build, maker, fault="transport")


@cases("VAL-5")
def multipart_without_boundary(maker: Maker) -> Iterator[Case]:
    """A multipart body that no parser can take apart; a server may refuse it in its own words."""
    build = partial(_declared, maker, "multipart/form-data", lambda body: _multipart(_texts(body)))
    yield Case("VAL-5", "multipart-without-boundary", "turned-away", build, maker, fault="transport")


@cases("ERR-5")
def no_media_type(maker: Maker) -> Iterator[Case]:
    """Good JSON without a Content-Type: accepted or refused is left open, a crash is not."""
    build = partial(maker.request, content_type=None, what="the notification without a Content-Type")
    yield Case("ERR-5", "no-media-type", "success-or-refusal", build, maker, fault="transport")


@cases("ERR-5")
def charset_parameter(maker: Maker) -> Iterator[Case]:
    """An unknown charset in the media type, or half a media type: no rule says more than that nothing crashes."""
    usual = maker.operation.media_type
    for label, kind in {
        "unknown-charset": f"{usual}; charset=x-nobody-has-this",
        "half-a-media-type": usual.partition("/")[0],
    }.items():
        build = partial(maker.request, content_type=kind, what=f"the notification as {kind}")
        yield Case("ERR-5", label, "no-crash", build, maker, fault="transport")


@cases("OK-1")
def the_same_media_type(maker: Maker) -> Iterator[Case]:
    """In capitals (RFC 9110, 8.3.1), or with the charset that JSON has anyway, however written (RFC 8259, 11)."""
    usual = maker.operation.media_type
    for label, kind in {
        "charset": f"{usual}; charset=utf-8",
        "charset-in-capitals": f"{usual};charset=UTF-8",
        "charset-in-quotes": f'{usual}; charset="utf-8"',
        "media-type-in-capitals": usual.upper(),
    }.items():
        build = partial(maker.request, content_type=kind, what=f"the notification as {kind}")
        yield Case("OK-1", label, "success", build, maker)


@cases("ERR-5")
def unknown_content_coding(maker: Maker) -> Iterator[Case]:
    """A Content-Encoding that nobody has: many servers never look at it, and those that do must not fail over it."""
    what = "the notification under an unknown Content-Encoding"
    build = partial(maker.request, headers=[("Content-Encoding", "x-nobody-has-this")], what=what)
    yield Case("ERR-5", "unknown-content-coding", "no-crash", build, maker, fault="transport")


@cases("VAL-6")
def other_media_type(maker: Maker) -> Iterator[Case]:
    """Good JSON under another media type; form types are tried too, since they change how frameworks read a body."""
    for content_type in (  # not application/*+json: the usual checks of some frameworks take these for the same
        "text/plain",
        f"text/{maker.operation.media_type.partition('/')[2]}",  # for those who look at its second half only
        "application/xml",
        "application/x-www-form-urlencoded",
        "application/octet-stream",
    ):
        yield Case(
            "VAL-6",
            content_type,
            "refusal",
            partial(_declared, maker, content_type, encode),
            maker,
            fault="transport",
        )


def _declared(
    maker: Maker, content_type: str, encoded: Callable[[dict[str, Any]], bytes], without: Iterable[str] = ()
) -> Request:
    body = maker.body(without=without)
    what = f"the notification as {content_type.partition(';')[0]}"
    return maker.request(Payload(encoded(body), body), content_type=content_type, what=what)


def _texts(body: dict[str, Any]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else encode(value).decode() for name, value in body.items()}


def _json_in_a_part(body: dict[str, Any]) -> bytes:
    head = f'--{_MULTIPART}\r\nContent-Disposition: form-data; name="data"\r\nContent-Type: application/json\r\n\r\n'
    return head.encode() + encode(body) + f"\r\n--{_MULTIPART}--\r\n".encode()


def _multipart(fields: dict[str, str]) -> bytes:
    parts = [
        f'--{_MULTIPART}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return ("".join(parts) + f"--{_MULTIPART}--\r\n").encode()
