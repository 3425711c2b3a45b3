"""Records what the original server answers to every proposed state, and what it then knows of the run.

Usage, with a Python that has the original installed and an empty PostgreSQL database (tag limits cannot be taken on SQLite):

    python conformance/record/transitions.py postgresql+asyncpg://user@host/empty \
        > packages/server/src/orion/states/recorded/transitions.json

The record holds, for flow runs and task runs, the proposals, the initial states, and one group for each pair of variant
and initial state: the run as it was (an index into `befores`) and one answer for each proposal, in the order of the
variant's proposals (an index into `answers`, where it reads in words).
"""

import asyncio
import json
import os
import sys
import tempfile

os.environ.update(
    PREFECT_HOME=tempfile.mkdtemp(),
    PREFECT_API_DATABASE_CONNECTION_URL=sys.argv[1],
    PREFECT_SERVER_ANALYTICS_ENABLED="false",
    PREFECT_LOGGING_SERVER_LEVEL="CRITICAL",
    PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_CANCELLING_TIMEOUT_SECONDS="86400",
)

import sqlalchemy as sa  # noqa: E402
from prefect.server import models  # noqa: E402
from transitions_cases import FLOW, TASK, WARM_CACHE  # noqa: E402
from transitions_events import recorded_events  # noqa: E402
from transitions_original import EMITTED, ENQUEUED, Original, body_of  # noqa: E402
from transitions_telling import columns_of, policy_of, summary, told  # noqa: E402


class Recorder:
    def __init__(self, original):
        self.original = original
        self.answers: dict = {}

    def index(self, words):
        return self.answers.setdefault(" | ".join(map(str, words)), len(self.answers))

    async def flow_answer(self, variant, steps, proposal):
        original = self.original
        run_id, limit_id, parent_id = await original.flow_run(variant, steps)
        limits = [limit_id] if limit_id else []
        async with original.session() as session:
            run = await models.flow_runs.read_flow_run(session, run_id)
            initial, columns = run.state and run.state.as_state(), columns_of(run)
            before = {**summary(columns, initial), "policy": policy_of(run)}
        before["slots"], before["lease"] = await original.slots(limits), await original.lease_of(initial)
        EMITTED.clear()
        status, answer = await original.propose("flow_runs", run_id, body_of(proposal), variant)
        if answer is None:
            return before, self.index([status])
        async with original.session() as session:
            run = await models.flow_runs.read_flow_run(session, run_id)
            state = run.state and run.state.as_state()
            words = told(status, answer, initial, state, columns, columns_of(run))
            words.append("policy " + json.dumps(policy_of(run), separators=(",", ":")))
            parent = parent_id and (await models.task_runs.read_task_run(session, parent_id)).state
        if limits:
            words.append(f"slots{await original.slots(limits) - before['slots']:+d}")
        if parent:
            child = parent.as_state().state_details.child_flow_run_id == run_id and parent.id != state.id
            words.append(f"parent {parent.type.value} {parent.name}{' of child' if child else ''}")
        words.extend(event.event for event in EMITTED)
        return before, self.index(words)

    async def task_answer(self, variant, steps, proposal):
        original = self.original
        run_id, limit_of = await original.task_run(variant, steps)
        limits = list(limit_of.values())
        async with original.session() as session:
            run = await models.task_runs.read_task_run(session, run_id)
            initial, columns = run.state and run.state.as_state(), columns_of(run)
            before = {**summary(columns, initial), "attempt": run.flow_run_run_count}
            flow_run_id = str(run.flow_run_id)
        before["held"], slots = await original.holds_tags(limits, run_id), await original.slots(limits)
        ENQUEUED.clear()
        body = body_of(proposal, **variant.get("details", {}))
        status, answer = await original.propose("task_runs", run_id, body, variant)
        if answer is None:
            return before, self.index([status])
        details = answer["details"]
        if "reason" in details:
            for name, said in {flow_run_id: "FLOW_RUN", **{tag: f"t{index}" for index, tag in enumerate(limit_of)}}.items():
                details["reason"] = details["reason"].replace(name, said)
            if "tags" in details["reason"]:
                details.pop("delay_seconds", None)  # drawn at random
        async with original.session() as session:
            run = await models.task_runs.read_task_run(session, run_id)
            state = run.state and run.state.as_state()
            words = told(status, answer, initial, state, columns, columns_of(run))
            words.append(f"attempt={run.flow_run_run_count}")
            cache = original.db.TaskRunStateCache
            if (await session.execute(sa.select(cache).where(cache.task_run_state_id == run.state_id))).first():
                words.append("cached")
        if limits:
            words.append(f"slots{await original.slots(limits) - slots:+d}")
        words.extend(f"enqueued {queue}" for queue in ENQUEUED)
        return before, self.index(words)

    async def record(self, cases, answer_of):
        groups, befores = [], {}
        for name, variant in cases["variants"].items():
            proposals = variant.get("proposals", list(cases["proposals"]))
            for initial in variant.get("initials", list(cases["initials"])):
                group = {"variant": name, "initial": initial, "before": None, "answers": []}
                for proposal in proposals:
                    before, index = await answer_of(variant, cases["initials"][initial], cases["proposals"][proposal])
                    assert group["before"] in (None, before), (name, initial, before, group["before"])
                    group["before"] = before
                    group["answers"].append(index)
                before = befores.setdefault(json.dumps(group["before"]), len(befores))
                groups.append({**group, "before": before})
            print(name, file=sys.stderr)
        return {**cases, "befores": [json.loads(before) for before in befores], "groups": groups}


async def main():
    async with Original() as original:
        recorder = Recorder(original)
        await original.task_run({"flow": None, "prepare": "core"}, WARM_CACHE)
        record = {
            "original": "3.8.3",
            "events": await recorded_events(original),
            "flow": await recorder.record(FLOW, recorder.flow_answer),
            "task": await recorder.record(TASK, recorder.task_answer),
        }
    json.dump({**record, "answers": list(recorder.answers)}, sys.stdout, separators=(",", ":"))


asyncio.run(main())
