"""Limits: concurrency() and rate_limit(), and limits of tags on tasks."""

import asyncio
import threading
import time

from prefect import flow, runtime, task
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
from prefect.concurrency.asyncio import concurrency as aconcurrency
from prefect.concurrency.asyncio import rate_limit as arate_limit
from prefect.concurrency.sync import concurrency, rate_limit
from prefect.task_runners import ThreadPoolTaskRunner
from scenario import run, scenario


class Counter:
    """How many are inside at once, and the most that ever were."""

    def __init__(self):
        self.inside, self.most, self.lock = 0, 0, threading.Lock()

    def __enter__(self):
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)

    def __exit__(self, *_):
        with self.lock:
            self.inside -= 1


def limit(name: str, slots: int, decay: float = 0.0) -> str:
    with get_client(sync_client=True) as client:
        body = GlobalConcurrencyLimitCreate(name=name, limit=slots, slot_decay_per_second=decay)
        return str(client.create_global_concurrency_limit(body))


@scenario
def concurrency_sync():
    limit("limits-sync", 2)
    counter, pair = Counter(), threading.Barrier(2)

    @task
    def guarded(number: int) -> int:
        with concurrency("limits-sync", occupy=1), counter:
            # Nobody leaves alone: so two are in at once, however slow the machine is.
            pair.wait(timeout=60)
        return number

    @flow(name="limits-sync", task_runner=ThreadPoolTaskRunner(max_workers=4))
    def crowded() -> dict:
        return {"numbers": guarded.map(range(4)).result(), "flow_run_id": runtime.flow_run.id}

    return {**crowded(), "most": counter.most}


@scenario
async def concurrency_async():
    limit("limits-async", 1)
    counter = Counter()

    async def guarded() -> None:
        async with aconcurrency("limits-async", occupy=1):
            with counter:
                await asyncio.sleep(0.05)

    @flow(name="limits-async")
    async def crowded() -> dict:
        await asyncio.gather(*(guarded() for _ in range(3)))
        return {"flow_run_id": runtime.flow_run.id}

    return {**(await crowded()), "most": counter.most}


@scenario
def several_limits():
    limit("limits-first", 3)
    limit("limits-second", 1)
    with concurrency(["limits-first", "limits-second"], occupy=1):
        with get_client(sync_client=True) as client:
            found = [client.read_global_concurrency_limit_by_name(f"limits-{name}") for name in ("first", "second")]
            held = [limit.active_slots for limit in found]
        try:
            with concurrency("limits-second", occupy=1, timeout_seconds=0.5):
                second = "taken"
        except TimeoutError:
            second = "timed out"
    return {"held": held, "second": second}


@scenario
def strict_and_oversized():
    limit("limits-small", 1)
    raised = []
    for name, slots, strict in (("limits-unknown", 1, True), ("limits-small", 2, False)):
        try:
            with concurrency(name, occupy=slots, strict=strict):
                raised.append("nothing")
        except Exception as error:
            raised.append(type(error).__name__)
    with concurrency("limits-unknown", occupy=1):
        raised.append("not strict")
    return {"raised": raised}


@scenario
def rate_limit_sync():
    limit("limits-rate", 1, decay=2.0)
    started = time.monotonic()
    for _ in range(3):
        rate_limit("limits-rate", occupy=1)
    return {"seconds": time.monotonic() - started}


@scenario
async def rate_limit_async():
    limit("limits-arate", 2, decay=4.0)
    started = time.monotonic()
    await asyncio.gather(*(arate_limit("limits-arate", occupy=1) for _ in range(4)))
    return {"seconds": time.monotonic() - started}


@scenario
def rate_limit_without_decay():
    limit("limits-no-decay", 1)
    try:
        rate_limit("limits-no-decay", occupy=1)
    except Exception as error:
        return {"raised": type(error).__name__, "message": str(error)}


@scenario
def tag_limit():
    with get_client(sync_client=True) as client:
        client.create_concurrency_limit("limits-tag", 1)
    counter = Counter()

    @task(tags=["limits-tag"])
    def tagged(number: int) -> int:
        with counter:
            time.sleep(0.1)
        return number

    @flow(name="limits-tag", task_runner=ThreadPoolTaskRunner(max_workers=3))
    def crowded() -> dict:
        return {"numbers": tagged.map(range(3)).result(), "flow_run_id": runtime.flow_run.id}

    return {**crowded(), "most": counter.most}


@scenario
def tag_limit_of_zero():
    with get_client(sync_client=True) as client:
        client.create_concurrency_limit("limits-closed", 0)

    @task(tags=["limits-closed"])
    def closed() -> None: ...

    @flow(name="limits-closed")
    def blocked() -> None:
        closed()

    state = blocked(return_state=True)
    return {"flow_run_id": str(state.state_details.flow_run_id), "type": state.type.value, "message": state.message}


if __name__ == "__main__":
    run()
