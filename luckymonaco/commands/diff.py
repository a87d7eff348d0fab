"""`luckymonaco diff OLD NEW`: what changed between two editions of the document, in words for operators."""

from pathlib import Path

import click

_FILE = click.Path(path_type=Path)


@click.command("diff")
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@click.option(
    "--allow-major", is_flag=True, help="Breaking changes are fine where the first number of info.version has grown."
)
def command(old: Path, new: Path, allow_major: bool) -> int:
    """Say what changed from OLD to NEW.

    Breaking is what an implementation that kept OLD may fail on under NEW. Exit code 0: nothing breaking. 1: something
    breaking. 2: a document cannot be read.
    """
    from luckymonaco.diff import compare
    from spec import load
    from spec.words import count

    before, after = load(old), load(new)
    changes = compare(before, after)
    breaking = [change for change in changes if change.breaking]
    for title, some in (("BREAKING", breaking), ("compatible", [c for c in changes if not c.breaking])):
        if some:
            click.echo(title)
            for change in some:
                click.echo(f"  {change}")
    if not changes:
        click.echo("nothing changed")
    else:
        click.echo(f"\n{before.version} -> {after.version}: {count(len(changes), 'change')}, {len(breaking)} breaking")
    grown = _major(after.version) > _major(before.version)
    return 1 if breaking and not (allow_major and grown) else 0


def _major(version: str) -> int:
    first = version.partition(".")[0]
    return int(first) if first.isdigit() else 0
