"""The command line for pools and queues, as a user types it; the commands run in this process, since each start costs seconds."""

import contextlib
import io
import json
import sys

from prefect.cli import app
from scenario import run, scenario


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
    try:
        prefect(*words)
    except RuntimeError as error:
        return str(error)
    raise AssertionError(f"prefect {' '.join(words)} succeeded")


@scenario(alone=True)
def pools():
    seen = {"created": prefect("work-pool", "create", "typed", "--type", "process")}
    seen["listed"] = prefect("work-pool", "ls")
    prefect("work-pool", "pause", "typed")
    seen["paused"] = prefect("work-pool", "inspect", "typed")
    prefect("work-pool", "resume", "typed")
    prefect("work-pool", "set-concurrency-limit", "typed", "3")
    prefect("work-pool", "update", "typed", "--description", "for tests")
    seen["inspected"] = json.loads(prefect("work-pool", "inspect", "typed", "--output", "json"))
    prefect("work-pool", "clear-concurrency-limit", "typed")
    seen["cleared"] = json.loads(prefect("work-pool", "inspect", "typed", "--output", "json"))
    seen["again"] = refused("work-pool", "create", "typed", "--type", "process")
    return seen


@scenario(alone=True)
def queues():
    pool = ("--pool", "typed")
    prefect("work-queue", "create", "slow", *pool, "--limit", "2", "--priority", "9")
    prefect("work-queue", "create", "quick", *pool, "--priority", "1")
    prefect("work-queue", "pause", "slow", *pool)
    seen = {"listed": prefect("work-queue", "ls", *pool), "paused": prefect("work-queue", "inspect", "slow", *pool)}
    prefect("work-queue", "resume", "slow", *pool)
    prefect("work-queue", "clear-concurrency-limit", "slow", *pool)
    prefect("work-queue", "set-concurrency-limit", "quick", "7", *pool)
    seen["read"] = prefect("work-queue", "read-runs", "quick", *pool)
    seen["preview"] = prefect("work-pool", "preview", "typed")
    prefect("work-queue", "delete", "slow", *pool)
    seen["gone"] = refused("work-queue", "inspect", "slow", *pool)
    return seen


@scenario(alone=True)
def deletion():
    prefect("work-pool", "create", "short-lived", "--type", "process", "--paused")
    prefect("--no-prompt", "work-pool", "delete", "short-lived")
    return {"gone": refused("work-pool", "inspect", "short-lived")}


if __name__ == "__main__":
    run()
