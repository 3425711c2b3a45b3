"""Records what the original server answers to every proposed state, and what it then knows of the run.

Usage, with a Python that has the original installed and an empty PostgreSQL database (tag limits cannot be taken on SQLite):

    python conformance/record/transitions.py postgresql+asyncpg://user@host/empty \
        > packages/server/src/orion/states/recorded/transitions.json

The record holds, for flow runs and task runs, the proposals, the initial states, and one group for each pair of variant
and initial state: the run as it was (`before`) and one answer for each proposal, in the order of the variant's proposals.
An answer is an index into `answers`, where it reads in words (see `told` below).
"""

import asyncio
import datetime
import json
import os
import sys
import tempfile
import uuid

from transitions_cases import FLOW, TASK

os.environ.update(
    PREFECT_HOME=tempfile.mkdtemp(),
    PREFECT_API_DATABASE_CONNECTION_URL=sys.argv[1],
    PREFECT_SERVER_ANALYTICS_ENABLED="false",
    PREFECT_LOGGING_SERVER_LEVEL="CRITICAL",
    PREFECT_SERVER_API_DOCKET_NAME="recording",
)

import httpx  # noqa: E402
import sqlalchemy as sa  # noqa: E402
from prefect.server import models, schemas  # noqa: E402
from prefect.server.api.server import create_app  # noqa: E402
from prefect.server.concurrency.lease_storage import get_concurrency_lease_storage  # noqa: E402
from prefect.server.database import provide_database_interface  # noqa: E402
from prefect.server.orchestration import core_policy, instrumentation_policies  # noqa: E402

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
    @classmethod
    def for_key(cls, key):
        return cls()

    async def enqueue(self, run):
        ENQUEUED.append("scheduled")

    async def retry(self, run):
        ENQUEUED.append("retry")


instrumentation_policies.PrefectServerEventsClient = Events
core_policy.TaskQueue = Queue


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def body_of(proposal, **details):
    """A state as it is sent: times are written as seconds from now."""
    body = json.loads(json.dumps(proposal))
    said = {**body.get("state_details", {}), **details}
    for key in ("scheduled_time", "pause_timeout"):
        if key in said:
            said[key] = (now() + datetime.timedelta(seconds=said[key])).isoformat()
    return {**body, "state_details": said}


def seconds_from(time, origin):
    return None if time is None else round((time - origin).total_seconds())


def policy_of(run):
    policy = run.empirical_policy
    keys = sorted(key if len(key) < 9 else "random" for key in policy.pause_keys or [])
    return [bool(policy.resuming), keys, policy.retry_type]


def columns_of(run):
    """The columns whose change is told, as they are before a proposal."""
    return {
        "run_count": run.run_count,
        "start": run.start_time,
        "end": run.end_time,
        "expected": run.expected_start_time,
        "next": run.next_scheduled_start_time,
        "total": run.total_run_time,
    }


def moved(before, after, state):
    """What became of a time: none, kept, or that of the state now current."""
    if after is None:
        return "none"
    if state is not None and after == state.timestamp:
        return "now"
    if state is not None and after == state.state_details.scheduled_time:
        return "due"
    return "kept" if after == before else "other"


def told(answer, initial, state, before, after):
    """An answer in words: status, reason, the state if there is a new one, and what changed in the columns."""
    details = answer["details"]
    delay = details.get("delay_seconds")
    words = [answer["status"], details.get("reason") or "", "" if delay is None else f"wait {round(delay, -1)}"]
    if state is None or (initial is not None and state.id == initial.id):
        words.append("same state")
    else:
        said = state.state_details
        due = seconds_from(said.scheduled_time, state.timestamp)
        timeout = seconds_from(said.pause_timeout, state.timestamp)
        kept = initial and said.deployment_concurrency_lease_id == initial.state_details.deployment_concurrency_lease_id
        lease = "none" if said.deployment_concurrency_lease_id is None else "kept" if kept else "new"
        data = "none" if answer["state"]["data"] is None else json.dumps(answer["state"]["data"], separators=(",", ":"))
        words.append(f"{state.type.value} {state.name} message={state.message} data={data}")
        words.append(f"due={due} timeout={timeout} reschedule={said.pause_reschedule} lease={lease} cache={(said.cache_key or '')[:9]}")
    words.append(
        " ".join(
            [f"run_count{after['run_count'] - before['run_count']:+d}"]
            + [f"{name}={moved(before[name], after[name], state)}" for name in ("start", "end", "expected", "next")]
            + ["ran" if after["total"] > before["total"] else "idle"]
        )
    )
    return words


