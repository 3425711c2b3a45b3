"""The runs and proposals of which `transitions.py` records the outcome. Times are seconds from now."""

TRANSITION = "0aaaaaaa-0000-4000-8000-000000000001"
RESULT = {"type": "reference", "kept": 1}
RETRY = {"type": "SCHEDULED", "name": "AwaitingRetry", "state_details": {"scheduled_time": -5}}
PENDING = {"type": "PENDING"}
RUNNING = {"type": "RUNNING", "state_details": {"transition_id": TRANSITION}}
SUSPENDED = {"type": "PAUSED", "name": "Suspended", "state_details": {"pause_timeout": 3600, "pause_reschedule": True, "pause_key": "a"}}


def paused(seconds):
    return {"type": "PAUSED", "state_details": {"pause_timeout": seconds, "pause_key": "a"}}


def completed(data=None):
    return {"type": "COMPLETED", "data": data}


STARTED = [PENDING, RUNNING]
COMMON_INITIALS = {
    "none": [],
    "scheduled": [{"type": "SCHEDULED", "state_details": {"scheduled_time": -3600}}],
    "future": [{"type": "SCHEDULED", "state_details": {"scheduled_time": 3600}}],
    "retrying": [*STARTED, RETRY],
    "pending": [PENDING],
    "submitting": [PENDING, {"type": "PENDING", "name": "Submitting"}],
    "pending-future": [{"type": "PENDING", "state_details": {"scheduled_time": 3600}}],
    "running": STARTED,
    "completed": [*STARTED, completed()],
    "completed-result": [*STARTED, completed(RESULT)],
    "completed-unpersisted": [*STARTED, completed({"type": "unpersisted"})],
    "completed-list": [*STARTED, completed([1])],
    "completed-empty": [*STARTED, completed({})],
    "failed": [*STARTED, {"type": "FAILED"}],
    "cancelled": [*STARTED, {"type": "CANCELLED"}],
    "cancelled-early": [{"type": "CANCELLED"}],
    "crashed": [*STARTED, {"type": "CRASHED"}],
    "paused": [*STARTED, paused(3600)],
    "cancelling": [*STARTED, {"type": "CANCELLING"}],
}
FEWER_INITIALS = ["none", "scheduled", "future", "retrying", "pending", "submitting", "running", "completed", "failed", "cancelled"]
COMMON_PROPOSALS = {
    "scheduled": {"type": "SCHEDULED"},
    "awaiting-retry": RETRY,
    "pending": PENDING,
    "submitting": {"type": "PENDING", "name": "Submitting"},
    "running": {"type": "RUNNING"},
    "completed": completed(),
    "completed-result": completed(RESULT),
    "failed": {"type": "FAILED", "message": "because", "data": RESULT},
    "cancelled": {"type": "CANCELLED"},
    "crashed": {"type": "CRASHED"},
    "paused": {"type": "PAUSED", "state_details": {"pause_timeout": 3600, "pause_key": "b"}},
    "cancelling": {"type": "CANCELLING"},
}

