"""`luckymonaco diff`: placeholder until the generator lands."""

import click


@click.command("diff")
def command() -> int:
    """Write the documentation, generated from the document."""
    raise click.ClickException("not written yet")
