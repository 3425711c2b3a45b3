"""A flow that stays in its body until the file that it is given appears: for what happens to a flow from outside."""

import os
import pathlib
import sys
import time

from prefect import flow, get_run_logger, task


@task
def step(name: str) -> str:
    return name


@flow(name="lingering", log_prints=True)
def lingering(gate: str) -> str:
    step("before")
    print(f"in process {os.getpid()}")
    get_run_logger().info("waiting at the gate")
    while not pathlib.Path(gate).exists():
        # The test that would open it is over, and so is this process, should nobody have ended it.
        if not pathlib.Path(gate).parent.exists():
            raise SystemExit("the gate is gone")
        time.sleep(0.05)
    print("through the gate")
    step("after")
    return "done"


if __name__ == "__main__":
    lingering(sys.argv[1])
