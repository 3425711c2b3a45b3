"""Serves two deployments until it is told to end: one with a schedule that fires once, a moment after it is made."""

from datetime import datetime, timedelta, timezone

from prefect import flow, serve


@flow(name="served-tick", log_prints=True)
def tick(label: str):
    print(f"ticked {label}")


@flow(name="served-add")
def add(a: int, b: int = 1) -> int:
    return a + b


if __name__ == "__main__":
    soon = datetime.now(timezone.utc) + timedelta(seconds=15)
    once = f"DTSTART:{soon:%Y%m%dT%H%M%S}\nRRULE:FREQ=DAILY;COUNT=1"
    serve(
        tick.to_deployment("tick", rrule=once, parameters={"label": "by schedule"}, tags=["served"]),
        add.to_deployment("add", version="7", description="adds two numbers"),
    )
