"""The cases, one module a family of rules."""

from importlib import import_module

#: in the order in which they are tried: what may bring an implementation down comes last
ORDER = (
    "success",
    "transfer",
    "validation",
    "converted",
    "malformed",
    "media_types",
    "credentials",
    "credential_ways",
    "credential_pairs",
    "signature",
    "signature_cover",
    "http",
    "robustness",
)


def place(module: str) -> int:
    """Where the cases of a module come, whichever was imported first."""
    return ORDER.index(module.rpartition(".")[2])


def register_all() -> None:
    """Import every family, which registers its cases, in this order."""
    for name in ORDER:
        import_module(f"{__name__}.{name}")
