"""A flow with tasks, parameters, a return value and logs: synchronous and asynchronous."""

import asyncio
import datetime

from prefect import flow, get_run_logger, runtime, tags, task
from scenario import run, scenario


@task(log_prints=True)
def lonely() -> str:
    print("a task of no flow")
    return runtime.task_run.id


# Before all flows: the thread that sends the client's events keeps the context of the first flow run that it meets.
@scenario(alone=True)
def task_without_flow():
    return {"task_run_id": str(lonely())}


@task(name="double", tags=["arithmetic"], task_run_name="double-{number}")
def double(number: int) -> int:
    get_run_logger().info("doubling %s", number)
    return number * 2


@flow(name="basics-sync", log_prints=True, version="7", flow_run_name="sum-of-{label}")
def sum_of_doubles(numbers: list[int], label: str = "three") -> dict:
    print(f"printing for {label}")
    get_run_logger().warning("a warning with 5% of ünicode")
    return {"sum": sum(double(number) for number in numbers), "flow_run_id": runtime.flow_run.id}


@scenario
def sync_flow():
    with tags("conformance"):
        return sum_of_doubles([1, 2, 3])


@task
async def triple(number: int) -> int:
    get_run_logger().info("tripling %s", number)
    await asyncio.sleep(0)
    return number * 3


@flow(name="basics-async", log_prints=True)
async def sum_of_triples(numbers: list[int]) -> dict:
    print("printing from a coroutine")
    return {"sum": sum(await asyncio.gather(*(triple(number) for number in numbers))), "flow_run_id": runtime.flow_run.id}


@scenario
async def async_flow():
    return await sum_of_triples([1, 2, 3, 4])


@flow(name="basics-parameters")
def echo(whole: float, big: int, text: str, nested: dict, moment: datetime.datetime, nothing: None = None) -> dict:
    return {"flow_run_id": runtime.flow_run.id, "parameters": {k: repr(v) for k, v in runtime.flow_run.parameters.items()}}


@scenario
def parameters():
    moment = datetime.datetime(2026, 2, 3, 4, 5, 6, 789012, tzinfo=datetime.timezone.utc)
    return echo(1.0, 2**62 + 1, "ünï", {"b": [1, 2.50, None], "a": {"deep": True}}, moment)


@flow(name="basics-coerced")
def coerced(count: int, flag: bool = False):
    return {"count": count, "flag": flag, "flow_run_id": runtime.flow_run.id}


@scenario
def coerced_parameters():
    return coerced("5", "yes")


if __name__ == "__main__":
    run()
