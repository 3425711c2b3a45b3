"""Prints the JSON Schemas of the installed original's models and enumerations by name, as one JSON object."""

import json
import sys

from models import models
from pydantic import TypeAdapter


def main() -> None:
    schemas = {}
    for name, kind in models().items():
        try:
            schemas[name] = TypeAdapter(kind).json_schema()
        except Exception:  # abstract bases have none
            continue
    json.dump(schemas, sys.stdout)


main()
