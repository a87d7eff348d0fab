"""The command line's front door: which commands there are, and how every ending becomes an exit code and one line.

0 the contract is kept, 1 it is broken, 2 not judged. Each command is a module of `luckymonaco.commands`, imported only
when it is asked for, so that `luckymonaco --help` costs nothing.
"""

import contextlib
import errno
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from luckymonaco.commands import COMMANDS

NOT_JUDGED = 2
INTERRUPTED = 130  # 128 + SIGINT
PIPE_CLOSED = 141  # 128 + SIGPIPE: neither kept nor broken, and what `head` users expect


class LazyGroup(click.Group):
    """Knows every command's name and help; imports a command when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command with this name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"luckymonaco.commands.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in the help, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what click itself would report in its own way is turned into an exit code here."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            return INTERRUPTED
        except BrokenPipeError:
            return _pipe_closed()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="luckymonaco", message="%(prog)s %(version)s")
def cli() -> None:
    """Contract kit for the Lucky Monaco session expired callback.

    Exit codes: 0 the contract is kept, 1 it is broken, 2 not judged. Every option that shows a LUCKYMONACO_… name can
    be given by that environment variable too.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; whatever goes wrong is said in one line on stderr."""
    try:
        result = cli.main(args=arguments, prog_name="luckymonaco", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        return NOT_JUDGED
    except click.UsageError as error:
        context = error.ctx.command_path if error.ctx else "luckymonaco"
        return _complain(f"{_lower(error.format_message())}; see {context} --help")
    except click.ClickException as error:
        return _complain(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        return _pipe_closed()
    except Exception as error:
        return _report(error)
    return result if isinstance(result, int) else 0


def _report(error: Exception) -> int:
    from spec.errors import LuckyMonacoError

    if isinstance(error, LuckyMonacoError):
        return _complain(str(error))
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _complain(f"what is to be said cannot be written; got {error.strerror}")
    if os.environ.get("LUCKYMONACO_DEBUG") == "1":
        traceback.print_exc()
    name = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return _complain(
        f"unforeseen {name}; this is a fault of the kit: "
        "run it again with LUCKYMONACO_DEBUG=1 and report the traceback to its maintainers"
    )


def _complain(message: str) -> int:
    with contextlib.suppress(OSError):
        click.echo(f"luckymonaco: error: {' '.join(message.split())}", err=True)
    return NOT_JUDGED


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:].rstrip(".")


def _pipe_closed() -> int:
    # The interpreter flushes stdout once more at its end, and would complain there.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED
