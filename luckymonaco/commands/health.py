"""`luckymonaco health URL`: for a container's health check, where there is no curl."""

import click

_SECONDS = 5.0


@click.command("health")
@click.argument("url")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=_SECONDS,
    show_default=True,
    help="Seconds to wait.",
)
def command(url: str, timeout: float) -> int:
    """Ask URL once. Exit code 0: it answers with a 2XX. 1: it answers with anything else, or not at all."""
    from urllib.error import HTTPError, URLError
    from urllib.parse import urlsplit
    from urllib.request import urlopen

    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        raise click.UsageError("this is not a URL") from None
    if scheme not in ("http", "https"):
        raise click.UsageError("the URL has no http:// or https://")
    try:
        with urlopen(url, timeout=timeout) as answer:  # noqa: S310 - the scheme was checked above
            status = answer.status
    except HTTPError as error:
        status = error.code
    except (URLError, OSError, ValueError) as error:
        click.echo(f"unhealthy: {getattr(error, 'reason', error)}", err=True)
        return 1
    if not 200 <= status < 300:
        click.echo(f"unhealthy: status {status}", err=True)
        return 1
    click.echo("healthy")
    return 0
