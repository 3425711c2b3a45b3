"""Serves two deployments until it is told to end: one with a schedule that fires once, at the moment that the command line names."""

import sys

from prefect import flow, serve


@flow(name="served-tick", log_prints=True)
def tick(label: str):
    print(f"ticked {label}")


@flow(name="served-add")
def add(a: int, b: int = 1) -> int:
    return a + b


if __name__ == "__main__":
    once = f"DTSTART:{sys.argv[1]}\nRRULE:FREQ=DAILY;COUNT=1"
    serve(
        tick.to_deployment("tick", rrule=once, parameters={"label": "by schedule"}, tags=["served"]),
        add.to_deployment("add", version="7", description="adds two numbers"),
    )
