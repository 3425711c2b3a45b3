"""A flow that cannot even begin: its client is not let in."""

from prefect import flow


@flow(name="refused")
def refused() -> None: ...


if __name__ == "__main__":
    refused()
