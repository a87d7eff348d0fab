"""`luckymonaco send URL`: notify an endpoint as the provider would, and judge what it answers."""

from typing import Any

import click

from luckymonaco.options import options_of
from luckymonaco.sending.settings import SendSettings


@click.command("send")
@click.argument("url", required=False)
@options_of(SendSettings, without=["base_url"])
def command(url: str | None, **given: Any) -> int:
    """Send a notification to the implementation at URL, as the provider would: valid, credentialed and hashed.

    Shows the answer, its time, and which rules it keeps and breaks. URL is the operator's API URL, without the
    document's own path. Exit code 0: every answer kept the rules. 1: one broke them. 2: not all was sent.
    """
    settings = SendSettings.create({**given, "base_url": url})

    from luckymonaco.sending.send import send

    return send(settings)
