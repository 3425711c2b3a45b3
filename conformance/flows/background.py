"""A task that is deferred: `background.py serve NAME` serves it in a task worker, `background.py` defers it and waits."""

import os
import sys
import time

from prefect import task
from prefect.task_worker import serve
from scenario import run, scenario


@task(persist_result=True)
def work(number: int) -> dict:
    # Long enough for the other worker to take the next one.
    time.sleep(0.1)
    return {"number": number, "process": os.getpid()}


@task(retries=1, persist_result=True)
def fail_once(folder: str) -> str:
    marker = os.path.join(folder, "failed-once")
    if not os.path.exists(marker):
        open(marker, "w").close()
        raise ValueError("the first time")
    return "the second time"


@scenario
def deferred():
    futures = [work.delay(number) for number in range(8)]
    for future in futures:
        future.wait(60)
    return {
        "results": [future.result() for future in futures],
        "task_run_ids": [str(future.task_run_id) for future in futures],
    }


@scenario
def retried():
    future = fail_once.delay(os.environ["PREFECT_HOME"])
    future.wait(60)
    return {"result": future.result(), "task_run_id": str(future.task_run_id)}


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        # One at a time: the client's threads have been seen to wait for each other when their first tasks begin together.
        serve(work, fail_once, limit=1)
    else:
        run()
