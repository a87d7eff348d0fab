"""`luckymonaco mock`: serve the mock, or an operator of the gallery, until it is told to stop."""

from typing import Any

import click

from luckymonaco.options import options_of
from mockserver.settings import MockSettings


@click.command("mock")
@click.option(
    "--broken", metavar="NAME", help="Serve an operator of the gallery instead, broken in one way, or unusual."
)
@click.option("--list-broken", is_flag=True, help="List the gallery: name, the rule that is broken, how.")
@options_of(MockSettings)
def command(broken: str | None, list_broken: bool, **given: Any) -> int:
    """Serve the mock of an operator's endpoint, as the document says, until Ctrl-C."""
    settings = MockSettings.create(given)
    if broken or list_broken:
        return _gallery(settings, broken)

    from mockserver.serve import run  # Connexion takes most of a second to import: complain about options before

    return run(settings)


def _gallery(settings: MockSettings, name: str | None) -> int:
    from mockserver.gallery import listing, run

    contract = settings.contract()
    if name is None:
        for line in listing(contract):
            click.echo(line)
        return 0
    return run(contract, settings.partner(contract), name, host=settings.host, port=settings.port, echo=click.echo)
