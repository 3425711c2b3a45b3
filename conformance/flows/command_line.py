"""The command line as a user types it; the commands run in this process, since each start of another costs seconds."""

import contextlib
import io
import sys

from prefect.cli import app


def prefect(*words: str) -> str:
    """What the command prints; fails where the command fails."""
    printed = io.StringIO()
    sys.argv = ["prefect", *words]
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            app()
            code = 0
        except SystemExit as end:
            code = end.code or 0
    if code != 0:
        raise RuntimeError(f"prefect {' '.join(words)} ended with {code}: {printed.getvalue()}")
    return printed.getvalue()


def refused(*words: str) -> str:
    """What a command prints that must fail."""
    try:
        prefect(*words)
    except RuntimeError as error:
        return str(error)
    raise AssertionError(f"prefect {' '.join(words)} succeeded")
