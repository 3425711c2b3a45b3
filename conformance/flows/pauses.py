"""Flows that wait: for somebody to resume them, for input, for another flow."""

import asyncio
import os
import subprocess
import sys
import threading
import uuid
from datetime import timedelta

from prefect import flow, runtime, task
from prefect.client.orchestration import get_client
from prefect.flow_runs import pause_flow_run, resume_flow_run, suspend_flow_run
from prefect.input import RunInput, receive_input, send_input
from prefect.states import Scheduled
from pydantic import BaseModel
from scenario import run, scenario, until


class Approval(RunInput):
    approved: bool = False
    reason: str = "none given"
    amount: int


class Choice(BaseModel):
    colour: str = "red"


def read(flow_run_id):
    with get_client(sync_client=True) as client:
        return client.read_flow_run(flow_run_id)


class InThread:
    """A flow that runs in a thread, while the scenario plays the one who resumes it."""

    def __init__(self, body, *arguments):
        self.ids, self.outcome = [], []
        self.thread = threading.Thread(target=self.call, args=(body, *arguments))
        self.thread.start()

    def call(self, body, *arguments):
        self.outcome.append(body(self.ids, *arguments, return_state=True))

    def once(self, state_name: str):
        """The id of the run, when it is in the named state."""

        def reached():
            return self.ids and read(self.ids[0]).state.name == state_name

        until(reached)
        return self.ids[0]

    def state(self):
        self.thread.join(60)
        return self.outcome[0]


def ended(state, **seen) -> dict:
    return {"flow_run_id": str(state.state_details.flow_run_id), "type": state.type.value, "message": state.message, **seen}


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

    def told_schema():
        with get_client(sync_client=True) as client:
            keys = client._client.post(f"/flow_runs/{flow_run_id}/input/filter", json={"prefix": "paused-1", "limit": 10})
            return keys.json()

    until(told_schema)
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

    def asked():
        with get_client(sync_client=True) as client:
            found = client._client.post(f"/flow_runs/{flow_run_id}/input/filter", json={"prefix": "paused-1", "limit": 10})
            return len(found.json()) == 2 and found.json()

    inputs = {found["key"]: found["value"] for found in until(asked)}
    resume_flow_run(flow_run_id, run_input={})
    state = running.state()
    return ended(state, result=state.result(), inputs=inputs)


@flow(name="pauses-choice", validate_parameters=False)
def choosing(ids: list, kind) -> str:
    ids.append(runtime.flow_run.id)
    given = pause_flow_run(wait_for_input=kind, timeout=60, poll_interval=1)
    return repr(getattr(given, "colour", given))


@scenario
def pause_with_model():
    running = InThread(choosing, Choice)
    flow_run_id = running.once("Paused")
    until(lambda: has_schema(flow_run_id))
    resume_flow_run(flow_run_id, run_input={"colour": "blue"})
    return ended(running.state(), result=running.state().result())


@scenario
def pause_with_builtin():
    running = InThread(choosing, int)
    flow_run_id = running.once("Paused")
    until(lambda: has_schema(flow_run_id))
    resume_flow_run(flow_run_id, run_input={"value": 5})
    return ended(running.state(), result=running.state().result())


def has_schema(flow_run_id) -> bool:
    with get_client(sync_client=True) as client:
        return client._client.post(f"/flow_runs/{flow_run_id}/input/filter", json={"prefix": "paused-1-schema"}).json() != []


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
    from prefect.client.schemas.filters import FlowFilter, FlowRunFilter

    future = asyncio.create_task(pausing_async(return_state=True))
    async with get_client() as client:
        while True:
            runs = await client.read_flow_runs(
                flow_filter=FlowFilter(name={"any_": ["pauses-async"]}), flow_run_filter=FlowRunFilter(state={"type": {"any_": ["PAUSED"]}})
            )
            if runs and (await client._client.post(f"/flow_runs/{runs[0].id}/input/filter", json={"prefix": "paused-1-schema"})).json():
                break
            await asyncio.sleep(0.05)
        await resume_flow_run(runs[0].id, run_input={"value": "an answer"})
        state = await future
    return ended(state, result=await state.aresult())


