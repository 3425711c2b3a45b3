"""Says which commands the client has: a JSON list of those with subcommands, and of those without that stand at the top.

The subcommand that has no name is the command itself, where it does something.
"""

import json

import prefect.cli
from prefect.cli._app import _app

found = []


def look(app, names: list[str]) -> None:
    """Notes what stands below a command that goes by these names."""
    # A second name of a command is listed beside the first one.
    below = {each: app[each] for each in app if not each.startswith("-") and each not in app[each].name[1:]}
    if names:
        itself = [] if app.default_command is None else [""]
        found.append({"names": names, "subcommands": itself + sorted(below)})
    for each, command in below.items():
        if not names or any(not further.startswith("-") for further in command):
            spoken = command.name if each in command.name else (each,)
            look(command, [f"{name} {other}".strip() for name in names or [""] for other in spoken])


look(_app, [])
print(json.dumps(found))
