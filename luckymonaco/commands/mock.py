"""`luckymonaco mock`: serve the mock until it is told to stop."""

from typing import Any

import click

from luckymonaco.options import options_of
from mockserver.settings import MockSettings


@click.command("mock")
@options_of(MockSettings)
def command(**given: Any) -> int:
    """Serve the mock of an operator's endpoint, as the document says, until Ctrl-C."""
    settings = MockSettings.create(given)

    from mockserver.serve import run  # Connexion takes most of a second to import: complain about options before

    return run(settings)
