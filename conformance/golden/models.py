"""The installed original's models and enumerations."""

import enum
import importlib
import typing as t
import warnings

from pydantic import BaseModel

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
    "prefect.server.api.ui.flows",
    "prefect.server.api.ui.flow_runs",
    "prefect.server.api.ui.task_runs",
    "prefect.server.api.task_workers",
    "prefect.server.models.task_workers",
    "prefect.server.models.flow_runs",
    "prefect.client.schemas.worker_channel",
]


def models() -> dict[str, t.Any]:
    """Every model and enumeration by name; the first module that has a name keeps it."""
    warnings.simplefilter("ignore")
    found: dict[str, t.Any] = {}
    for module in map(importlib.import_module, MODULES):
        for name, kind in vars(module).items():
            if isinstance(kind, type) and issubclass(kind, (BaseModel, enum.Enum)):
                found.setdefault(name, kind)
    return found
