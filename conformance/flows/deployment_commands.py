"""The command line for deployments, their schedules and their runs, as a user types it."""

import json
import pathlib
import re

from command_line import prefect, refused
from prefect import flow
from scenario import run, scenario

POOL = "typed-deployments"
NAME = "pooled-hello/typed"


def printed_id(printed: str) -> str:
    return re.search(r"UUID: (\S+)", printed).group(1)


def schedules() -> list[dict]:
    return json.loads(prefect("deployment", "schedule", "ls", NAME, "--output", "json"))


def schedule_of(kind: str) -> dict:
    return next(each for each in schedules() if each["schedule"].startswith(kind))


@scenario(alone=True)
def looked_at():
    prefect("work-pool", "create", POOL, "--type", "process")
    source = str(pathlib.Path(__file__).parent / "pooled")
    for name in ("typed", "by-id"):
        found = flow.from_source(source=source, entrypoint="flows.py:hello")
        found.deploy(name=name, work_pool_name=POOL, print_next_steps=False, ignore_warnings=True, tags=["typed"])
    return {
        "listed": prefect("deployment", "ls", "pooled-hello"),
        "json": json.loads(prefect("deployment", "ls", "pooled-hello", "--by-created", "--output", "json")),
        "inspected": json.loads(prefect("deployment", "inspect", NAME, "--output", "json")),
        "unknown": refused("deployment", "inspect", "pooled-hello/nobody"),
    }


@scenario(alone=True)
def scheduled():
    def create(*words: str) -> None:
        prefect("deployment", "schedule", "create", NAME, *words)

    create("--cron", "0 3 * * 1-5", "--timezone", "Europe/Berlin")
    create("--interval", "7200", "--anchor-date", "2030-01-01T00:00:00Z")
    create("--rrule", '{"rrule": "FREQ=WEEKLY;BYDAY=MO", "timezone": "America/New_York"}')
    seen = {"created": schedules(), "listed": prefect("deployment", "schedule", "ls", NAME)}
    seen["invalid"] = refused("deployment", "schedule", "create", NAME, "--cron", "never")
    cron = schedule_of("cron")["id"]
    prefect("deployment", "schedule", "pause", NAME, cron)
    seen["paused"] = schedule_of("cron")["active"]
    seen["again"] = refused("deployment", "schedule", "pause", NAME, cron)
    prefect("deployment", "schedule", "resume", NAME, cron)
    seen["resumed"] = schedule_of("cron")["active"]
    prefect("deployment", "schedule", "delete", NAME, cron, "--accept-yes")
    seen["deleted"] = sorted(each["schedule"].partition(":")[0] for each in schedules())
    create("--interval", "3600", "--replace", "--accept-yes")
    seen["replaced"] = [each["schedule"] for each in schedules()]
    prefect("deployment", "schedule", "clear", NAME, "--accept-yes")
    seen["cleared"] = schedules()
    return seen


@scenario(alone=True)
def ran():
    deployment = json.loads(prefect("deployment", "inspect", NAME, "--output", "json"))["id"]
    options = ["--param", 'name="Ada"', "--tag", "by-hand", "--flow-run-name", "a-name", "--job-variable", "env={}"]
    later = prefect("deployment", "run", "--id", deployment, "--params", '{"name": "Eve"}', "--start-in", "2 hours")
    return {
        "named": printed_id(prefect("deployment", "run", NAME, *options)),
        "later": printed_id(later),
        "wrong": refused("deployment", "run", NAME, "--param", "name=[1]"),
        "unknown": refused("deployment", "run", "pooled-hello/nobody"),
    }


@scenario(alone=True)
def deleted():
    named = json.loads(prefect("deployment", "inspect", "pooled-hello/by-id", "--output", "json"))
    by_id = prefect("--no-prompt", "deployment", "delete", "--id", named["id"])
    return {"by_id": by_id, "gone": refused("--no-prompt", "deployment", "delete", "pooled-hello/by-id")}


if __name__ == "__main__":
    run()
