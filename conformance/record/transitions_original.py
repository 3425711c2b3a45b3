"""The original server in this process: makes runs in its database and proposes states to its API."""

import datetime
import json
import uuid

import httpx
import sqlalchemy as sa
from prefect.server import models, schemas
from prefect.server.api.server import create_app
from prefect.server.concurrency.lease_storage import get_concurrency_lease_storage
from prefect.server.database import provide_database_interface
from prefect.server.orchestration import core_policy, instrumentation_policies

EMITTED: list = []
ENQUEUED: list = []


class Events:
    """Stands where the original's client of its own event stream stands."""

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exception):
        return None

    async def emit(self, event):
        EMITTED.append(event)


class Queue:
    """Stands where the original's queues of background tasks stand."""

    @classmethod
    def for_key(cls, key):
        return cls()

    async def enqueue(self, run):
        ENQUEUED.append("scheduled")

    async def retry(self, run):
        ENQUEUED.append("retry")


instrumentation_policies.PrefectServerEventsClient = Events
core_policy.TaskQueue = Queue


def body_of(proposal, **details):
    """A state as it is sent: times are written as seconds from now."""
    body = json.loads(json.dumps(proposal))
    said = {**body.get("state_details", {}), **details}
    for key in ("scheduled_time", "pause_timeout"):
        if key in said:
            moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=said[key])
            said[key] = moment.isoformat()
    return {**body, "state_details": said}


def state_of(proposal):
    body = schemas.actions.StateCreate(**body_of(proposal))
    return schemas.states.State(**body.model_dump(exclude_unset=True))


