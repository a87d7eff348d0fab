"""A field's limits as conditions in each language of the samples, and what the samples leave to a schema library."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

# What a condition is made of: the keyword of the schema, and per language how it is written about `value`.
_WORDS: Mapping[str, Mapping[str, str]] = {
    "python": {
        "minLength": "len(value) >= {}",
        "maxLength": "len(value) <= {}",
        "pattern": "re.search({}, value) is not None",
        "enum": "value in [{}]",
        "items": "len(value)",
        "number": "value",
        "and": " and ",
    },
    "php": {
        "minLength": "iconv_strlen($value, 'UTF-8') >= {}",
        "maxLength": "iconv_strlen($value, 'UTF-8') <= {}",
        "pattern": "preg_match({}, $value) === 1",
        "enum": "in_array($value, [{}], true)",
        "items": "count($value)",
        "number": "$value",
        "and": " && ",
    },
    "node": {
        "minLength": "[...value].length >= {}",
        "maxLength": "[...value].length <= {}",
        "pattern": "new RegExp({}, 'u').test(value)",
        "enum": "[{}].includes(value)",
        "items": "value.length",
        "number": "value",
        "and": " && ",
    },
    "java": {
        "minLength": "value.asText().codePoints().count() >= {}",
        "maxLength": "value.asText().codePoints().count() <= {}",
        "pattern": "Pattern.compile({}).matcher(value.asText()).find()",
        "enum": "Set.of({}).contains(value.asText())",
        "items": "value.size()",
        "number": "value.asDouble()",
        "and": " && ",
    },
    "csharp": {
        "minLength": "Length(value.Value) >= {}",
        "maxLength": "Length(value.Value) <= {}",
        "pattern": "Regex.IsMatch(value.Value, {})",
        "enum": "new[] {{ {} }}.Contains(value.Value)",
        "items": "value.Elements().Count()",
        "number": "double.Parse(value.Value, CultureInfo.InvariantCulture)",
        "and": " && ",
    },
    "aspnet": {
        "minLength": "value.GetString()!.EnumerateRunes().Count() >= {}",
        "maxLength": "value.GetString()!.EnumerateRunes().Count() <= {}",
        "pattern": "Regex.IsMatch(value.GetString()!, {})",
        "enum": "new[] {{ {} }}.Contains(value.ToString())",
        "items": "value.GetArrayLength()",
        "number": "value.GetDouble()",
        "and": " && ",
    },
    "go": {
        "minLength": "utf8.RuneCountInString(value.(string)) >= {}",
        "maxLength": "utf8.RuneCountInString(value.(string)) <= {}",
        "pattern": "regexp.MustCompile({}).MatchString(value.(string))",
        "enum": "({})",
        "items": "len(value.([]any))",
        "number": "value.(float64)",
        "and": " && ",
    },
}
_AS_TEXT = ("java", "csharp", "aspnet")  # where an enum's values are compared as text
_END = {"python": r"\Z", "java": r"\z", "csharp": r"\z", "aspnet": r"\z"}  # where $ also matches before a line feed

# Formats that validators check, as patterns.
_DATE = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
_FORMATS = {
    "uuid": r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
    "date": f"^{_DATE}$",
    "date-time": rf"^{_DATE}[Tt]{_TIME}([Zz]|[+-][0-9]{{2}}:[0-9]{{2}})$",
    "email": r"^[^@\s]+@[^@\s]+$",
}
_CHECKED: tuple[str, ...] = ("type", "nullable", "minLength", "maxLength", "pattern", "enum", "minimum", "maximum")
_CHECKED += ("exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems")
_NEUTRAL = ("description", "title", "example", "default", "deprecated", "readOnly", "writeOnly", "externalDocs")


def condition(node: Mapping[str, Any], language: str) -> str:
    """What a value of the right type must fulfil, in a language; empty where the type and not being empty are all."""
    words = _WORDS.get(language)
    return words["and"].join(_conditions(node, language, words)) if words else ""


def unchecked(node: Mapping[str, Any]) -> list[str]:
    """The keywords of a field's schema that the samples do not check."""
    known = (*_CHECKED, *_NEUTRAL, *(["format"] if node.get("format") in _FORMATS else []))
    if node.get("type") not in ("string", "array") and "format" in node:
        known = (*known, "format")  # int64, double: a range of machines, not of the contract
    left = (key for key, value in node.items() if value not in ({}, []) and not key.startswith("x-"))
    return [key for key in left if key not in known]


def _conditions(node: Mapping[str, Any], language: str, words: Mapping[str, str]) -> Iterator[str]:
    kind = node.get("type")
    if kind == "string":
        yield from _text_conditions(node, language, words)
    elif kind in ("integer", "number"):
        for key, sign in (("minimum", ">"), ("maximum", "<")):
            if key in node:
                exclusive = node.get(f"exclusive{key.capitalize()}")
                yield f"{words['number']} {sign}{'' if exclusive else '='} {node[key]}"
    elif kind == "array":
        for key, sign in (("minItems", ">="), ("maxItems", "<=")):
            if key in node:
                yield f"{words['items']} {sign} {node[key]}"
    values = [value for value in node.get("enum", ()) if value is not None]
    if values and kind in ("string", "integer", "number", "boolean"):
        literals = [_literal(value, language) for value in values]
        if language == "go":
            literals = [" || ".join(f"value == {literal}" for literal in literals)]
        yield words["enum"].format(", ".join(literals))


def _text_conditions(node: Mapping[str, Any], language: str, words: Mapping[str, str]) -> Iterator[str]:
    if node.get("minLength", 0) > 1:
        yield words["minLength"].format(node["minLength"])
    if "maxLength" in node:
        yield words["maxLength"].format(node["maxLength"])
    for pattern in filter(None, (node.get("pattern"), _FORMATS.get(str(node.get("format"))))):
        yield words["pattern"].format(_pattern(str(pattern), language))


def _pattern(pattern: str, language: str) -> str:
    end = _END.get(language)
    if end and re.search(r"(?<!\\)(\\\\)*\$$", pattern):
        pattern = pattern[:-1] + end
    if language == "php":
        return single_quoted("/" + pattern.replace("/", r"\/") + "/uD")
    return quoted(pattern)


def _literal(value: Any, language: str) -> str:
    if language in _AS_TEXT:
        return quoted(value if isinstance(value, str) else json.dumps(value))
    if isinstance(value, str):
        return single_quoted(value) if language == "php" else quoted(value)
    if language == "python":
        return repr(value)
    return f"float64({value})" if language == "go" and not isinstance(value, bool) else json.dumps(value)


def quoted(text: object) -> str:
    """A text between double quotes, as Python, JavaScript, Java, C# and Go all read it."""
    return json.dumps(text, ensure_ascii=False)


def single_quoted(text: object) -> str:
    """A text between single quotes, in which PHP reads nothing but the backslash."""
    return "'" + str(text).replace("\\", "\\\\").replace("'", "\\'") + "'"
