"""A flow that ends at once: what is left is what it takes to start it."""

from prefect import flow


@flow
def nothing() -> None:
    pass
