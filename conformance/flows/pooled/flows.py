"""Flows that workers run: each in a process of its own, that is started from where the flow was deployed."""

import os
import pathlib
import time

from prefect import flow, get_run_logger, suspend_flow_run, task


@task
def greeting(name: str) -> str:
    get_run_logger().info("greeting %s", name)
    return f"Hello, {name}"


@flow(name="pooled-hello", log_prints=True)
def hello(name: str = "world") -> str:
    print(f"said in process {os.getpid()}")
    return greeting(name)


@flow(name="pooled-stay")
def stay(gate: str) -> str:
    """Says in which process it is, and stays until its gate is opened."""
    pathlib.Path(f"{gate}.pid").write_text(str(os.getpid()))
    while not pathlib.Path(gate).exists():
        if not pathlib.Path(gate).parent.exists():
            raise SystemExit("the gate is gone")
        time.sleep(0.05)
    return "done"


@flow(name="pooled-suspend", persist_result=True)
def suspend() -> str:
    suspend_flow_run(timeout=600, key="once")
    return "went on"
