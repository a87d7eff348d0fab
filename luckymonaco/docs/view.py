"""What every edition of the documentation shows, worked out once from the document and the settings."""

from collections.abc import Iterator, Mapping

from contract_tests.settings import VerifySettings
from luckymonaco.docs.rows import AnswerRow, MagicRow, SettingRow, View
from luckymonaco.docs.samples import samples
from luckymonaco.docs.view_operation import operation_view
from luckymonaco.docs.words import base_url, sentence
from luckymonaco.load.settings import LoadSettings
from luckymonaco.options import flags_of, metavar_of
from luckymonaco.sending.settings import SendSettings
from mockserver.settings import MockSettings
from spec import CannedAnswer, Contract, Rule, Settings
from spec.schema import compact, value_at
from spec.settings import Option

_ARGUMENTS = ("base_url",)  # given without a flag
_COMMANDS: Mapping[str, type[Settings]] = {
    "mock": MockSettings,
    "verify": VerifySettings,
    "send": SendSettings,
    "load": LoadSettings,
}


def view(contract: Contract) -> View:
    """Everything that the documentation says of this contract."""
    rules: dict[str, list[Rule]] = {}
    for rule in contract.rules.values():
        rules.setdefault(rule.family, []).append(rule)
    written = tuple(samples(contract))
    return View(
        title=contract.title,
        version=contract.version,
        digest=contract.source.digest,
        description=str(contract.raw["info"].get("description", "")),
        base_url=base_url(contract),
        operations=tuple(operation_view(contract, operation, written) for operation in contract.operations),
        answers=tuple(_answer(contract, answer) for answer in _sorted(contract.answers)),
        families=contract.families,
        readings=tuple(contract.readings.values()),
        rules={family: tuple(items) for family, items in rules.items()},
        schemes=tuple((scheme.name, scheme.summary) for scheme in contract.hash_schemes.values()),
        settings=_settings(),
        magic=tuple(_magic(contract)),
        magic_fields=_magic_fields(contract),
        changes={str(version): tuple(items) for version, items in contract.raw.get("x-changes", {}).items()},
    )


def _sorted(answers: tuple[CannedAnswer, ...]) -> list[CannedAnswer]:
    """The successes, then by code."""
    return sorted(answers, key=lambda answer: (not answer.is_success, answer.code, answer.name))


def _answer(contract: Contract, answer: CannedAnswer) -> AnswerRow:
    envelopes = (operation.envelope(answer.status) for operation in contract.operations)
    path = next((envelope.message_path for envelope in envelopes if envelope and envelope.message_path), None)
    message = value_at(answer.body, path) if path else ""
    faults = [contract.faults[name].when for name in answer.faults if name in contract.faults]
    same_code = next((other for other in _sorted(contract.answers) if other.code == answer.code), answer)
    return AnswerRow(
        name=answer.name,
        anchor=answer.code if same_code is answer else "",
        status=answer.status,
        code=answer.code,
        message=message if isinstance(message, str) else "",
        summary=sentence(answer.summary),
        when=" ".join(faults) or ("" if answer.is_success else "Only when the mock is asked for it."),
        standing=answer.standing,
        readings=answer.readings,
        compact=compact(answer.body),
    )


def _setting(option: Option) -> SettingRow:
    default = "on" if option.default is True else str(option.default or "")
    return SettingRow(
        field=option.field,
        option="URL" if option.field in _ARGUMENTS else f"{flags_of(option)} {metavar_of(option)}".strip(),
        variable=option.env,
        default="" if option.secret else default,
        help=option.help,
    )


def _settings() -> Mapping[str, tuple[SettingRow, ...]]:
    shared = Settings.options()
    names = {option.field for option in shared}
    own = {name: cls.options() for name, cls in _COMMANDS.items()}
    return {
        "every command": tuple(_setting(option) for option in shared),
        **{name: tuple(_setting(o) for o in options if o.field not in names) for name, options in own.items()},
    }


def _magic(contract: Contract) -> Iterator[MagicRow]:
    """Values that a caller writes into its notification to choose what the mock does, as far as there are any."""
    entry = contract.raw.get("x-magic", {})
    if not entry or not _magic_fields(contract):  # there is no field to write them into
        return
    prefix = str(entry.get("prefix", ""))
    refusal = next((answer for answer in contract.answers if answer.code), None)
    if refusal:
        for name, what in ((refusal.name, "of this name; every name"), (refusal.code, "with this code; every code")):
            yield MagicRow(name, f"{prefix}{name}", f"The canned answer {what} of the table of answers works.")
    for name, behaviour in entry.get("behaviours", {}).items():
        argument = "-2000" if behaviour.get("argument") else ""
        unit = f" The number is {behaviour['argument']}." if behaviour.get("argument") else ""
        yield MagicRow(name, f"{prefix}{name}{argument}", sentence(str(behaviour.get("summary", ""))) + unit)


def _magic_fields(contract: Contract) -> tuple[str, ...]:
    fields = (field for operation in contract.operations for field in operation.fields)
    return tuple(dict.fromkeys(field.name for field in fields if field.session_id))
