"""The whole event of a few transitions, with what the run looked like, so that every label can be compared."""

import json

import prefect.server.models as models
import prefect.server.schemas as schemas
from transitions_original import EMITTED, body_of

PAUSED = {"type": "PAUSED", "message": "wait", "state_details": {"pause_reschedule": True}}
MAKERS = ("DEPLOYMENT", "AUTOMATION", "SCHEDULE")


async def recorded_events(original):
    """One event of a bare run, and two of each run made by something."""
    bare = await dressed_run(original, None)
    events = [await event_of(original, bare, {"type": "RUNNING", "message": "go"})]
    for maker in MAKERS:
        run = await dressed_run(original, maker)
        for proposal in ({"type": "RUNNING"}, PAUSED):
            events.append(await event_of(original, run, proposal))
    return events


async def event_of(original, run, proposal):
    async with original.session() as session:
        initial = (await models.flow_runs.read_flow_run(session, run["id"])).state
        initial = initial and initial.as_state()
    EMITTED.clear()
    status, answer = await original.propose("flow_runs", run["id"], body_of(proposal), {"force": True})
    assert status == 201, answer
    (event,) = EMITTED
    said = json.loads(event.model_dump_json(exclude={"received"}))
    return {"run": run, "initial": initial and json.loads(initial.model_dump_json()), "written": answer["state"], "event": said}


async def dressed_run(original, maker):
    """A run with everything around it that an event can name, or, without a maker, with nothing but its flow."""
    async with original.session() as session:
        name = f"events-{maker}"
        flow = await models.flows.create_flow(session, schemas.core.Flow(name=name, tags=["of-flow", "b"]))
        row = {"flow_id": flow.id, "name": name, "tags": ["a", "b"]}
        around = {"flow": related(flow)}
        if maker:
            around.update(await surroundings(session, flow, row, maker))
        run = await models.flow_runs.create_flow_run(session, schemas.core.FlowRun(**row))
        await models.flow_runs.set_flow_run_state(session, run.id, schemas.states.Pending(), force=True)
        return {"id": str(run.id), "name": run.name, "tags": run.tags, "surroundings": around}


async def surroundings(session, flow, row, maker):
    pool = await models.workers.create_work_pool(session, schemas.actions.WorkPoolCreate(name=f"pool-{maker}", type="process"))
    queue = await models.workers.read_work_queue(session, pool.default_queue_id)
    deployment = await models.deployments.create_deployment(
        session, schemas.core.Deployment(name="d", flow_id=flow.id, tags=["of-deployment"])
    )
    outer = await models.flow_runs.create_flow_run(session, schemas.core.FlowRun(flow_id=flow.id))
    task_run = await models.task_runs.create_task_run(
        session, schemas.core.TaskRun(flow_run_id=outer.id, task_key="t", dynamic_key="0", name="t-0", tags=["of-task"])
    )
    display = None if maker == "AUTOMATION" else "maker"
    created_by = schemas.core.CreatedBy(id=flow.id, type=maker, display_value=display)
    row.update(
        deployment_id=deployment.id, work_queue_id=queue.id, parent_task_run_id=task_run.id, created_by=created_by
    )
    return {
        "deployment": related(deployment),
        "work_queue": related(queue),
        "work_pool": {**related(pool), "type": pool.type},
        "task_run": related(task_run),
        "created_by": json.loads(created_by.model_dump_json()),
    }


def related(thing):
    return {"id": str(thing.id), "name": thing.name, "tags": getattr(thing, "tags", None) or []}
