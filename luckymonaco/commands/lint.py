"""`luckymonaco lint [FILE]`: print what is wrong with a document."""

from pathlib import Path

import click

from luckymonaco.options import options_of
from spec.settings import Settings


@click.command("lint")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@options_of(Settings, without=[name for name in Settings.__dataclass_fields__ if name != "spec"])
def command(file: Path | None, spec: str | None) -> int:
    """Hold FILE, by default the kit's own document, to OpenAPI 3.0 and to the kit's own laws.

    One finding a line: file:line: law: what is wrong. Exit code 0: nothing found. 1: findings. 2: it cannot be read.
    """
    from spec.document import DEFAULT_PATH
    from spec.lint import lint
    from spec.words import count

    path = file or Settings.create({"spec": spec}).spec or DEFAULT_PATH
    findings = lint(path)
    for finding in findings:
        click.echo(str(finding))
    click.echo(f"{path}: {count(len(findings), 'finding') if findings else 'clean'}", err=bool(findings))
    return 1 if findings else 0
