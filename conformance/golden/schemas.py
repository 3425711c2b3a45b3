"""Prints the JSON Schemas of the installed original's models and enumerations by name, as one JSON object."""

import enum
import importlib
import json
import sys
import warnings

from pydantic import BaseModel, TypeAdapter

MODULES = [
    "prefect.server.schemas.core",
    "prefect.server.schemas.states",
    "prefect.server.schemas.schedules",
    "prefect.server.schemas.statuses",
    "prefect.server.schemas.sorting",
    "prefect.server.schemas.graph",
    "prefect.server.schemas.ui",
    "prefect.server.schemas.filters",
    "prefect.server.schemas.actions",
    "prefect.server.schemas.responses",
    "prefect.server.events.schemas.events",
    "prefect.server.events.schemas.labelling",
    "prefect.server.events.schemas.automations",
    "prefect.server.events.filters",
    "prefect.server.events.counting",
    "prefect.server.events.actions",
    "prefect.server.api.concurrency_limits_v2",
    "prefect.server.api.admin",
    "prefect.server.models.flow_runs",
]


def main() -> None:
    warnings.simplefilter("ignore")
    kinds = {}
    for module in map(importlib.import_module, MODULES):
        for name, kind in vars(module).items():
            if isinstance(kind, type) and issubclass(kind, (BaseModel, enum.Enum)):
                kinds.setdefault(name, kind)
    schemas = {}
    for name, kind in kinds.items():
        try:
            schemas[name] = TypeAdapter(kind).json_schema()
        except Exception:  # abstract bases have none
            continue
    json.dump(schemas, sys.stdout)


main()
