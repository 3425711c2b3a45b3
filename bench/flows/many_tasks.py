"""A flow of 200 tasks that do nothing; prints the seconds from its call to its return."""

import time

from prefect import flow, task


@task
def nothing(number: int) -> int:
    return number


@flow
def many_tasks() -> int:
    return sum(future.result() for future in nothing.map(range(200)))


if __name__ == "__main__":
    begun = time.perf_counter()
    many_tasks()
    print(time.perf_counter() - begun)
