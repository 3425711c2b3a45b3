"""Says what the installed original's models answer to inputs.

Reads JSON from standard input: for each model a list of inputs, as texts. Prints JSON: for each model a list of answers, each of them
either the accepted value or a list of issues [type, loc, msg, ctx, input].
"""

import datetime
import json
import sys
import typing as t

import pydantic
from models import models
from pydantic import TypeAdapter


def answer(adapter: TypeAdapter, text: str) -> t.Any:
    try:
        value = adapter.validate_python(json.loads(text), from_attributes=True)
        return {"is": adapter.dump_python(value, mode="json", warnings=False)}
    except pydantic.ValidationError as error:
        return {"issues": [issue(item) for item in error.errors(include_url=False)]}
    except Exception as error:  # what the original answers 500 to
        return {"fault": type(error).__name__}


def issue(item: dict) -> dict:
    row = {key: item[key] for key in ("type", "loc", "msg", "input")}
    return {**row, "ctx": {key: plain(value) for key, value in item["ctx"].items()}} if "ctx" in item else row


def plain(value: t.Any) -> t.Any:
    """As the original's encoder prints it."""
    if isinstance(value, Exception):
        return {}
    return value.total_seconds() if isinstance(value, datetime.timedelta) else value


def main() -> None:
    known = models()
    asked = json.load(sys.stdin)
    answers = {name: [answer(TypeAdapter(known[name]), text) for text in texts] for name, texts in asked.items()}
    json.dump(answers, sys.stdout, default=str)


main()
