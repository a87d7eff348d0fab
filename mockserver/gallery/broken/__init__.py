"""Operators that break one rule each, in a way that is met in real ones."""
