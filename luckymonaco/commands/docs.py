"""`luckymonaco docs`: write the documentation, or say whether what is committed is stale."""

from pathlib import Path

import click

from luckymonaco.options import options_of
from spec.errors import SettingError
from spec.settings import Settings

_COMMITTED = Path("docs")


@click.command("docs")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER", help="Write everything.")
@click.option(
    "--markdown",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write the Markdown alone: the contract page and the guide.",
)
@click.option("--check", is_flag=True, help="Compare the Markdown with the folder, docs by default; write nothing.")
@options_of(Settings, without=[name for name in Settings.__dataclass_fields__ if name != "spec"])
def command(output: Path | None, markdown: Path | None, check: bool, spec: str | None) -> int:
    """Write the documentation, generated from the document.

    FOLDER gets index.html (one file, needs no network), contract.md, guide/, openapi.json, an OpenAPI 3.1 edition and
    the code samples. With --check: exit code 0 when the committed Markdown is up to date, 1 when it is stale.
    """
    if not (output or markdown or check):
        raise click.UsageError("nothing to do: give --output, --markdown or --check")
    if check and output:
        raise click.UsageError(
            "--check compares the Markdown, with docs or the folder of --markdown; leave --output out"
        )

    from luckymonaco.docs import build

    contract = Settings.create({"spec": spec}).contract()
    if check:
        folder = markdown or _COMMITTED
        if not folder.is_dir():
            raise SettingError("there is no such folder to compare with", where=str(folder))
        old = build.stale(build.committed(contract), folder)
        for name, what in old.items():
            todo = "remove it" if what == "left over" else f"write it anew with: luckymonaco docs --markdown {folder}"
            click.echo(f"{folder / name}: {what}; {todo}")
        if not old:
            click.echo(f"{folder}: up to date")
        return 1 if old else 0
    if markdown:
        build.write(build.committed(contract), markdown)
    if output:
        build.write(build.site(contract), output)
        click.echo(f"{output / 'index.html'}")
    return 0
