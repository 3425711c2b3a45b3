"""The command line for pools and queues, as a user types it; the commands run in this process, since each start costs seconds."""

import json
import os
import pathlib

from command_line import prefect, refused
from prefect.blocks.core import Block
from prefect.client.orchestration import get_client
from prefect.states import Running
from scenario import run, scenario


class BucketOfS3(Block):
    """Stands for the block of a library that is not installed here; the command asks for it by its slug only."""

    _block_type_slug = "s3-bucket"
    bucket_name: str
    bucket_folder: str = ""
    credentials: dict = {}


class BucketOfGoogle(Block):
    _block_type_slug = "gcs-bucket"
    bucket: str
    bucket_folder: str = ""
    gcp_credentials: dict = {}


class CredentialsOfAzure(Block):
    _block_type_slug = "azure-blob-storage-credentials"
    account_url: str


class ContainerOfAzure(Block):
    _block_type_slug = "azure-blob-storage-container"
    container_name: str
    base_folder: str = ""
    credentials: dict = {}


@scenario(alone=True)
def pools():
    seen = {"created": prefect("work-pool", "create", "typed", "--type", "process")}
    seen["listed"] = prefect("work-pool", "ls")
    prefect("work-pool", "pause", "typed")
    seen["paused"] = prefect("work-pool", "inspect", "typed")
    prefect("work-pool", "resume", "typed")
    prefect("work-pool", "set-concurrency-limit", "typed", "3")
    prefect("work-pool", "update", "typed", "--description", "for tests")
    seen["inspected"] = json.loads(prefect("work-pool", "inspect", "typed", "--output", "json"))
    prefect("work-pool", "clear-concurrency-limit", "typed")
    seen["cleared"] = json.loads(prefect("work-pool", "inspect", "typed", "--output", "json"))
    seen["again"] = refused("work-pool", "create", "typed", "--type", "process")
    return seen


@scenario(alone=True)
def queues():
    pool = ("--pool", "typed")
    prefect("work-queue", "create", "slow", *pool, "--limit", "2", "--priority", "9")
    prefect("work-queue", "create", "quick", *pool, "--priority", "1")
    prefect("work-queue", "pause", "slow", *pool)
    seen = {"listed": prefect("work-queue", "ls", *pool), "paused": prefect("work-queue", "inspect", "slow", *pool)}
    prefect("work-queue", "resume", "slow", *pool)
    prefect("work-queue", "clear-concurrency-limit", "slow", *pool)
    prefect("work-queue", "set-concurrency-limit", "quick", "7", *pool)
    seen["inspected"] = json.loads(prefect("work-queue", "inspect", "quick", *pool, "--output", "json"))
    seen["everywhere"] = prefect("work-queue", "ls")
    seen["matched"] = json.loads(prefect("work-queue", "ls", "--match", "qui", "--output", "json"))
    seen["read"] = prefect("work-queue", "read-runs", "quick", *pool)
    prefect("work-queue", "delete", "slow", *pool)
    seen["gone"] = refused("work-queue", "inspect", "slow", *pool)
    return seen


@scenario(alone=True)
def waiting():
    """What waits in a queue, and what has its slots."""
    pool = ("--pool", "typed")
    with get_client(sync_client=True) as client:
        flow_id = client.create_flow_from_name("typed-flow")
        placed = {"work_pool_name": "typed", "work_queue_name": "quick"}
        deployment = client.create_deployment(flow_id, "in-quick", **placed)
        first, second = (client.create_flow_run_from_deployment(deployment, name=name) for name in ("holds", "waits"))
        client.set_flow_run_state(first.id, Running(), force=True)
    prefect("work-pool", "set-concurrency-limit", "typed", "3")
    return {
        "preview": json.loads(prefect("work-pool", "preview", "typed", "--output", "json")),
        "queue_preview": json.loads(prefect("work-queue", "preview", "quick", *pool, "--output", "json")),
        "table": prefect("work-queue", "preview", "quick", *pool),
        "slots": prefect("work-pool", "slots", "typed"),
        "pool_slots": json.loads(prefect("work-pool", "slots", "typed", "--output", "json")),
        "queue_slots": json.loads(prefect("work-queue", "slots", "quick", *pool, "--output", "json")),
    }


@scenario(alone=True)
def templates():
    """What jobs are made from: by the kind of worker, or as a file says."""
    file = pathlib.Path(os.environ["PREFECT_HOME"], "template.json")
    seen = {"docker": json.loads(prefect("work-pool", "get-default-base-job-template", "--type", "docker"))}
    prefect("work-pool", "get-default-base-job-template", "--type", "process", "--file", str(file))
    template = json.loads(file.read_text())
    template["variables"]["properties"]["env"]["default"] = {"COLOUR": "blue"}
    file.write_text(json.dumps(template))
    prefect("work-pool", "create", "typed", "--base-job-template", str(file), "--overwrite")
    seen["overwritten"] = json.loads(prefect("work-pool", "inspect", "typed", "--output", "json"))
    seen["unknown"] = refused("work-pool", "get-default-base-job-template", "--type", "abacus")
    seen["infrastructure"] = refused("work-pool", "provision-infrastructure", "typed")
    seen["infra"] = refused("work-pool", "provision-infra", "typed")
    return seen


@scenario(alone=True)
def storage():
    def inspect() -> dict:
        return json.loads(prefect("work-pool", "storage", "inspect", "typed", "--output", "json"))

    def configure(*words: str) -> dict:
        prefect("--no-prompt", "work-pool", "storage", "configure", words[0], "typed", *words[1:])
        return inspect()

    for kind in (BucketOfS3, BucketOfGoogle, ContainerOfAzure):
        kind.register_type_and_schema()
    CredentialsOfAzure(account_url="https://yours.example.com").save("yours")
    credentials = ("--azure-blob-storage-credentials-block-name", "yours")
    return {
        "none": inspect(),
        "s3": configure("s3", "--bucket", "ours"),
        "gcs": configure("gcs", "--bucket", "theirs"),
        "azure": configure("azure-blob-storage", "--container", "yours", *credentials),
        "table": prefect("work-pool", "storage", "inspect", "typed"),
    }


@scenario(alone=True)
def deletion():
    prefect("work-pool", "create", "short-lived", "--type", "process", "--paused")
    prefect("--no-prompt", "work-pool", "delete", "short-lived")
    return {"gone": refused("work-pool", "inspect", "short-lived")}


if __name__ == "__main__":
    run()
