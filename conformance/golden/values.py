"""Says what the installed original tells of values by a JSON Schema.

Reads from standard input a list of cases {"schema", "values", "ignore_required"}; prints a list of texts, null where nothing is wrong.
"""

import json
import sys
import warnings

warnings.simplefilter("ignore")

from prefect.utilities.schema_tools.validation import CircularSchemaRefError, ValidationError, validate  # noqa: E402


def answer(case: dict) -> str | None:
    try:
        validate(case["values"], case["schema"], raise_on_error=True, ignore_required=case["ignore_required"])
    except ValidationError as error:
        return str(error)
    except CircularSchemaRefError:
        return "circular"
    except Exception as error:  # a schema that is none
        return type(error).__name__
    return None


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
