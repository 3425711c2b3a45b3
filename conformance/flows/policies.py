"""Retries, timeouts, caching, transactions, hooks and states."""

import asyncio
import time
from datetime import timedelta

from prefect import flow, runtime, task
from prefect.cache_policies import INPUTS
from prefect.states import Completed, Failed
from prefect.transactions import transaction
from scenario import run, scenario, until


class Flaky(Exception):
    pass


def failing_first(times: int):
    """A function that raises so often and then returns how often it was called."""
    calls = []

    def call() -> int:
        calls.append(1)
        if len(calls) <= times:
            raise Flaky(f"call {len(calls)}")
        return len(calls)

    return call


def states_of(state) -> dict:
    return {"flow_run_id": str(state.state_details.flow_run_id), "name": state.name, "type": state.type.value}


@scenario
def task_retries():
    flaky = failing_first(2)

    @task(retries=3, retry_delay_seconds=[1, 0, 5])
    def delayed() -> int:
        return flaky()

    @flow(name="policies-task-retries")
    def retrying() -> dict:
        return {"calls": delayed(), "flow_run_id": runtime.flow_run.id}

    return retrying()


@scenario
def retry_jitter():
    flaky = failing_first(1)

    @task(retries=1, retry_delay_seconds=1, retry_jitter_factor=0.5)
    def jittered() -> int:
        return flaky()

    @flow(name="policies-jitter")
    def retrying() -> dict:
        return {"calls": jittered(), "flow_run_id": runtime.flow_run.id}

    return retrying()


@scenario
def retry_condition():
    @task(retries=3, retry_condition_fn=lambda task, run, state: "again" in (state.message or ""))
    def choosy(calls: list, word: str) -> None:
        calls.append(1)
        raise Flaky(word)

    @flow(name="policies-condition")
    def retrying() -> dict:
        again, never = [], []
        choosy(again, "again", return_state=True)
        choosy(never, "never", return_state=True)
        return {"again": len(again), "never": len(never), "flow_run_id": runtime.flow_run.id}

    return retrying()


@scenario
def flow_retries():
    flaky = failing_first(2)
    task_calls = []

    @task(persist_result=True)
    def counted() -> int:
        task_calls.append(1)
        return 1

    @flow(name="policies-flow-retries", retries=2, retry_delay_seconds=0.2)
    def retrying() -> dict:
        counted()
        return {"calls": flaky(), "task_calls": len(task_calls), "flow_run_id": runtime.flow_run.id}

    return retrying()


@scenario
def flow_retries_exhausted():
    @flow(name="policies-flow-exhausted", retries=1)
    def hopeless() -> None:
        raise Flaky(f"attempt {runtime.flow_run.run_count}")

    state = hopeless(return_state=True)
    return {**states_of(state), "message": state.message}


@scenario(alone=True)
def flow_timeout():
    @flow(name="policies-flow-timeout", timeout_seconds=0.5)
    def slow() -> None:
        time.sleep(5)

    return states_of(slow(return_state=True))


@scenario
async def async_flow_timeout():
    @flow(name="policies-async-flow-timeout", timeout_seconds=0.5)
    async def slow() -> None:
        await asyncio.sleep(20)

    return states_of(await slow(return_state=True))


@scenario(alone=True)
def task_timeout():
    @task(timeout_seconds=0.3, retries=1)
    def slow() -> None:
        time.sleep(5)

    @flow(name="policies-task-timeout")
    def waiting() -> str:
        return slow(return_state=True).name

    state = waiting(return_state=True)
    return {**states_of(state), "task_state": state.result(raise_on_failure=False)}


@scenario
def caching():
    calls = []

    @task(cache_key_fn=lambda context, parameters: f"{context.task_run.flow_run_id}-{parameters['number']}", persist_result=True)
    def cached(number: int) -> int:
        calls.append(number)
        return number * 10

    @flow(name="policies-caching")
    def twice() -> dict:
        first, second, other = cached(1, return_state=True), cached(1, return_state=True), cached(2, return_state=True)
        again = cached.with_options(refresh_cache=True)(1, return_state=True)
        names = [state.name for state in (first, second, other, again)]
        return {"names": names, "values": [second.result(), again.result()], "calls": calls, "flow_run_id": runtime.flow_run.id}

    return twice()


@scenario(alone=True)
def cache_expiration():
    calls = []

    @task(cache_policy=INPUTS, cache_expiration=timedelta(seconds=2), persist_result=True)
    def briefly(number: int) -> int:
        calls.append(time.monotonic())
        return number

    @flow(name="policies-expiration")
    def expiring() -> dict:
        names = [briefly(1, return_state=True).name, briefly(1, return_state=True).name]

        def expired() -> bool:
            return briefly(1, return_state=True).name == "Completed"

        until(expired, seconds=10)
        return {"names": names, "lived": calls[1] - calls[0], "flow_run_id": runtime.flow_run.id}

    return expiring()


@scenario
def transactions():
    happened = []

    @task
    def write(name: str) -> str:
        happened.append(f"wrote {name}")
        return name

    @write.on_commit
    def committed(txn) -> None:
        happened.append("committed")

    @write.on_rollback
    def undone(txn) -> None:
        happened.append("rolled back")

    @flow(name="policies-transactions")
    def transacting(fail: bool) -> None:
        with transaction():
            write("a")
            write("b")
            happened.append("leaving")
            if fail:
                raise Flaky("in the transaction")

    good = transacting(False, return_state=True)
    kept, happened[:] = list(happened), []
    bad = transacting(True, return_state=True)
    return {"kept": kept, "undone": happened, "good": states_of(good), "bad": states_of(bad)}


@scenario
def hooks():
    heard = []

    def hear(kind: str):
        def hook(subject, run, state) -> None:
            heard.append(f"{kind}: {subject.name} {state.name}")

        return hook

    async def hear_async(subject, run, state) -> None:
        heard.append(f"async: {subject.name} {state.name}")

    @task(name="good-task", on_completion=[hear("completion"), hear_async])
    def good() -> None: ...

    @task(name="bad-task", on_failure=[hear("failure")])
    def bad() -> None:
        raise Flaky("on purpose")

    @flow(name="policies-hooks", on_running=[hear("running")], on_completion=[hear("completion")], on_failure=[hear("failure")])
    def hooked(fail: bool) -> None:
        good()
        if fail:
            bad()

    hooked(False, return_state=True)
    completed, heard[:] = list(heard), []
    state = hooked(True, return_state=True)
    return {"completed": completed, "failed": heard, **states_of(state)}


@scenario
def returned_states():
    @task
    def manual(how: str):
        return Completed(message="by hand", name="Skipped") if how == "skip" else Failed(message="by hand")

    @flow(name="policies-manual-states")
    def by_hand():
        skipped, failed = manual("skip", return_state=True), manual("fail", return_state=True)
        return Completed(message=f"{skipped.name} and {failed.name}", name="Nothing To Do")

    state = by_hand(return_state=True)
    return {**states_of(state), "message": state.message}


@scenario
def failed_state_returned():
    @flow(name="policies-failed-state")
    def by_hand():
        return Failed(message="given up")

    state = by_hand(return_state=True)
    return {**states_of(state), "message": state.message}


@scenario
def states_decide():
    """A flow that returns several states fails when one of them did."""

    @task
    def outcome(good: bool) -> int:
        if not good:
            raise Flaky("one of three")
        return 1

    @flow(name="policies-many-states")
    def many():
        return [outcome(good, return_state=True) for good in (True, False, True)]

    state = many(return_state=True)
    return {**states_of(state), "message": state.message}


if __name__ == "__main__":
    run()
