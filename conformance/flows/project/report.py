"""What the project file beside this one deploys."""

from prefect import flow


@flow
def report(kind: str = "short", pages: int = 1):
    print(f"a {kind} report of {pages} pages")