class Recorder:
    """Makes runs in the original and proposes states to it."""

    def __init__(self, session_of, client, db):
        self.session_of, self.client, self.db = session_of, client, db
        self.answers: dict = {}

    def index(self, words):
        return self.answers.setdefault(" | ".join(map(str, words)), len(self.answers))

    async def propose(self, route, run_id, body, variant):
        headers = {"User-Agent": f"prefect/{variant['client']} (API 0.8.4)"} if variant.get("client") else {}
        if variant.get("api"):
            headers["X-PREFECT-API-VERSION"] = variant["api"]
        return await self.client.post(
            f"/{route}/{run_id}/set_state", json={"state": body, "force": variant.get("force", False)}, headers=headers
        )

    async def flow_run(self, variant, steps):
        """A new flow run of the variant's kind, taken through the steps; the deployment's limit stands ready."""
        async with self.session_of() as session:
            flow = await models.flows.create_flow(session, schemas.core.Flow(name=f"f{uuid.uuid4()}"))
            deployment, limit, parent = None, None, None
            if variant.get("limit"):
                said = variant["limit"]
                limit = await models.concurrency_limits_v2.create_concurrency_limit(
                    session,
                    schemas.core.ConcurrencyLimitV2(name=f"l{uuid.uuid4()}", limit=said["limit"], active_slots=said["taken"]),
                )
            if variant.get("deployed"):
                deployment = await models.deployments.create_deployment(
                    session,
                    schemas.core.Deployment(
                        name="d",
                        flow_id=flow.id,
                        concurrency_limit_id=limit and limit.id,
                        concurrency_options=limit and {"collision_strategy": variant["limit"].get("strategy", "ENQUEUE")},
                    ),
                )
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
            if deployment and variant["deployed"] == "gone":
                await session.execute(sa.delete(self.db.Deployment).where(self.db.Deployment.id == deployment.id))
            if limit:
                await self.unsettle(session, limit, run, variant)
            return run.id, limit and limit.id, parent and parent.id

    async def take_flow_step(self, session, run, step, variant):
        state = schemas.actions.StateCreate(**body_of(step))
        policy = core_policy.CoreFlowPolicy if variant.get("prepare") == "core" else core_policy.MinimalFlowPolicy
        await models.flow_runs.set_flow_run_state(
            session,
            run.id,
            schemas.states.State(**state.model_dump(exclude_unset=True)),
            flow_policy=policy,
            client_version=variant.get("client"),
        )

    async def unsettle(self, session, limit, run, variant):
        """Brings about what happens to limits behind a run's back."""
        said = variant["limit"]
        if said.get("inactive"):
            limit.active = False
        lease = run.state and run.state.as_state().state_details.deployment_concurrency_lease_id
        if said.get("lost") and lease:
            await get_concurrency_lease_storage().revoke_lease(lease)
            limit.active_slots = said["lost"] - 1

    async def slots(self, limit_ids):
        async with self.session_of() as session:
            rows = await session.execute(sa.select(self.db.ConcurrencyLimitV2).where(self.db.ConcurrencyLimitV2.id.in_(limit_ids)))
            return {row.id: row.active_slots for row in rows.scalars()}

    async def flow_answer(self, variant, steps, proposal):
        run_id, limit_id, parent_id = await self.flow_run(variant, steps)
        limits = [limit_id] if limit_id else []
        async with self.session_of() as session:
            run = await models.flow_runs.read_flow_run(session, run_id)
            initial, columns, policy = run.state and run.state.as_state(), columns_of(run), policy_of(run)
        slots = await self.slots(limits)
        lease = initial and initial.state_details.deployment_concurrency_lease_id
        live = bool(lease and await get_concurrency_lease_storage().read_lease(lease))
        EMITTED.clear()
        response = await self.propose("flow_runs", run_id, body_of(proposal), variant)
        before = {**summary(columns), "policy": policy, "slots": sum(slots.values()), "lease": "live" if live else "lost" if lease else None}
        if response.status_code >= 500:
            return before, self.index([response.status_code])
        async with self.session_of() as session:
            run = await models.flow_runs.read_flow_run(session, run_id)
            state = run.state and run.state.as_state()
            words = [response.status_code, *told(response.json(), initial, state, columns, columns_of(run))]
            words.append("policy " + json.dumps(policy_of(run), separators=(",", ":")))
            if limits:
                words.append(f"slots{sum((await self.slots(limits)).values()) - before['slots']:+d}")
            if parent_id:
                mirror = (await models.task_runs.read_task_run(session, parent_id)).state
                if mirror:
                    mirror = mirror.as_state()
                    child = mirror.state_details.child_flow_run_id == run_id and mirror.id != state.id
                    words.append(f"parent {mirror.type.value} {mirror.name} child={child}")
        words.extend(event.event for event in EMITTED)
        return before, self.index(words)

    async def task_answer(self, variant, steps, proposal):
        run_id, limit_ids = await self.task_run(variant, steps)
        async with self.session_of() as session:
            run = await models.task_runs.read_task_run(session, run_id)
            initial, columns = run.state and run.state.as_state(), columns_of(run)
            attempt, flow_run_id = run.flow_run_run_count, run.flow_run_id
        slots = await self.slots(limit_ids)
        held = 0
        for limit_id in limit_ids:
            holders = await get_concurrency_lease_storage().list_holders_for_limit(limit_id)
            held += sum(1 for _, holder in holders if str(holder.id) == str(run_id))
        ENQUEUED.clear()
        before = {**summary(columns), "attempt": attempt, "held": held}
        response = await self.propose("task_runs", run_id, body_of(proposal, **variant.get("details", {})), variant)
        if response.status_code >= 500:
            return before, self.index([response.status_code])
        async with self.session_of() as session:
            run = await models.task_runs.read_task_run(session, run_id)
            state = run.state and run.state.as_state()
            answer = json.loads(response.text.replace(str(flow_run_id), "FLOW_RUN"))
            if variant.get("tags") and answer["status"] == "WAIT" and "tags" in answer["details"]["reason"]:
                answer["details"]["delay_seconds"] = 0
            words = [response.status_code, *told(answer, initial, state, columns, columns_of(run))]
            words.append(f"attempt={run.flow_run_run_count}")
            rows = await session.execute(sa.select(self.db.TaskRunStateCache).where(self.db.TaskRunStateCache.task_run_state_id == run.state_id))
            words.append(f"cached={len(rows.scalars().all())}")
        if limit_ids:
            after = await self.slots(limit_ids)
            words.append(f"slots{sum(after.values()) - sum(slots.values()):+d}")
        words.extend(f"enqueued {queue}" for queue in ENQUEUED)
        return before, self.index(words)

    async def task_run(self, variant, steps):
        async with self.session_of() as session:
            tags, limit_ids, flow_run = [], [], None
            for said in variant.get("tags", []):
                tag = f"t{uuid.uuid4()}"
                tags.append(tag)
                limit = await models.concurrency_limits_v2.create_concurrency_limit(
                    session, schemas.core.ConcurrencyLimitV2(name=f"tag:{tag}", limit=said["limit"], active_slots=said["taken"])
                )
                limit_ids.append(limit.id)
                limit.active = not said.get("inactive")
            if variant["flow"] is not None:
                flow = await models.flows.create_flow(session, schemas.core.Flow(name=f"f{uuid.uuid4()}"))
                flow_run = await models.flow_runs.create_flow_run(session, schemas.core.FlowRun(flow_id=flow.id))
                await self.take_flow_step(session, flow_run, {"type": "RUNNING"}, {})
            run = await models.task_runs.create_task_run(
                session,
                schemas.core.TaskRun(
                    flow_run_id=flow_run and flow_run.id,
                    task_key="t",
                    dynamic_key=str(uuid.uuid4()),
                    tags=tags,
                    empirical_policy=variant.get("policy", {}),
                ),
            )
            policy = core_policy.CoreTaskPolicy if variant.get("prepare") == "core" else core_policy.MinimalTaskPolicy
            for step in steps:
                state = schemas.actions.StateCreate(**body_of(step)).model_dump(exclude_unset=True)
                await models.task_runs.set_task_run_state(session, run.id, schemas.states.State(**state), task_policy=policy)
            if flow_run:
                for step in variant["flow"]:
                    await self.take_flow_step(session, flow_run, step, {})
                if variant["flow"] and variant["flow"][0].get("stateless"):
                    flow_run.state_id = None
            return run.id, limit_ids

    async def record(self, cases, answer_of):
        groups = []
        for name, variant in cases["variants"].items():
            initials = variant.get("initials", list(cases["initials"]))
            proposals = variant.get("proposals", list(cases["proposals"]))
            for initial in initials:
                group = {"variant": name, "initial": initial, "before": None, "answers": []}
                for proposal in proposals:
                    before, index = await answer_of(variant, cases["initials"][initial], cases["proposals"][proposal])
                    assert group["before"] in (None, before), (name, initial, before, group["before"])
                    group["before"] = before
                    group["answers"].append(index)
                groups.append(group)
                print(name, initial, file=sys.stderr)
        return {**cases, "groups": groups}


def summary(columns):
    """Which of the columns have a value before the proposal."""
    times = {name: columns[name] is not None for name in ("start", "end", "expected", "next")}
    return {"run_count": columns["run_count"], **times}


async def main():
    app = create_app(ephemeral=True)
    db = provide_database_interface()
    await db.create_db()
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://record/api") as client:
        recorder = Recorder(lambda: db.session_context(begin_transaction=True), client, db)
        await warm_cache(recorder)
        flow = await recorder.record(FLOW, recorder.flow_answer)
        task = await recorder.record(TASK, recorder.task_answer)
    record = {"original": "3.8.3", "flow": flow, "task": task, "answers": list(recorder.answers)}
    json.dump(record, sys.stdout, separators=(",", ":"))


async def warm_cache(recorder):
    """Leaves one completed state under the cache key `hit`."""
    steps = [{"type": "RUNNING"}, {"type": "COMPLETED", "data": {"type": "reference", "kept": 1}, "state_details": {"cache_key": "hit"}}]
    await recorder.task_run({"flow": None, "prepare": "core"}, steps)


asyncio.run(main())
