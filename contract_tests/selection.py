"""Which of the rules a run is about, and why one of them is not decided."""

from contract_tests.settings import VerifySettings
from spec import Contract, Operation, Partner, Rule, SettingError


def selected_rules(contract: Contract, settings: VerifySettings) -> tuple[Rule, ...]:
    """The rules that this run is about, in the document's order; SettingError for an unknown id or an empty choice."""
    wanted = _expand(contract, settings.rule, "--rule") or set(contract.rules)
    wanted -= skipped_rules(contract, settings)
    chosen = tuple(rule for rule in contract.rules.values() if rule.id in wanted)
    if not chosen:
        raise SettingError("no rule is left to judge", where="--rule, --skip")
    return chosen


def skipped_rules(contract: Contract, settings: VerifySettings) -> set[str]:
    """The ids that --skip names, families spelt out."""
    return _expand(contract, settings.skip, "--skip")


def _expand(contract: Contract, names: tuple[str, ...], option: str) -> set[str]:
    found: set[str] = set()
    for name in (part.strip() for item in names for part in item.split(",")):
        matching = {rule.id for rule in contract.rules.values() if name.upper() in (rule.id, rule.family)}
        if not matching:
            families = ", ".join(dict.fromkeys(rule.family for rule in contract.rules.values()))
            raise SettingError(
                "unknown rule", where=option, expected=f"an id of --list or a family ({families})", got=name
            )
        found |= matching
    return found


def not_applicable(rule: Rule, operation: Operation, partner: Partner, settings: VerifySettings) -> str:
    """Why a rule is not decided on this operation, or an empty string when it is."""
    if rule.credential and operation.credential(rule.credential) is None:
        return f"the document's operation needs no {rule.credential}"
    if rule.id == "AUTH-3" and not operation.credentials:
        return "the document's operation needs no credentials"
    if rule.when == "secret":
        if operation.request_hash is None:
            return "the document's notification has no request hash"
        if not partner.secret:
            return "no --secret was given"
    if rule.when == "max-response-time" and not settings.max_response_time:
        return "no --max-response-time was given"
    if rule.id in ("OK-5", "VAL-3") and not operation.optional:
        return "the document's notification has no optional field"
    if rule.id in ("VAL-1", "VAL-2") and not operation.required:
        return "the document's notification has no required field"
    return ""


def inapplicable(rule: Rule, contract: Contract, partner: Partner, settings: VerifySettings) -> str:
    """Why a rule is decided on no operation of the document, or an empty string when it is on one."""
    reasons = [not_applicable(rule, operation, partner, settings) for operation in contract.operations]
    return reasons[0] if all(reasons) else ""
