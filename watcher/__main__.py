"""`python -m watcher` and the `watcher` command: translate errors into exit codes, nothing else."""

from __future__ import annotations

import sys

import click

from watcher.cli import cli
from watcher.errors import ExitCode, WatcherError


def main(argv: list[str] | None = None) -> int:
    """Run the command line.

    Returns:
        The process's exit code (see `watcher.errors.ExitCode`).
    """
    try:
        result = cli.main(args=argv, prog_name="watcher", standalone_mode=False)
        return int(result) if isinstance(result, int) else ExitCode.OK
    except click.ClickException as error:
        error.show()
        return ExitCode.CONFIGURATION if isinstance(error, click.UsageError) else ExitCode.FINDING
    except click.Abort:
        click.echo("aborted", err=True)
        return ExitCode.FINDING
    except WatcherError as error:
        click.echo(str(error), err=True)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
