"""What is heard while it happens: events and logs over sockets."""

import asyncio
import time
import uuid

from prefect import flow, get_run_logger, runtime, task
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from prefect.events import emit_event
from prefect.events.clients import get_events_subscriber
from prefect.events.filters import EventFilter, EventNameFilter, EventResourceFilter
from prefect.flow_runs import wait_for_flow_run
from prefect.logging.clients import get_logs_subscriber
from scenario import auntil, run, scenario


@flow(name="streams-custom")
def emitting(resource: str) -> dict:
    event = emit_event(
        "conformance.thing.happened",
        resource={"prefect.resource.id": resource, "prefect.resource.name": "a thing"},
        related=[{"prefect.resource.id": f"{resource}.part", "prefect.resource.role": "part"}],
        payload={"whole": 1.0, "big": 2**60, "nested": {"list": [1, None, "ünï"]}},
    )
    return {"id": str(event.id), "flow_run_id": runtime.flow_run.id}


@scenario
def custom_event():
    resource = f"conformance.thing.{uuid.uuid4()}"
    return {**emitting(resource), "resource": resource}


@scenario
async def event_subscription():
    """A subscriber that is there first hears an event soon after it was emitted, and one that comes later hears what is stored."""
    resource = f"conformance.heard.{uuid.uuid4()}"
    wanted = EventFilter(event=EventNameFilter(prefix=["conformance."]), resource=EventResourceFilter(id=[resource]))
    async with get_events_subscriber(filter=wanted) as subscriber:
        started = time.monotonic()
        emit_event("conformance.first", resource={"prefect.resource.id": resource}, payload={"number": 1.5})
        live = await asyncio.wait_for(anext(subscriber), 20)
        seconds = time.monotonic() - started
    await auntil(lambda: stored(resource, 1))
    async with get_events_subscriber(filter=wanted) as subscriber:
        late = await asyncio.wait_for(anext(subscriber), 20)
    return {"live": live.event, "payload": live.payload, "seconds": seconds, "same": live.id == late.id}


async def stored(resource: str, count: int, page_size: int = 50):
    """The first page of a resource's events, once there are so many; the filter ends at the moment when it is made."""
    async with get_client() as client:
        page = await client.read_events(EventFilter(resource=EventResourceFilter(id=[resource])), limit=page_size)
    return page if page.total >= count else None


@scenario
async def event_pages():
    resource = f"conformance.paged.{uuid.uuid4()}"
    for number in range(7):
        emit_event("conformance.paged", resource={"prefect.resource.id": resource}, payload={"number": number})
    page = await auntil(lambda: stored(resource, 7, page_size=3))
    sizes, numbers = [], []
    async with get_client() as client:
        while page:
            sizes.append(len(page.events))
            numbers += [event.payload["number"] for event in page.events]
            page = await page.get_next_page(client)
    return {"sizes": sizes, "numbers": numbers}


@flow(name="streams-observed", log_prints=True)
def observed() -> str:
    print("heard while it runs")
    return runtime.flow_run.id


@scenario
async def flow_run_events():
    """The states of a flow run as events, in their order, and the run that the waiting client then reads."""
    from prefect.client.schemas.objects import State, StateType

    async with get_client() as client:
        flow_run = await client.create_flow_run(observed, state=State(type=StateType.PENDING))
        waiting = asyncio.create_task(wait_for_flow_run(flow_run.id, timeout=30))
        wanted = EventFilter(resource=EventResourceFilter(id=[f"prefect.flow-run.{flow_run.id}"]))
        heard = []
        async with get_events_subscriber(filter=wanted) as subscriber:
            for kind in (StateType.RUNNING, StateType.COMPLETED):
                await client.set_flow_run_state(flow_run.id, State(type=kind))
            async for event in subscriber:
                heard.append([event.event, str(event.id), event.resource["prefect.state-type"]])
                if event.event == "prefect.flow-run.Completed":
                    break
        finished = await asyncio.wait_for(waiting, 30)
    return {"flow_run_id": str(flow_run.id), "heard": heard, "finished": finished.state.type.value}


@scenario
async def log_subscription():
    heard = []
    gate = asyncio.Event()

    @flow(name="streams-logs")
    async def logging_flow() -> None:
        started.set_result(runtime.flow_run.id)
        await gate.wait()
        get_run_logger().info("over the socket")
        get_run_logger().error("and another")

    started = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(logging_flow())
    flow_run_id = await started
    wanted = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[uuid.UUID(flow_run_id)]))
    async with get_logs_subscriber(filter=wanted) as subscriber:
        gate.set()
        while "and another" not in [message for message, _ in heard]:
            log = await asyncio.wait_for(anext(subscriber), 30)
            heard.append([log.message, log.level])
    await running
    return {"flow_run_id": flow_run_id, "heard": heard}


@task
def tracked(number: int) -> int:
    return number


@flow(name="streams-task-events")
def tracking() -> str:
    tracked(1)
    return runtime.flow_run.id


@scenario
def heartbeat_and_task_events():
    return {"flow_run_id": tracking()}


if __name__ == "__main__":
    run()
