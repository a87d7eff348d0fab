"""The parts of `spec` that both sides lean on: redaction, hash schemes, settings, schemas."""

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path

import pytest

from spec import HashScheme, Redactor, Schema, SettingError, Settings, fingerprint, load, setting

BODY = {"b": "two words", "a": "1&2", "empty": "", "hash": "x", "n": 5, "extra": "é"}
LISTED = frozenset({"a", "b", "hash", "empty"})
CREDENTIALS = {"ID": "me"}


class TestRedaction:
    """Secrets out of everything that is shown."""

    @pytest.mark.parametrize("form", ["s3cr&t=1", "s3cr%26t%3D1"])
    def test_every_form_is_masked(self, form: str) -> None:
        """Raw and percent-encoded."""
        assert Redactor(["s3cr&t=1"]).mask(f"a {form} b") == f"a {fingerprint('s3cr&t=1')} b"

    def test_a_longer_secret_wins(self) -> None:
        """Of two secrets of which one begins with the other, the whole longer one is masked."""
        assert Redactor(["abcd", "abcdef"]).mask("abcdef") == fingerprint("abcdef")

    def test_short_secrets_are_left(self) -> None:
        """Three letters would blank out half of every text."""
        assert Redactor(["abc"]).mask("abc") == "abc"

    def test_a_fingerprint_tells_values_apart(self) -> None:
        """The same for the same value, another for another."""
        assert fingerprint("one") == fingerprint("one") != fingerprint("two")


class TestHashSchemes:
    """Each knob, checked against the digest written out by hand."""

    @pytest.mark.parametrize(
        ("knobs", "text"),
        [
            ({}, "a=1&2&b=two words&extra=éKEY"),
            ({"empties": "keep"}, "a=1&2&b=two words&empty=&extra=éKEY"),
            ({"fields": "listed"}, "a=1&2&b=two wordsKEY"),
            ({"escape": "form"}, "a=1%262&b=two+words&extra=%C3%A9KEY"),
            ({"credentials": True}, "ID=me&a=1&2&b=two words&extra=éKEY"),
            ({"join": ""}, "a=1&2b=two wordsextra=éKEY"),
            ({"secret_joint": "&key="}, "a=1&2&b=two words&extra=é&key=KEY"),
            ({"secret_place": "start", "secret_joint": "|"}, "KEY|a=1&2&b=two words&extra=é"),
        ],
        ids=lambda value: str(value) if isinstance(value, dict) else "",
    )
    def test_the_string_to_sign(self, knobs: dict, text: str) -> None:
        """The digest is that of the text."""
        scheme = HashScheme("tested", **knobs)

        computed = scheme.compute(BODY, "KEY", hash_field="hash", listed=LISTED, credentials=CREDENTIALS)
        assert computed == hashlib.md5(text.encode()).hexdigest()

    @pytest.mark.parametrize("digest", ["md5", "sha1", "sha256", "sha512"])
    def test_the_secret_as_a_key(self, digest: str) -> None:
        """HMAC over the pairs alone."""
        scheme = HashScheme("tested", secret_place="hmac-key", digest=digest)

        computed = scheme.compute({"a": "1", "hash": "x"}, "KEY", hash_field="hash")
        assert computed == hmac.new(b"KEY", b"a=1", digest).hexdigest()

    def test_letter_case(self) -> None:
        """Upper case is written when asked for; either is accepted."""
        upper = HashScheme("tested", case="upper").compute({}, "KEY", hash_field="hash")

        assert upper == hashlib.md5(b"KEY").hexdigest().upper()
        assert HashScheme("tested").matches(upper, upper.lower())

    @pytest.mark.parametrize("given", ["é", "", "\ud800", "x" * 10_000], ids=["accent", "empty", "surrogate", "long"])
    def test_any_text_can_be_compared(self, given: str) -> None:
        """What a caller sends never breaks the comparison."""
        assert not HashScheme("tested").matches(given, "0" * 32)

    def test_a_function_of_ones_own(self, tmp_path: Path) -> None:
        """A file's function is given the body and the secret."""
        (tmp_path / "ours_of_this_test.py").write_text("def sign(body, secret):\n    return body['a'] + secret\n")
        scheme = load().scheme(f"{tmp_path}/ours_of_this_test.py:sign")

        assert scheme.compute({"a": "1"}, "KEY", hash_field="hash") == "1KEY"

    @pytest.mark.parametrize(
        ("source", "said"),
        [("def sign(body, secret): return 5", "str"), ("def sign(body, secret): raise KeyError('x')", "KeyError")],
    )
    def test_a_bad_function_is_named(self, tmp_path: Path, source: str, said: str) -> None:
        """What it returns or raises is said in one line."""
        name = f"bad_{abs(hash(source))}"
        (tmp_path / f"{name}.py").write_text(source)
        scheme = load().scheme(f"{tmp_path}/{name}.py:sign")

        with pytest.raises(SettingError, match=said):
            scheme.compute({}, "KEY", hash_field="hash")

    @pytest.mark.parametrize("name", ["nothing", "no_such_module:sign", "os:no_such_function", "os:name"])
    def test_what_is_no_scheme_is_said(self, name: str) -> None:
        """An unknown name lists the known ones."""
        with pytest.raises(SettingError):
            load().scheme(name)