@scenario
def suspend_without_deployment():
    @flow(name="pauses-no-deployment")
    def suspending() -> None:
        suspend_flow_run()

    return ended(suspending(return_state=True))


@task(persist_result=True)
def expensive() -> str:
    print("the expensive task ran")
    return "expensive"


@flow(name="pauses-suspending", persist_result=True, log_prints=True)
def suspending() -> dict:
    value = expensive()
    given = suspend_flow_run(wait_for_input=Approval, timeout=120)
    print(f"resumed with {given.amount}")
    return {"value": value, **given.model_dump(exclude={"metadata"})}


@scenario
def suspend_with_input():
    """The process of a suspended run ends; another one goes on from there, as a runner does."""
    with get_client(sync_client=True) as client:
        flow_id = client.create_flow(suspending)
        body = {"flow_id": str(flow_id), "deployment_id": str(uuid.uuid4()), "state": {"type": "SCHEDULED"}}
        flow_run_id = client._client.post("/flow_runs/", json=body).json()["id"]
    outputs = [execute(flow_run_id)]
    suspended = read(flow_run_id).state
    resume_flow_run(flow_run_id, run_input={"amount": 12})
    resuming = read(flow_run_id).state
    outputs.append(execute(flow_run_id))
    final = read(flow_run_id).state
    times = sum(output.count("the expensive task ran") for output in outputs)
    return ended(final, states=[suspended.name, resuming.name, final.name], result=final.result(), times=times)


def execute(flow_run_id) -> str:
    command = [sys.executable, "-m", "prefect.flow_engine", f"{__file__}:suspending"]
    environment = {**os.environ, "PREFECT__FLOW_RUN_ID": str(flow_run_id)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr


@scenario
def suspended_from_outside():
    """suspend_flow_run of a run elsewhere: it goes into Suspended, and may be resumed."""
    with get_client(sync_client=True) as client:
        flow_id = client.create_flow(suspending)
        body = {"flow_id": str(flow_id), "deployment_id": str(uuid.uuid4()), "state": {"type": "RUNNING"}}
        flow_run_id = client._client.post("/flow_runs/", json=body).json()["id"]
    suspend_flow_run(flow_run_id=flow_run_id, timeout=60)
    suspended = read(flow_run_id).state
    resume_flow_run(flow_run_id)
    resumed = read(flow_run_id).state
    return {"flow_run_id": flow_run_id, "states": [suspended.name, resumed.name], "reschedule": suspended.state_details.pause_reschedule}


@flow(name="pauses-receiver", validate_parameters=False)
def receiving(ids: list) -> list:
    ids.append(runtime.flow_run.id)
    heard = []
    for given in receive_input(Choice, timeout=30, poll_interval=0.2, with_metadata=True):
        heard.append([given.colour, given.metadata.sender])
        given.respond(f"heard {given.colour}")
        if given.colour == "green":
            return heard


@flow(name="pauses-sender")
def sending(receiver: str) -> list:
    for colour in ("blue", "green"):
        RunInput.subclass_from_base_model_type(Choice)(colour=colour).send_to(receiver)
    answers = []
    for answer in receive_input(str, timeout=30, poll_interval=0.2):
        answers.append(answer)
        if len(answers) == 2:
            return answers


@scenario
def send_and_receive():
    receiver = InThread(receiving)
    flow_run_id = receiver.once("Running")
    sent = sending(flow_run_id, return_state=True)
    return ended(receiver.state(), heard=receiver.state().result(), answers=sent.result(), sender=str(sent.state_details.flow_run_id))


@flow(name="pauses-listener", validate_parameters=False)
def listening(ids: list) -> int:
    ids.append(runtime.flow_run.id)
    return sum(next(receive_input(int, timeout=30, poll_interval=0.2)) for _ in range(1))


@scenario
def send_from_outside():
    listener = InThread(listening)
    flow_run_id = listener.once("Running")
    send_input(42, flow_run_id=uuid.UUID(flow_run_id))
    return ended(listener.state(), result=listener.state().result())


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
