"""Flows that wait for somebody to resume them, or for their time."""

import asyncio
from datetime import timedelta

from prefect import flow, runtime
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowFilter, FlowRunFilter
from prefect.flow_runs import pause_flow_run, resume_flow_run
from prefect.states import Scheduled
from scenario import auntil, run, scenario, until
from waiting import Approval, Choice, InThread, ended, inputs


@flow(name="pauses-plain", validate_parameters=False)
def pausing(ids: list) -> str:
    ids.append(runtime.flow_run.id)
    pause_flow_run(timeout=60, poll_interval=1)
    return "resumed"


@scenario
def pause_and_resume():
    running = InThread(pausing)
    flow_run_id = running.once("Paused")
    resume_flow_run(flow_run_id)
    state = running.state()
    return ended(state, result=state.result())


@scenario
def resume_of_what_runs():
    raised = []

    @flow(name="pauses-not-paused")
    def impatient() -> None:
        try:
            resume_flow_run(runtime.flow_run.id)
        except Exception as error:
            raised.append(type(error).__name__)

    return ended(impatient(return_state=True), raised=raised)


@flow(name="pauses-input", validate_parameters=False)
def asking(ids: list) -> dict:
    ids.append(runtime.flow_run.id)
    given = pause_flow_run(wait_for_input=Approval, timeout=60, poll_interval=1)
    return given.model_dump(exclude={"metadata"})


@scenario
def pause_with_input():
    running = InThread(asking)
    flow_run_id = running.once("Paused")
    refused = []

    until(lambda: inputs(flow_run_id))
    for wrong in ({"amount": "many"}, None):
        try:
            resume_flow_run(flow_run_id, run_input=wrong)
        except Exception as error:
            refused.append(f"{type(error).__name__}: {error}")
    resume_flow_run(flow_run_id, run_input={"amount": 7, "approved": True})
    state = running.state()
    return ended(state, result=state.result(), refused=refused)


@flow(name="pauses-initial-data", validate_parameters=False)
def suggesting(ids: list) -> dict:
    ids.append(runtime.flow_run.id)
    form = Approval.with_initial_data(description="How **much**?", reason="suggested", amount=3)
    return pause_flow_run(wait_for_input=form, timeout=60, poll_interval=1).model_dump(exclude={"metadata"})


@scenario
def pause_with_initial_data():
    running = InThread(suggesting)
    flow_run_id = running.once("Paused")

    def described():
        found = inputs(flow_run_id)
        return len(found) == 2 and found

    stored = {found.key: found.value for found in until(described)}
    resume_flow_run(flow_run_id, run_input={})
    state = running.state()
    return ended(state, result=state.result(), inputs=stored)


@flow(name="pauses-choice", validate_parameters=False)
def choosing(ids: list, kind) -> str:
    ids.append(runtime.flow_run.id)
    given = pause_flow_run(wait_for_input=kind, timeout=60, poll_interval=1)
    return repr(getattr(given, "colour", given))


@scenario
def pause_with_model():
    running = InThread(choosing, Choice)
    flow_run_id = running.once("Paused")
    until(lambda: inputs(flow_run_id))
    resume_flow_run(flow_run_id, run_input={"colour": "blue"})
    return ended(running.state(), result=running.state().result())


@scenario
def pause_with_builtin():
    running = InThread(choosing, int)
    flow_run_id = running.once("Paused")
    until(lambda: inputs(flow_run_id))
    resume_flow_run(flow_run_id, run_input={"value": 5})
    return ended(running.state(), result=running.state().result())


@scenario
def pause_times_out():
    @flow(name="pauses-timeout")
    def abandoned() -> None:
        pause_flow_run(timeout=1, poll_interval=1)

    return ended(abandoned(return_state=True))


@flow(name="pauses-async")
async def pausing_async() -> str:
    given = await pause_flow_run(wait_for_input=str, timeout=60, poll_interval=1)
    return given


@scenario
async def pause_async():
    future = asyncio.create_task(pausing_async(return_state=True))
    async with get_client() as client:

        async def asked():
            runs = await client.read_flow_runs(
                flow_filter=FlowFilter(name={"any_": ["pauses-async"]}),
                flow_run_filter=FlowRunFilter(state={"type": {"any_": ["PAUSED"]}}),
            )
            return runs and await client.filter_flow_run_input(runs[0].id, "paused-1", 10, set()) and runs[0]

        flow_run = await auntil(asked)
        await resume_flow_run(flow_run.id, run_input={"value": "an answer"})
        state = await future
    return ended(state, result=await state.aresult())


@scenario
def scheduled_start():
    """A run that starts before its time waits for it."""

    @flow(name="pauses-scheduled")
    def early() -> str:
        return runtime.flow_run.id

    from prefect.flow_engine import run_flow
    from prefect.types._datetime import now

    with get_client(sync_client=True) as client:
        flow_run = client.create_flow_run(early, state=Scheduled(scheduled_time=now("UTC") + timedelta(seconds=3)))
    return {"flow_run_id": run_flow(early, flow_run=flow_run)}


if __name__ == "__main__":
    run()
