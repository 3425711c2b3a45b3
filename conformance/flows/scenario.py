"""Plays the scenarios of a flow file in one process and says, a line each, what every one of them saw.

The lines go to stdout, begin with the word `scenario` and end in JSON: the name, the seconds that it took, and
either what the function returned (`seen`) or why it did not return (`error`).

Scenarios run several at once, each in a thread of its own: the client waits up to a second for its heartbeat at the
end of every flow run. Those that want the main thread (signals, timeouts) or the process for themselves say `alone`.
`SCENARIOS_AT_ONCE` is how many, for servers that bear only one writer.
"""

import asyncio
import inspect
import json
import os
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

_alone, _together = {}, {}


def scenario(function=None, *, alone=False):
    """Registers a function, synchronous or not, under its own name."""
    if function is None:
        return lambda function: scenario(function, alone=alone)
    (_alone if alone else _together)[function.__name__] = function
    return function


def run():
    """Plays those alone first, in the order of the file, then all others at once."""
    named = sys.argv[1:]
    for name, function in _alone.items():
        if not named or name in named:
            play(name, function)
    with ThreadPoolExecutor(max_workers=int(os.environ.get("SCENARIOS_AT_ONCE", "8"))) as pool:
        for name, function in _together.items():
            if not named or name in named:
                pool.submit(play, name, function)


def play(name, function):
    started = time.monotonic()
    try:
        outcome = {"seen": asyncio.run(function()) if inspect.iscoroutinefunction(function) else function()}
    except BaseException:
        outcome = {"error": traceback.format_exc()}
    line = {"name": name, "seconds": round(time.monotonic() - started, 2), **outcome}
    # One write, so that lines of several threads do not mix.
    sys.stdout.write(f"scenario {json.dumps(line)}\n")
    sys.stdout.flush()


def until(condition, seconds=60):
    """Waits for a condition to become true and returns what it gave; fails when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise TimeoutError(f"{condition.__name__} did not come true in {seconds} s")


async def auntil(condition, seconds=60):
    """The same for a condition that is a coroutine function."""
    deadline = time.monotonic() + seconds
    while not (value := await condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not so in {seconds} s")
        await asyncio.sleep(0.05)
    return value
