"""Flows and tasks that fail, and what still runs after them."""

from prefect import allow_failure, flow, runtime, task
from prefect.states import State
from scenario import run, scenario


class Broken(Exception):
    pass


@task
def good() -> int:
    return 1


@task
def bad() -> int:
    raise Broken("a task broke")


@task
def after(*inputs) -> str:
    return " ".join(type(value).__name__ for value in inputs)


def ended(state: State, **seen) -> dict:
    return {"flow_run_id": str(state.state_details.flow_run_id), "type": state.type.value, "message": state.message, **seen}


@scenario
def failing_flow():
    @flow(name="failures-flow")
    def failing() -> None:
        raise Broken("the flow broke")

    raised = None
    try:
        failing()
    except Broken as error:
        raised = str(error)
    return {**ended(failing(return_state=True)), "raised": raised}


@scenario
def exception_in_task():
    @flow(name="failures-task")
    def failing() -> None:
        good()
        bad()
        good()

    return ended(failing(return_state=True))


@scenario
def caught_exception():
    @flow(name="failures-caught")
    def forgiving() -> str:
        try:
            bad()
        except Broken as error:
            return str(error)

    state = forgiving(return_state=True)
    return ended(state, result=state.result())


@scenario
def upstream_failed():
    """A task that takes the result of a failed one, or waits for it, is not run."""

    @flow(name="failures-upstream")
    def waiting() -> str:
        future = bad.submit()
        states = [after.submit(future, return_state=True), after.submit(wait_for=[future], return_state=True)]
        return [state.name for state in states]

    state = waiting(return_state=True)
    return ended(state, result=state.result())


@scenario
def failure_allowed():
    @flow(name="failures-allowed")
    def forgiving() -> str:
        future = bad.submit()
        return after.submit(allow_failure(future), wait_for=[allow_failure(future)]).result()

    state = forgiving(return_state=True)
    return ended(state, result=state.result(raise_on_failure=False))


@scenario
def failing_subflow():
    @flow(name="failures-child")
    def child() -> None:
        raise Broken("a child broke")

    @flow(name="failures-parent")
    def parent() -> str:
        child(return_state=True)
        return runtime.flow_run.id

    state = parent(return_state=True)
    return ended(state, result=state.result(raise_on_failure=False))


@scenario
def bad_parameters():
    @flow(name="failures-parameters")
    def typed(number: int) -> None: ...

    state = typed("not a number", return_state=True)
    return ended(state)


if __name__ == "__main__":
    run()
