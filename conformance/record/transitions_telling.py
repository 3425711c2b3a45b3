"""How `transitions.py` puts an answer into words. What is usual is not told, so that the record stays small."""

import json

TIMES = ("start", "end", "expected", "next")


def policy_of(run):
    """[resuming, keys of fired pauses, retry_type]; a key that the original made up is `random`."""
    policy = run.empirical_policy
    keys = sorted(key if len(key) < 9 else "random" for key in policy.pause_keys or [])
    return [bool(policy.resuming), keys, policy.retry_type]


def columns_of(run):
    """The columns whose change is told."""
    return {
        "run_count": run.run_count,
        "start": run.start_time,
        "end": run.end_time,
        "expected": run.expected_start_time,
        "next": run.next_scheduled_start_time,
        "total": run.total_run_time,
    }


def moved(before, after, state):
    """What a time is: none, now (the instant of the state), due (its scheduled time), or as it was before."""
    if after is None:
        return "none"
    if state is not None and after == state.timestamp:
        return "now"
    if state is not None and after == state.state_details.scheduled_time:
        return "due"
    return "kept" if after == before else "other"


def summary(columns, initial):
    """The columns before the proposal, times as `moved` tells them of the initial state."""
    times = {name: moved(columns[name], columns[name], initial) for name in TIMES}
    return {"run_count": columns["run_count"], **times}


def told(http_status, answer, initial, state, before, after):
    """An answer in words: status, reason, the state if there is a new one, and the columns."""
    details = answer["details"]
    words = [http_status, answer["status"]]
    if details.get("reason"):
        words.append(details["reason"])
    if "delay_seconds" in details:
        words.append(f"wait {round(details['delay_seconds'], -1)}")
    new = state is not None and (initial is None or state.id != initial.id)
    words.extend(state_told(answer, initial, state) if new else ["same state"])
    if after["run_count"] != before["run_count"]:
        words.append(f"run_count{after['run_count'] - before['run_count']:+d}")
    times = {name: moved(before[name], after[name], state) for name in TIMES}
    words.extend(f"{name}={time}" for name, time in times.items() if time != "none")
    if after["total"] > before["total"]:
        words.append("ran")
    return words


def state_told(answer, initial, state):
    said = state.state_details
    lease = said.deployment_concurrency_lease_id
    kept = initial and lease == initial.state_details.deployment_concurrency_lease_id
    facts = {
        "message": state.message,
        "data": answer["state"]["data"] and json.dumps(answer["state"]["data"], separators=(",", ":")),
        "due": seconds_from(said.scheduled_time, state.timestamp),
        "timeout": seconds_from(said.pause_timeout, state.timestamp),
        "reschedule": "true" if said.pause_reschedule else None,
        "lease": lease and ("kept" if kept else "new"),
        "key": said.cache_key and said.cache_key[:9],
    }
    return [f"{state.type.value} {state.name}", *(f"{name}={fact}" for name, fact in facts.items() if fact is not None)]


def seconds_from(time, origin):
    """Whole seconds; tens beyond a minute, for the time between preparing a run and proposing to it is not the rules'."""
    if time is None:
        return None
    seconds = (time - origin).total_seconds()
    return round(seconds) if abs(seconds) < 60 else round(seconds / 10) * 10
