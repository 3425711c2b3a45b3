"""Flows that are suspended and go on in another process, and flows that send each other messages."""

import os
import subprocess
import sys
import uuid

from prefect import flow, runtime, task
from prefect.client.orchestration import get_client
from prefect.flow_runs import resume_flow_run, suspend_flow_run
from prefect.input import RunInput, receive_input, send_input
from scenario import run, scenario
from waiting import Approval, Choice, InThread, ended, read


@scenario
def suspend_without_deployment():
    @flow(name="messages-no-deployment")
    def suspending() -> None:
        suspend_flow_run()

    return ended(suspending(return_state=True))


@task(persist_result=True)
def expensive() -> str:
    print("the expensive task ran")
    return "expensive"


@flow(name="messages-suspending", persist_result=True, log_prints=True)
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


@flow(name="messages-receiver", validate_parameters=False)
def receiving(ids: list) -> list:
    ids.append(runtime.flow_run.id)
    heard = []
    for given in receive_input(Choice, timeout=30, poll_interval=0.2, with_metadata=True):
        heard.append([given.colour, given.metadata.sender])
        given.respond(f"heard {given.colour}")
        if given.colour == "green":
            return heard


@flow(name="messages-sender")
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


@flow(name="messages-listener", validate_parameters=False)
def listening(ids: list) -> int:
    ids.append(runtime.flow_run.id)
    return sum(next(receive_input(int, timeout=30, poll_interval=0.2)) for _ in range(1))


@scenario
def send_from_outside():
    listener = InThread(listening)
    flow_run_id = listener.once("Running")
    send_input(42, flow_run_id=uuid.UUID(flow_run_id))
    return ended(listener.state(), result=listener.state().result())


if __name__ == "__main__":
    run()