@dataclass(frozen=True, slots=True)
class Sample(Settings):
    """Settings of every type."""

    number: int = setting(1, "A number.")
    ratio: float = setting(0.5, "A ratio.")
    flag: bool = setting(False, "A flag.")
    kind: str = setting("a", "A kind.", choices=("a", "b"))
    many: tuple[str, ...] = setting([], "Several.")
    maybe: Path | None = setting(None, "A file.")


class TestSettings:
    """One declaration, three sources."""

    def test_defaults(self) -> None:
        """Nothing given: the defaults."""
        made = Sample.create({}, {})

        assert (made.number, made.ratio, made.flag, made.kind, made.many, made.maybe) == (1, 0.5, False, "a", (), None)

    def test_the_command_line_wins(self) -> None:
        """Over the environment, which wins over the default."""
        environ = {"LUCKYMONACO_NUMBER": "2", "LUCKYMONACO_RATIO": "2.5", "LUCKYMONACO_MANY": "x,y"}

        made = Sample.create({"number": "3"}, environ)
        assert (made.number, made.ratio, made.many) == (3, 2.5, ("x", "y"))

    @pytest.mark.parametrize(("word", "value"), [("1", True), ("yes", True), ("0", False), ("off", False)])
    def test_flags(self, word: str, value: bool) -> None:
        """A flag in the environment is a yes or a no."""
        assert Sample.create({}, {"LUCKYMONACO_FLAG": word}).flag is value

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"number": "x"}, "--number; expected a whole number; got x"),
            ({"number": "1.5"}, "a whole number"),
            ({"ratio": "x"}, "a number"),
            ({"kind": "c"}, "--kind; expected a, b; got c"),
            ({"flag": "perhaps"}, "not a yes or no"),
        ],
    )
    def test_a_bad_value_names_its_option(self, given: dict, said: str) -> None:
        """And what was expected."""
        with pytest.raises(SettingError) as caught:
            Sample.create(given, {})

        assert said in str(caught.value)

    def test_a_secret_is_nowhere_in_the_repr(self) -> None:
        """Not the token, not the secret."""
        assert "hidden" not in repr(Settings(partner_token="hidden-1", secret="hidden-2"))

    def test_a_secret_from_a_file(self, tmp_path: Path) -> None:
        """Its line end is not part of it."""
        (tmp_path / "secret").write_text("from-file\r\n")

        assert Settings(secret_file=tmp_path / "secret").partner(load()).secret == "from-file"

    def test_an_unreadable_file_is_named(self, tmp_path: Path) -> None:
        """But not what is in it."""
        with pytest.raises(SettingError, match="missing"):
            Settings(secret_file=tmp_path / "missing").partner(load())

    def test_option_names_follow_from_the_field(self) -> None:
        """Flag and variable are the field's name in two spellings."""
        option = next(option for option in Settings.options() if option.field == "partner_id")

        assert (option.flag, option.env) == ("--partner-id", "LUCKYMONACO_PARTNER_ID")


class TestSchemas:
    """Values judged against OpenAPI 3.0's dialect."""

    NODE = {  # noqa: RUF012 - read only
        "type": "object",
        "required": ["a"],
        "x-rule": "OUTER-1",
        "properties": {
            "a": {"type": "string", "minLength": 1, "maxLength": 3, "x-rule": "INNER-1"},
            "b": {"type": "string", "nullable": True},
        },
    }

    @pytest.mark.parametrize(
        ("value", "kind", "field", "rule"),
        [
            ({}, "missing", "a", "INNER-1"),
            ({"a": 1}, "type", "a", "INNER-1"),
            ({"a": None}, "type", "a", "INNER-1"),
            ({"a": ""}, "empty", "a", "INNER-1"),
            ({"a": "long"}, "value", "a", "INNER-1"),
            ([], "type", "", "OUTER-1"),
        ],
    )
    def test_a_violation_says_which_and_where(self, value: object, kind: str, field: str, rule: str) -> None:
        """The kind of fault, the field, and the nearest rule."""
        (violation,) = Schema(self.NODE).violations(value)

        assert (violation.kind, violation.field, violation.rule) == (kind, field, rule)

    @pytest.mark.parametrize(
        "value", [{}, {"b": 1}, {"a": None}, {"a": "", "b": ""}, {"a": "long", "b": []}, [], 5, None, {"a": {}, "x": 1}]
    )
    def test_part_by_part_is_as_a_whole(self, value: object) -> None:
        """A schema that can be taken apart finds the same, in the same words, as the validator does over the whole."""
        apart, whole = Schema(self.NODE), Schema({"allOf": [self.NODE]})

        assert apart._children is not None
        assert whole._children is None
        assert set(apart.violations(value)) == set(whole.violations(value))

    @pytest.mark.parametrize("value", [{"a": "x"}, {"a": "x", "b": None}, {"a": "😀😀😀"}, {"a": "x", "other": 1}])
    def test_valid_values(self, value: object) -> None:
        """What is nullable may be null, lengths are in characters, other fields are ignored."""
        assert Schema(self.NODE).is_valid(value)
