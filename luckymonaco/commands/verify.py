"""`luckymonaco verify URL`: judge an implementation, rule by rule."""

from typing import Any

import click

from contract_tests.interrupts import held_back
from contract_tests.settings import VerifySettings
from luckymonaco.options import options_of


@click.command("verify")
@click.argument("url", required=False)
@options_of(VerifySettings, without=["base_url"])
def command(url: str | None, **given: Any) -> int:
    """Judge the implementation at URL by the contract, rule by rule.

    URL is the operator's API URL, path prefix included, without the document's own path; LUCKYMONACO_BASE_URL stands in
    for it. Exit code 0: every MUST rule is kept. 1: one is broken. 2: nothing could be judged.
    """
    with held_back():
        settings = VerifySettings.create({**given, "base_url": url})

        from contract_tests.present import verify  # Schemathesis takes more than a second to import

        return verify(settings)
