"""What flows leave behind: variables, artifacts, results and blocks."""

import os
import pathlib
import subprocess
import sys

from prefect import flow, runtime, task
from prefect.artifacts import (
    Artifact,
    create_image_artifact,
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.blocks.core import Block
from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client
from prefect.filesystems import LocalFileSystem
from prefect.variables import Variable
from pydantic import SecretStr
from scenario import run, scenario


@scenario
def variables():
    Variable.set("records_number", 42, tags=["a"])
    Variable.set("records_nested", {"list": [1, 2.5, None], "text": "ünï"})
    raised = None
    try:
        Variable.set("records_number", 43)
    except ValueError as error:
        raised = str(error)
    Variable.set("records_number", 44, overwrite=True)
    seen = {
        "number": Variable.get("records_number"),
        "nested": Variable.get("records_nested"),
        "missing": Variable.get("records_missing", default="a default"),
        "raised": raised,
        "unset": [Variable.unset("records_nested"), Variable.unset("records_nested")],
    }

    @flow(name="records-variables")
    def reading() -> int:
        return Variable.get("records_number")

    return {**seen, "in_flow": reading()}


@scenario
async def variables_async():
    await Variable.aset("records_async", [1, "two"])
    return {"value": await Variable.aget("records_async"), "unset": await Variable.aunset("records_async")}


@scenario
def artifacts():
    @task
    def creating() -> dict:
        progress = create_progress_artifact(progress=10.0, key="records-progress", description="so far")
        update_progress_artifact(artifact_id=progress, progress=75.5)
        return {
            "markdown": create_markdown_artifact("# A *heading*", key="records-markdown", description="words"),
            "table": create_table_artifact([{"a": 1, "b": "x"}, {"a": 2, "b": "y"}], key="records-table"),
            "link": create_link_artifact("https://example.com/a?b=c", link_text="a link", key="records-link"),
            "image": create_image_artifact("https://example.com/a.png", key="records-image"),
            "progress": progress,
        }

    @flow(name="records-artifacts")
    def leaving() -> dict:
        first = create_markdown_artifact("first", key="records-versions")
        second = create_markdown_artifact("second", key="records-versions")
        create_markdown_artifact("without a key")
        ids = {"first": first, "second": second, **creating()}
        return {"ids": {name: str(id) for name, id in ids.items()}, "flow_run_id": runtime.flow_run.id}

    seen = leaving()
    return {**seen, "latest": Artifact.get("records-versions").data}


@task(persist_result=True, result_storage_key="records-{flow_run.name}-{parameters[number]}")
def remembered(number: int) -> dict:
    return {"number": number}


@flow(name="records-results", persist_result=True)
def remembering(number: int) -> dict:
    return {"task": remembered(number), "big": list(range(1000))}


@scenario
def local_results():
    """A result that another process reads from the storage, by what the API says of it."""
    state = remembering(7, return_state=True)
    flow_run_id = str(state.state_details.flow_run_id)
    code = (
        "import sys; from prefect.client.orchestration import get_client\n"
        "with get_client(sync_client=True) as client: run = client.read_flow_run(sys.argv[1])\n"
        "print(len(run.state.result()['big']))"
    )
    reader = subprocess.run([sys.executable, "-c", code, flow_run_id], capture_output=True, text=True)
    return {"flow_run_id": flow_run_id, "read": reader.stdout.strip() or reader.stderr}


@scenario
def block_results():
    folder = pathlib.Path(os.environ["PREFECT_HOME"]) / "records-block"
    block = LocalFileSystem(basepath=str(folder))
    block_id = block.save("records-storage", overwrite=True)
    loaded = LocalFileSystem.load("records-storage")

    @flow(name="records-block-results", persist_result=True, result_storage="local-file-system/records-storage", result_serializer="json")
    def storing() -> dict:
        return {"stored": True}

    state = storing(return_state=True)
    with get_client(sync_client=True) as client:
        read = client.read_flow_run(state.state_details.flow_run_id).state.result()
    return {
        "flow_run_id": str(state.state_details.flow_run_id),
        "block_id": str(block_id),
        "basepath": loaded.basepath,
        "files": len(list(folder.glob("*"))),
        "read": read,
    }


class Inner(Block):
    _block_type_slug = "records-inner"
    token: SecretStr
    name: str = "inner"


class Outer(Block):
    """A block of our own that holds another."""

    _block_type_slug = "records-outer"
    inner: Inner
    numbers: list[float] = [1.0, 2.5]


@scenario
def blocks():
    Secret(value="hunter2").save("records-secret")
    inner = Inner(token="t0ken")
    inner_id = inner.save("records-inner-block")
    Outer(inner=inner).save("records-outer-block")
    raised = None
    try:
        Secret(value="other").save("records-secret")
    except ValueError as error:
        raised = str(error)
    Secret(value="hunter3").save("records-secret", overwrite=True)
    outer = Outer.load("records-outer-block")
    by_slug = Block.load("secret/records-secret")
    return {
        "secret": by_slug.get(),
        "token": outer.inner.token.get_secret_value(),
        "numbers": repr(outer.numbers),
        "inner_id": str(inner_id),
        "raised": raised,
    }


@scenario
def block_updated():
    Inner(token="one").save("records-updated")
    inner = Inner.load("records-updated")
    inner.name = "renamed"
    inner.save(overwrite=True)
    again = Inner.load("records-updated")
    Inner.delete("records-updated")
    try:
        Inner.load("records-updated")
        gone = False
    except ValueError:
        gone = True
    return {"name": again.name, "token": again.token.get_secret_value(), "gone": gone}


if __name__ == "__main__":
    run()
