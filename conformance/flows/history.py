"""A few flow runs of several states, for the command line to look at."""

from prefect import flow, get_run_logger, runtime
from prefect.client.orchestration import get_client
from prefect.states import Scheduled
from scenario import run, scenario


@flow(name="history-talkative", flow_run_name="talk-{lines}")
def talkative(lines: int) -> str:
    for line in range(lines):
        get_run_logger().info("line %03d of many", line)
    return runtime.flow_run.id


@flow(name="history-failing", log_prints=True)
def failing() -> None:
    print(runtime.flow_run.id)
    raise ValueError("on purpose")


@scenario
def runs():
    with get_client(sync_client=True) as client:
        scheduled = client.create_flow_run(talkative, parameters={"lines": 3}, name="talk-later", state=Scheduled())
    failed = failing(return_state=True)
    return {
        "long": talkative(250),
        "short": talkative(3),
        "failed": str(failed.state_details.flow_run_id),
        "scheduled": str(scheduled.id),
    }


if __name__ == "__main__":
    run()
