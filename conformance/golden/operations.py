"""Prints the OpenAPI document of the installed original's API."""

import json
import sys
import warnings

warnings.simplefilter("ignore")

from prefect.server.api.server import create_app  # noqa: E402


def main() -> None:
    json.dump(create_app(ephemeral=True).openapi(), sys.stdout)


main()
