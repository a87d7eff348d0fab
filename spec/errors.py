"""Every error that the kit raises on purpose, and nothing else.

LuckyMonacoError                 one clear line: what, where, expected, got; the command line exits with 2
├── DocumentError                the OpenAPI document cannot be read, or lacks what the kit needs
├── SettingError                 an option or a LUCKYMONACO_… variable has a value that cannot be used
├── TargetError                  the implementation under test cannot be reached or does not speak HTTP
└── ServeError                   the mock cannot start: port in use, no permission
"""


class LuckyMonacoError(Exception):
    """One thing that is wrong, said in one line: what, and as far as they are known where, expected and got."""

    def __init__(self, what: str, *, where: str = "", expected: str = "", got: str = "") -> None:
        parts = [what]
        if where:
            parts.append(f"in {where}")
        if expected:
            parts.append(f"expected {expected}")
        if got:
            parts.append(f"got {got}")
        super().__init__("; ".join(" ".join(part.split()) for part in parts))


class DocumentError(LuckyMonacoError):
    """The OpenAPI document cannot be read, or lacks what the kit needs."""


class SettingError(LuckyMonacoError):
    """An option or an environment variable has a value that cannot be used."""


class TargetError(LuckyMonacoError):
    """The implementation under test cannot be reached, or does not speak HTTP."""


class ServeError(LuckyMonacoError):
    """The mock cannot start."""
