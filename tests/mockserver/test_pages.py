"""What the mock says of itself: pages, document, health, metrics."""

import httpx
import pytest

from mockserver.reference import INLINE
from tests.document import CONTRACT, OPERATION, REFUSAL
from tests.mockserver.serving import Served


class TestPages:
    """What the mock says of itself."""

    def test_documentation(self, guarded: Served) -> None:
        """The documentation is one file: what stands in it may run, and nothing is loaded from elsewhere."""
        got = httpx.get(guarded.url + "/docs")

        assert got.status_code == 200
        assert got.headers.get_list("content-security-policy") == [INLINE.decode()]
        assert INLINE.startswith(b"default-src 'none'; ")
        assert b"http" not in INLINE

    @pytest.mark.parametrize("path", ["/", "/__mock/"])
    def test_html(self, guarded: Served, path: str) -> None:
        """The pages load nothing from elsewhere, and a strict policy holds for them."""
        got = httpx.get(guarded.url + path)

        assert got.status_code == 200
        policy = got.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert 'src="http' not in got.text
        assert "<script>" not in got.text
        assert " style=" not in got.text

    def test_reference(self, guarded: Served) -> None:
        """The reference names every field, answer and reading of the document."""
        text = httpx.get(guarded.url + "/docs").text

        for word in (*(f.name for f in OPERATION.fields), *(a.name for a in OPERATION.answers), *CONTRACT.readings):
            assert word in text

    def test_document(self, guarded: Served) -> None:
        """The document is served as it is."""
        assert httpx.get(guarded.url + "/openapi.yaml").text == CONTRACT.source.text
        assert httpx.get(guarded.url + "/openapi.json").json() == CONTRACT.raw

    def test_health(self, guarded: Served) -> None:
        """Health is a 200 with a word."""
        assert httpx.get(guarded.url + "/healthz").json()["status"] == "ok"

    def test_metrics(self, journalled: Served) -> None:
        """Requests are counted by outcome and code, and their latencies in buckets."""
        journalled.send()
        journalled.send(headers={"Prefer": f"example={REFUSAL.name}"})
        text = httpx.get(journalled.url + "/metrics").text

        assert 'outcome="refused"' in text
        assert f'code="{REFUSAL.code}"' in text
        assert 'luckymonaco_mock_request_seconds_bucket{le="+Inf"} 2.0' in text

    def test_head_and_other_methods(self, journalled: Served) -> None:
        """HEAD is answered without a body, another method with 405."""
        assert httpx.head(journalled.url + "/healthz").content == b""
        assert httpx.delete(journalled.url + "/healthz").status_code == 405
