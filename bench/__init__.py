"""How fast the mock is, beside what a user would pick instead: `python -m bench`."""
