"""Operators that keep every MUST rule, as unlike one another as the contract allows."""
