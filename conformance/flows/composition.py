"""Tasks submitted, mapped and nested; flows in flows."""

import asyncio
import time

from prefect import flow, runtime, task
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.task_runners import ThreadPoolTaskRunner
from scenario import run, scenario, until


@task
def one() -> int:
    return 1


@task
def add(left: int, right: int) -> int:
    return left + right


@task
def last(total: int) -> int:
    return total


@flow(name="composition-submit")
def submitting() -> dict:
    first = one.submit()
    second = add.submit(first, 2)
    third = last.submit(second, wait_for=[first])
    return {"result": third.result(), "flow_run_id": runtime.flow_run.id}


@scenario
def submit():
    return submitting()


@task
def square(number: int) -> int:
    return number * number


@task
def total(numbers: list[int]) -> int:
    return sum(numbers)


@flow(name="composition-map", task_runner=ThreadPoolTaskRunner(max_workers=16))
def mapping(count: int) -> dict:
    squares = square.map(range(count))
    return {"result": total.submit(squares).result(), "flow_run_id": runtime.flow_run.id}


@scenario
def map_two_hundred():
    return mapping(200)


@task
async def cube(number: int) -> int:
    await asyncio.sleep(0)
    return number**3


@flow(name="composition-async-submit")
async def submitting_async() -> dict:
    futures = [cube.submit(number) for number in range(5)]
    return {"result": sum(future.result() for future in futures), "flow_run_id": runtime.flow_run.id}


@scenario
async def async_submit():
    return await submitting_async()


@flow(name="composition-grandchild")
def grandchild(number: int) -> dict:
    return {"result": add(number, 1), "runs": [runtime.flow_run.id]}


@flow(name="composition-child")
def child(number: int) -> dict:
    below = grandchild(number)
    return {"result": below["result"] * 2, "runs": [runtime.flow_run.id, *below["runs"]]}


@flow(name="composition-parent")
def parent(number: int) -> dict:
    below = child(number)
    return {"result": below["result"] + 100, "runs": [runtime.flow_run.id, *below["runs"]]}


@scenario
def nested_flows():
    return parent(4)


@flow(name="composition-async-child")
async def async_child(number: int) -> int:
    return await cube(number)


@flow(name="composition-async-parent")
async def async_parent() -> dict:
    cubes = await asyncio.gather(*(async_child(number) for number in range(3)))
    return {"result": cubes, "flow_run_id": runtime.flow_run.id}


@scenario
async def concurrent_subflows():
    return await async_parent()


@flow(name="composition-visible")
def looking() -> dict:
    """A flow that looks for its own task run, as soon as that has ended."""
    add(1, 2)
    ended = time.monotonic()

    def recorded():
        with get_client(sync_client=True) as client:
            runs = client.read_task_runs(flow_run_filter=FlowRunFilter(id={"any_": [runtime.flow_run.id]}))
            return [run for run in runs if run.state.name == "Completed"]

    until(recorded)
    return {"seconds": time.monotonic() - ended, "flow_run_id": runtime.flow_run.id}


@scenario(alone=True)
def visible_at_once():
    return looking()


@task
def inner(number: int) -> int:
    return number + 1


@task
def outer(number: int) -> int:
    return inner(number) + inner(number)


@flow(name="composition-tasks-in-tasks")
def nesting_tasks() -> dict:
    return {"result": outer(1), "flow_run_id": runtime.flow_run.id}


@scenario
def tasks_in_tasks():
    return nesting_tasks()


if __name__ == "__main__":
    run()
