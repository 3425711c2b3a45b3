"""Logs in by connection strings that come as JSON on standard input, and prints who was let in: names by driver, as JSON.

Nothing of a string is printed: of a failure only its kind.
"""

import asyncio
import json
import sys

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool


async def by_asyncpg(string: str) -> str:
    connection = await asyncpg.connect(string.replace("postgresql+asyncpg:", "postgresql:", 1))
    try:
        return await connection.fetchval("select session_user")
    finally:
        await connection.close()


async def by_sqlalchemy(string: str) -> str:
    engine = create_async_engine(string, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return (await connection.execute(text("select session_user"))).scalar_one()
    finally:
        await engine.dispose()


async def attempt(log_in, string: str) -> str:
    try:
        return await log_in(string)
    except Exception as error:
        return f"refused: {type(error).__name__}"


async def main() -> None:
    strings = json.load(sys.stdin)
    answer = {"asyncpg": [], "sqlalchemy": []}
    for string in strings:
        answer["asyncpg"].append(await attempt(by_asyncpg, string))
        answer["sqlalchemy"].append(await attempt(by_sqlalchemy, string))
    json.dump(answer, sys.stdout)


asyncio.run(main())
