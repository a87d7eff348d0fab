"""JSON as RFC 8259 means it: what is read, and what is refused without a crash."""

import pytest

from spec.strict_json import MAX_DEPTH, MalformedJsonError, depth, loads


class TestStrictJson:
    """JSON as RFC 8259 means it."""

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            (b"{}", {}),
            (b' [1, "a"]\n', [1, "a"]),
            (b'"\\ud83d\\ude00"', "😀"),
            (b"1e400", float("inf")),
            (b"null", None),
        ],
        ids=["object", "array", "pair", "huge", "null"],
    )
    def test_json_is_read(self, text: bytes, value: object) -> None:
        """Legal JSON is read like anywhere else."""
        assert loads(text) == value

    @pytest.mark.parametrize(
        "text",
        [
            b"", b" \r\n", b"{", b"{}x", b"{'a': 1}", b'{"a": 1,}', b"NaN", b"[Infinity]", b'{"a":1,"a":2}',
            b'"\\ud800"', b'{"\\udc00": 1}', b'"\xff"', b"\xef\xbb\xbf{}", b"1" * 5000,
            b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), b'[{"a":' * 100_000,
        ],
        ids=lambda text: repr(text[:20]),
    )  # fmt: skip
    def test_everything_else_is_refused(self, text: bytes) -> None:
        """With an error that does not repeat the text, and without a crash."""
        with pytest.raises(MalformedJsonError) as caught:
            loads(text)

        assert len(str(caught.value)) < 100

    def test_brackets_in_strings_do_not_nest(self) -> None:
        """A value full of brackets is one level."""
        text = b'{"a": "' + b"[{" * 1000 + b'"}'

        assert loads(text) == {"a": "[{" * 1000}
        assert depth(text) == 1
