"""
The original's scheduler as its service runs it, one pass for each line of the input: "all" for the pass over all
deployments, "recent" for the one over those just changed. Prints the seconds that each took.
"""

import asyncio
import sys
import time

from prefect.server.services.scheduler import schedule_deployments, schedule_recent_deployments

PASSES = {"all": schedule_deployments, "recent": schedule_recent_deployments}


async def main() -> None:
    while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
        begun = time.perf_counter()
        await PASSES[line]()
        print(time.perf_counter() - begun, flush=True)


asyncio.run(main())
