"""The cases, one module a family of rules. Importing this package registers them all, in this order."""

from contract_tests.families import credentials, http, robustness, signature, success, validation

__all__ = ["credentials", "http", "robustness", "signature", "success", "validation"]
