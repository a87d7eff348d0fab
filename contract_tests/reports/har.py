"""All traffic of a run as an HTTP archive (HAR 1.2), masked, for browsers' tools and for support."""

import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import harfile

from contract_tests.exchange import Answer, Exchange, Request
from contract_tests.reports.evidence import shortened
from contract_tests.reports.report import Report
from contract_tests.transport import headers_of

_BODY = 100_000  # characters of a body
_REASONS = {
    "timeout": "no answer in time",
    "dropped": "connection dropped",
    "unreachable": "connection refused",
    "unreadable": "body unreadable",
}


def har_report(report: Report) -> str:
    """The archive as JSON text."""
    text = io.StringIO()
    creator = harfile.Creator(name="luckymonaco", version=report.kit)
    comment = f"{report.verdict.word}; seed {report.verdict.seed}; document {report.contract.source.digest}"
    cases = {id(result.exchange): result.case.id for result in report.verdict.results}
    with harfile.HarFile(text, creator=creator, comment=comment) as archive:
        for sent in report.verdict.traffic:
            exchange = sent.exchange
            seconds = exchange.answer.elapsed
            archive.add_entry(
                startedDateTime=datetime.fromtimestamp(sent.at, UTC),
                time=round(seconds * 1000, 3),
                request=_request(report, exchange.request),
                response=_response(report, exchange),
                timings=harfile.Timings(send=0, wait=round(seconds * 1000, 3), receive=0),
                comment=report.mask(f"{cases.get(id(exchange), '')} {exchange.request.what}".strip()),
            )
    return text.getvalue()


def _request(report: Report, request: Request) -> harfile.Request:
    mask = report.mask
    origin = report.makers[0].target.origin
    headers = headers_of(request, urlsplit(origin).netloc.encode("utf-8"))
    body = mask(request.body.decode("utf-8", "backslashreplace"))
    query = parse_qsl(urlsplit(request.target).query, keep_blank_values=True)
    kind = next((value for name, value in request.headers if name.lower() == "content-type"), "")
    return harfile.Request(
        method=request.method,
        url=mask(origin + request.target),
        httpVersion="HTTP/1.1",
        headers=[harfile.Record(name=mask(name), value=mask(value)) for name, value in _texts(headers)],
        queryString=[harfile.Record(name=mask(name), value=mask(value)) for name, value in query],
        postData=harfile.PostData(mimeType=kind, text=shortened(body, _BODY)) if request.body else None,
        bodySize=len(request.body),
    )


def _texts(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        yield name.decode("latin-1"), value.decode("utf-8", "replace")


def _response(report: Report, exchange: Exchange) -> harfile.Response:
    mask, answer = report.mask, exchange.answer
    nothing: dict[str, Any] = {"httpVersion": "", "headers": [], "redirectURL": "", "headersSize": -1}
    if not isinstance(answer, Answer):
        return harfile.Response(
            status=0,
            statusText=_REASONS.get(answer.trouble, "not HTTP"),
            content=harfile.Content(size=0, mimeType="", text=""),
            bodySize=-1,
            comment=mask(answer.detail),
            **nothing,
        )
    return harfile.Response(
        status=answer.status,
        statusText=mask(answer.reason),
        httpVersion="HTTP/1.1",
        headers=[harfile.Record(name=mask(name), value=mask(value)) for name, value in answer.headers],
        content=harfile.Content(
            size=len(answer.body),
            mimeType=mask(answer.header("content-type")),
            text=shortened(mask(answer.text), _BODY),
        ),
        redirectURL=mask(answer.header("location")),
        bodySize=len(answer.body),
    )
