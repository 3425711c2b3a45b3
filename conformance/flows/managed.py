"""Executes the lingering flow as a runner does: in a process of its own that the runner watches, ends and reports on."""

import asyncio
import sys

from lingering import lingering
from prefect.client.orchestration import get_client
from prefect.runner import Runner
from prefect.states import Scheduled


async def main(gate: str) -> None:
    async with get_client() as client:
        flow_run = await client.create_flow_run(lingering, parameters={"gate": gate}, state=Scheduled())
    async with Runner(pause_on_shutdown=False) as runner:
        await runner.execute_flow_run(flow_run.id, entrypoint=f"{lingering.__module__}.py:lingering")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
