"""Records the JSON Schemas that pydantic prints of the kinds of value; for these kinds input and output have the same.

Prints JSON: for each kind its schema.
Run with a Python that has the original installed:  python conformance/record/schemas.py > packages/wire/src/kit/recorded/schemas.json
"""

import json
import sys
import typing as t

from kinds import KINDS
from pydantic import TypeAdapter


def schema(kind: t.Any) -> dict:
    adapter = TypeAdapter(kind)
    accepted, sent = adapter.json_schema(mode="validation"), adapter.json_schema(mode="serialization")
    if accepted != sent:
        raise AssertionError(f"{kind} is not sent as it is accepted")
    return accepted


def main() -> None:
    # a bare duration does not follow the setting that models have, and is never sent
    kinds = {name: kind for name, kind in KINDS.items() if not name.startswith("duration")}
    rows = [f" {json.dumps(name)}: {json.dumps(schema(kind), separators=(',', ':'))}" for name, kind in kinds.items()]
    sys.stdout.write("{\n" + ",\n".join(rows) + "\n}\n")


main()
