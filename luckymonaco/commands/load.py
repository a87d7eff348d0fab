"""`luckymonaco load URL`: what happens when a whole casino's sessions expire at midnight."""

from typing import Any

import click

from luckymonaco.load.settings import LoadSettings
from luckymonaco.options import options_of


@click.command("load")
@click.argument("url", required=False)
@options_of(LoadSettings, without=["base_url"])
def command(url: str | None, **given: Any) -> int:
    """Put the implementation at URL under load with Locust, and judge every answer as it arrives.

    Needs the extra: pip install 'luckymonaco[load]'. Say --rate, or --users for as fast as so many can. Without --set,
    every notification is of another session. Times are Locust's, which rounds percentiles to two digits.

    On several machines: the same command with --master --expect-workers N --master-host 0.0.0.0 on one, and with
    --worker --master-host ADDRESS on each of the others. All of them take the same other options.

    Exit code 0: every answer kept the rules and every --fail-if was held. 1: not so. 2: the load was not run, or not
    to its end.
    """
    settings = LoadSettings.create({**given, "base_url": url})

    from luckymonaco.load.launch import load

    return load(settings)
