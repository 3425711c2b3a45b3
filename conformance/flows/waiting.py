"""What the flows that wait have in common: one plays the flow, another the one who lets it go on."""

import threading

from prefect.client.orchestration import get_client
from prefect.input import RunInput
from pydantic import BaseModel
from scenario import until


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


def inputs(flow_run_id, prefix: str = "paused-1"):
    """What a paused run has stored: the schema of what it waits for, and perhaps words about it."""
    with get_client(sync_client=True) as client:
        return client.filter_flow_run_input(flow_run_id, prefix, 10, set())