class Original:
    """One running original with an empty database."""

    async def __aenter__(self):
        app = create_app(ephemeral=True)
        self.db = provide_database_interface()
        await self.db.create_db()
        self.lifespan = app.router.lifespan_context(app)
        await self.lifespan.__aenter__()
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://record/api")
        return self

    async def __aexit__(self, *exception):
        await self.client.aclose()
        await self.lifespan.__aexit__(*exception)

    def session(self):
        return self.db.session_context(begin_transaction=True)

    async def propose(self, route, run_id, body, variant):
        """The answer's status and body; None for the body of a server error."""
        if variant.get("late"):
            return await self.mark_late(run_id, body)
        headers = {"User-Agent": f"prefect/{variant['client']} (API 0.8.4)"} if variant.get("client") else {}
        if variant.get("api"):
            headers["X-PREFECT-API-VERSION"] = variant["api"]
        content = {"state": body, "force": variant.get("force", False)}
        response = await self.client.post(f"/{route}/{run_id}/set_state", json=content, headers=headers)
        return response.status_code, None if response.status_code >= 500 else response.json()

    async def mark_late(self, run_id, body):
        """What the service that marks late runs does; it has no route, so its status is that of a route's answer."""
        async with self.session() as session:
            run = await models.flow_runs.read_flow_run(session, run_id)
            before = run.state_id
            state = schemas.states.State(**schemas.actions.StateCreate(**body).model_dump(exclude_unset=True))
            result = await models.flow_runs.set_flow_run_state(
                session, run_id, state, flow_policy=core_policy.MarkLateRunsPolicy
            )
            answer = json.loads(result.model_dump_json())
            new = result.state is not None and result.state.id != before
        return 201 if new else 200, answer

    async def flow_run(self, variant, steps):
        """A new flow run of the variant's kind, taken through the steps: ids of the run, its limit, its parent task run."""
        async with self.session() as session:
            flow = await models.flows.create_flow(session, schemas.core.Flow(name=f"f{uuid.uuid4()}"))
            limit = await self.limit(session, f"l{uuid.uuid4()}", variant["limit"]) if variant.get("limit") else None
            deployment = await self.deployment(session, flow, limit, variant) if variant.get("deployed") else None
            parent = None
            if variant.get("parent"):
                outer = await models.flow_runs.create_flow_run(session, schemas.core.FlowRun(flow_id=flow.id))
                parent = await models.task_runs.create_task_run(
                    session, schemas.core.TaskRun(flow_run_id=outer.id, task_key="t", dynamic_key="0")
                )
            run = await models.flow_runs.create_flow_run(
                session,
                schemas.core.FlowRun(
                    flow_id=flow.id,
                    deployment_id=deployment and deployment.id,
                    parent_task_run_id=parent and parent.id,
                    empirical_policy=variant.get("policy", {}),
                ),
            )
            for step in steps:
                await self.take_flow_step(session, run, step, variant)
            await session.flush()
            run = await models.flow_runs.read_flow_run(session, run.id)
            run.infrastructure_pid = variant.get("pid")
            if variant.get("deployed") == "gone":
                await session.execute(sa.delete(self.db.Deployment).where(self.db.Deployment.id == deployment.id))
            if limit:
                await self.unsettle(limit, run, variant["limit"])
            return run.id, limit and limit.id, parent and parent.id

    async def limit(self, session, name, said):
        row = schemas.core.ConcurrencyLimitV2(name=name, limit=said["limit"], active_slots=said["taken"])
        return await models.concurrency_limits_v2.create_concurrency_limit(session, row)

    async def deployment(self, session, flow, limit, variant):
        options = limit and {"collision_strategy": variant["limit"].get("strategy", "ENQUEUE")}
        row = schemas.core.Deployment(
            name="d", flow_id=flow.id, concurrency_limit_id=limit and limit.id, concurrency_options=options
        )
        return await models.deployments.create_deployment(session, row)

    async def take_flow_step(self, session, run, step, variant):
        prepared = variant.get("prepare") == "core"
        await models.flow_runs.set_flow_run_state(
            session,
            run.id,
            state_of(step),
            flow_policy=core_policy.CoreFlowPolicy if prepared else core_policy.MinimalFlowPolicy,
            client_version=variant.get("client"),
        )

    async def unsettle(self, limit, run, said):
        """Brings about what happens to limits behind a run's back."""
        if said.get("inactive"):
            limit.active = False
        lease = run.state and run.state.as_state().state_details.deployment_concurrency_lease_id
        if said.get("lost") and lease:
            await get_concurrency_lease_storage().revoke_lease(lease)
            limit.active_slots = said["lost"] - 1

    async def task_run(self, variant, steps):
        """A new task run of the variant's kind, taken through the steps: its id, and the ids of its tags' limits by tag."""
        limits = await self.tag_limits(variant.get("tags", []))
        async with self.session() as session:
            flow_run = None if variant["flow"] is None else await self.enclosing(session)
            row = schemas.core.TaskRun(
                flow_run_id=flow_run and flow_run.id,
                task_key="t",
                dynamic_key=str(uuid.uuid4()),
                tags=list(limits),
                empirical_policy=variant.get("policy", {}),
            )
            run = await models.task_runs.create_task_run(session, row)
            prepared = variant.get("prepare") == "core"
            policy = core_policy.CoreTaskPolicy if prepared else core_policy.MinimalTaskPolicy
            for step in steps:
                await models.task_runs.set_task_run_state(session, run.id, state_of(step), task_policy=policy)
            for step in variant["flow"] or []:
                await self.take_flow_step(session, flow_run, step, {})
            return run.id, limits

    async def tag_limits(self, sayings):
        """Committed before any run asks for their slots: the original takes those in a transaction of its own."""
        limits = {}
        async with self.session() as session:
            for said in sayings:
                tag = f"t{uuid.uuid4()}"
                row = await self.limit(session, f"tag:{tag}", said)
                row.active = not said.get("inactive")
                limits[tag] = row.id
        return limits

    async def enclosing(self, session):
        flow = await models.flows.create_flow(session, schemas.core.Flow(name=f"f{uuid.uuid4()}"))
        flow_run = await models.flow_runs.create_flow_run(session, schemas.core.FlowRun(flow_id=flow.id))
        await self.take_flow_step(session, flow_run, {"type": "RUNNING"}, {})
        return flow_run

    async def slots(self, limit_ids):
        """How many slots of these limits are taken."""
        async with self.session() as session:
            limit = self.db.ConcurrencyLimitV2
            rows = await session.execute(sa.select(limit).where(limit.id.in_(limit_ids)))
            return sum(row.active_slots for row in rows.scalars())

    async def lease_of(self, state):
        lease = state and state.state_details.deployment_concurrency_lease_id
        if not lease:
            return None
        return "live" if await get_concurrency_lease_storage().read_lease(lease) else "lost"

    async def holds_tags(self, limit_ids, run_id):
        for limit_id in limit_ids:
            holders = await get_concurrency_lease_storage().list_holders_for_limit(limit_id)
            if any(str(holder.id) == str(run_id) for _, holder in holders):
                return True
        return False