FLOW_INITIALS = {
    **COMMON_INITIALS,
    "late": [{"type": "SCHEDULED", "name": "Late", "state_details": {"scheduled_time": -3600}}],
    "suspended": [*STARTED, SUSPENDED],
    "resuming": [*STARTED, SUSPENDED, {"type": "SCHEDULED", "name": "Resuming"}],
    "paused-expired": [*STARTED, paused(-60)],
    "suspended-expired": [*STARTED, {**SUSPENDED, "state_details": {"pause_timeout": -60, "pause_reschedule": True}}],
}
FLOW_PROPOSALS = {
    **COMMON_PROPOSALS,
    "scheduled-future": {"type": "SCHEDULED", "state_details": {"scheduled_time": 600}},
    "late": {"type": "SCHEDULED", "name": "Late", "state_details": {"scheduled_time": -3600}},
    "resuming": {"type": "SCHEDULED", "name": "Resuming"},
    "running-repeated": RUNNING,
    "retrying": {"type": "RUNNING", "name": "Retrying"},
    "completed-unpersisted": completed({"type": "unpersisted"}),
    "paused-again": {"type": "PAUSED", "state_details": {"pause_key": "a"}},
    "paused-keyless": {"type": "PAUSED"},
    "suspended": {"type": "PAUSED", "name": "Suspended", "state_details": {"pause_reschedule": True}},
}
FEWER = {
    "initials": [*FEWER_INITIALS, "late", "resuming", "completed-result", "crashed", "paused", "suspended", "paused-expired", "cancelling"],
    "proposals": ["scheduled", "pending", "submitting", "running", "completed", "failed", "cancelled", "paused", "suspended", "cancelling"],
}
# A run with retries left does not fail when it is prepared by the core policy.
FEWER_UNFAILED = {**FEWER, "initials": [initial for initial in FEWER["initials"] if initial != "failed"]}
FEWER_LATE = {"initials": FEWER["initials"], "proposals": ["late", "scheduled"]}
# Seen at attempts after a pause: the policy as a run has it that paused under the key `a` and was resumed.
USED = {"pause_keys": ["a"], "resuming": True, "retry_type": "in_process"}
LEASED = {"deployed": True, "prepare": "core", "client": "3.8.3"}
FREE = {"limit": 3, "taken": 1}
FLOW = {
    "initials": FLOW_INITIALS,
    "proposals": FLOW_PROPOSALS,
    "variants": {
        "plain": {},
        "deployed": {"deployed": True, "policy": {"pause_keys": ["a"]}},
        "force": {"deployed": True, "force": True},
        "force-plain": {"force": True, "policy": USED, **FEWER},
        "used": {"policy": USED, **FEWER},
        "subflow": {"parent": True, "deployed": True, **FEWER},
        "pid": {"pid": "123", **FEWER},
        "retries": {"policy": {**USED, "retries": 1, "retry_delay": 5}, **FEWER},
        "exhausted": {"policy": {**USED, "retries": 0}, **FEWER},
        "api-0.8.2": {"api": "0.8.2", "policy": {**USED, "retries": 1}, **FEWER},
        "api-0.8.3": {"api": "0.8.3", "policy": {**USED, "retries": 1}, **FEWER},
        "deployment-gone": {"deployed": "gone", **FEWER},
        "limit-free": {**LEASED, "limit": FREE, **FEWER},
        "limit-free-retries": {**LEASED, "limit": FREE, "policy": {"retries": 1}, **FEWER_UNFAILED},
        "limit-free-force": {**LEASED, "limit": FREE, "force": True, **FEWER},
        "limit-unleased": {"deployed": True, "limit": FREE, "client": "3.8.3", **FEWER},
        "limit-full": {"deployed": True, "client": "3.8.3", "limit": {"limit": 1, "taken": 1}, **FEWER},
        "limit-full-cancel": {"deployed": True, "limit": {"limit": 1, "taken": 1, "strategy": "CANCEL_NEW"}, **FEWER},
        "limit-zero": {"deployed": True, "limit": {"limit": 0, "taken": 0}, **FEWER},
        "limit-inactive": {"deployed": True, "limit": {"limit": 3, "taken": 0, "inactive": True}, **FEWER},
        "lease-lost": {**LEASED, "limit": {**FREE, "lost": 2}, **FEWER},
        "lease-lost-full": {**LEASED, "limit": {**FREE, "lost": 4}, **FEWER},
        "late": {"late": True, "deployed": True, **FEWER_LATE},
        "late-limit": {"late": True, "deployed": True, "limit": {**FREE, "strategy": "CANCEL_NEW"}, **FEWER_LATE},
        "late-full": {"late": True, "deployed": True, "limit": {"limit": 1, "taken": 1}, **FEWER_LATE},
        "late-full-cancel": {"late": True, "deployed": True, "limit": {"limit": 1, "taken": 1, "strategy": "CANCEL_NEW"}, **FEWER_LATE},
        "client-3.4.11": {**LEASED, "client": "3.4.11", "limit": FREE, **FEWER},
        "client-3.4.10": {**LEASED, "client": "3.4.10", "limit": FREE, **FEWER},
        "client-3.0.3": {**LEASED, "client": "3.0.3", "limit": FREE, **FEWER},
        "client-unknown": {**LEASED, "client": None, "limit": FREE, **FEWER},
    },
}

TASK_PROPOSALS = {
    **COMMON_PROPOSALS,
    "running-cached": {"type": "RUNNING", "state_details": {"cache_key": "hit"}},
    "running-refreshed": {"type": "RUNNING", "state_details": {"cache_key": "hit", "refresh_cache": True}},
    "running-missed": {"type": "RUNNING", "state_details": {"cache_key": "miss"}},
    "completed-keyed": {"type": "COMPLETED", "state_details": {"cache_key": "new"}},
    "completed-long-key": {"type": "COMPLETED", "state_details": {"cache_key": "k" * 2001}},
    "failed-final": {"type": "FAILED", "state_details": {"retriable": False}},
}
FEWER_TASKS = {
    "initials": [*FEWER_INITIALS, "completed-result", "paused", "cancelling"],
    "proposals": ["scheduled", "pending", "running", "running-cached", "completed", "failed", "failed-final", "cancelled", "cancelling"],
}
AGAIN = [RETRY, RUNNING]
TASK = {
    "initials": COMMON_INITIALS,
    "proposals": TASK_PROPOSALS,
    "variants": {
        "plain": {"flow": []},
        "background": {"flow": None, "details": {"deferred": True}},
        "force": {"flow": [], "force": True},
        "flowless": {"flow": None, **FEWER_TASKS},
        "flow-paused": {"flow": [paused(3600)], **FEWER_TASKS},
        "flow-completed": {"flow": [completed()], **FEWER_TASKS},
        "flow-again": {"flow": AGAIN, **FEWER_TASKS},
        "prepared": {"flow": [], "prepare": "core", **FEWER_TASKS},
        "prepared-again": {"flow": AGAIN, "prepare": "core", **FEWER_TASKS},
        "retries": {"flow": [], "policy": {"retries": 1, "retry_delay": [7, 9]}, **FEWER_TASKS},
        "background-retries": {"flow": None, "details": {"deferred": True}, "policy": {"retries": 1, "retry_delay": 7}, **FEWER_TASKS},
        "exhausted": {"flow": [], "policy": {"retries": 0}, **FEWER_TASKS},
        "tag-free": {"flow": [], "prepare": "core", "tags": [{"limit": 2, "taken": 0}, {"limit": 3, "taken": 1}], **FEWER_TASKS},
        "tag-full": {"flow": [], "tags": [{"limit": 2, "taken": 0}, {"limit": 1, "taken": 1}], **FEWER_TASKS},
        "tag-closed": {"flow": [], "tags": [{"limit": 0, "taken": 0}], **FEWER_TASKS},
        "tag-inactive": {"flow": [], "tags": [{"limit": 0, "taken": 0, "inactive": True}], **FEWER_TASKS},
    },
}

# Leaves one completed state under the cache key `hit`.
WARM_CACHE = [{"type": "RUNNING"}, {**completed(RESULT), "state_details": {"cache_key": "hit"}}]
