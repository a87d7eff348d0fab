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
    "http",
    "robustness",
)


def register_all() -> None:
    """Import every family, which registers its cases, in this order."""
    for name in ORDER:
        import_module(f"{__name__}.{name}")
