"""Deploys the flows to a pool: `deploy.py POOL [GIT_URL]`. Those of a repository are pulled by each run."""

import pathlib
import sys

from prefect import flow
from prefect.runner.storage import GitRepository

HERE = str(pathlib.Path(__file__).parent)


def deploy(pool: str, entrypoint: str, name: str, source=HERE, **more) -> None:
    found = flow.from_source(source=source, entrypoint=f"flows.py:{entrypoint}")
    found.deploy(name=name, work_pool_name=pool, print_next_steps=False, ignore_warnings=True, **more)


def main(pool: str, repository: str | None = None) -> None:
    deploy(pool, "hello", "here", parameters={"name": "Ada"}, tags=["pooled"])
    deploy(pool, "stay", "here")
    deploy(pool, "stay", "urgent", work_queue_name="urgent")
    deploy(pool, "suspend", "here")
    if repository:
        deploy(pool, "hello", "pulled", source=GitRepository(url=repository))
    print("deployed")


if __name__ == "__main__":
    main(*sys.argv[1:])
