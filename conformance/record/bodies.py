"""Records what FastAPI, as the original server sets it up, answers to awkward bodies and queries, and how it describes such routes.

Prints JSON: under "openapi" the description; for each route a list of [request, answer]. A request is the body (text, null when there is none) or the query; an
answer is what the handler was given, or the list of issues [type, loc, msg, ctx, input], or {"status", "detail"} for other refusals.
Run with a Python that has the original installed:  python conformance/record/bodies.py > packages/wire/src/kit/recorded/bodies.json
"""

import json
import sys
import typing as t
import uuid

from fastapi import Body, FastAPI, Header, Query, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from pydantic import BaseModel


class Point(BaseModel):
    x: int
    y: float = 0.0


app = FastAPI(title="Recorded", version="1")


@app.exception_handler(RequestValidationError)
async def refuse(request: Request, error: RequestValidationError) -> JSONResponse:
    return JSONResponse(status_code=422, content=jsonable_encoder({"exception_detail": error.errors()}))


@app.post("/model")
async def model(body: Point) -> t.Any:
    return body


@app.post("/optional model")
async def optional_model(body: t.Optional[Point] = None) -> t.Any:
    return body


@app.post("/list")
async def points(body: t.List[Point]) -> t.Any:
    return body


@app.post("/map")
async def labels(body: t.Dict[str, t.Any]) -> t.Any:
    return body


@app.post("/text")
async def text(body: str = Body()) -> t.Any:
    return body


@app.post("/parts")
async def parts(point: t.Optional[Point] = None, limit: int = Body(200, ge=0), sort: t.Literal["a", "b"] = Body("a")) -> t.Any:
    return {"point": point, "limit": limit, "sort": sort}


@app.post("/parts, one required")
async def required(point: Point = Body(embed=True), force: bool = Body(False)) -> t.Any:
    return {"point": point, "force": force}


@app.get("/query")
async def query(limit: int = 10, name: t.Optional[str] = None, ids: t.List[uuid.UUID] = Query(default=[]), flag: bool = False) -> t.Any:
    return {"limit": limit, "name": name, "ids": ids, "flag": flag}


@app.get("/points/{id:uuid}/{key}", tags=["Points"], status_code=201, response_model=t.List[Point])
async def read_points(id: uuid.UUID, key: str, x_version: str = Header(None), shape: t.Optional[str] = Query(None, description="A shape")) -> t.Any:
    return []


@app.delete("/points/{id:uuid}/{key}", tags=["Points"], status_code=204)
async def delete_points(id: uuid.UUID, key: str) -> None:
    return None


@app.get("/health", response_model=bool)
async def health_check() -> t.Any:
    return True


@app.get("/query, one required")
async def required_query(limit: int = Query(ge=1)) -> t.Any:
    return {"limit": limit}


BODIES = [None, "", " ", "null", "{}", "[]", "1", "true", '"a"', '{"x":1}', '[{"x":1}]', '[{"x":"a"},{}]', '{"x":"a"}']
PARTS = [
    '{"point":null,"limit":null,"sort":null}', '{"point":{"x":1},"limit":"5","other":1}', '{"point":{},"limit":-1,"sort":"c"}', '{"point":5,"limit":[],"sort":null}', '{"point":{"x":1}}',
    '{"point":null}', '{"force":null,"point":{"x":1}}', '{"force":"maybe","point":{"x":1}}',
]
BROKEN = [
    "{", "}", "[", "]", "[1,", "[1,]", "[1 2]", '{"a"', '{"a":', '{"a":}', '{"a":1,', '{"a":1,}', '{"a" 1}', "{a:1}", "{'a':1}", '{"a":1 "b":2}', "[1]x", "{} {}", '"a', '"a\\', '"a\\q"', '"a\\u12"', '"a\\u12g4"',
    '"a\nb"', '"\t"', "nul", "tru", "01", "1.", "-", "+1", ".5", "1e", "0x1", "[1,,2]", "[,1]", '{,}', '{"a":1,,"b":2}', "\u00e9", '{"\u00e9":x}', '{"\U0001f600":x}', "// a", "\x00", '{"a":\x00}', "\ufeff{}", '["\\ud83d\\u"]',
    ' \n\t\r{"x":1} ', "undefined", '{"x":1}}', "[[[[", '{"a":[1,{"b":tru}]}', '"\\u00e', '"\\', '["a" : 1]',
]
QUERIES = ["", "limit=5", "limit=x", "limit=", "limit=1&limit=2", "name=", "name=a&name=b", "ids=7c1f3c1e0b0e4c439f0a2b5f1d2e3a4b&ids=x", "ids=", "flag=yes&limit=%2B3", "flag=maybe", "other=1", "limit=0", "limit=1.0"]


def answer(response: t.Any) -> t.Any:
    if response.status_code == 500:
        return {"status": 500}
    if response.status_code == 200:
        return {"given": response.json()}
    content = response.json()
    if "exception_detail" not in content:
        return {"status": response.status_code, **content}
    return [[item["type"], item["loc"], item["msg"], item.get("ctx"), item["input"]] for item in content["exception_detail"]]


def main() -> None:
    client = TestClient(app, raise_server_exceptions=False)
    routes: dict[str, list] = {}
    for route in ["model", "optional model", "list", "map", "text", "parts", "parts, one required"]:
        bodies = BODIES + (PARTS if route.startswith("parts") else []) + (BROKEN if route == "model" else [])
        headers = {"content-type": "application/json"}
        routes[route] = [
            [body, answer(client.post("/" + route, content=None if body is None else body.encode("utf-8"), headers=headers))] for body in bodies
        ]
    for route in ["query", "query, one required"]:
        routes[route] = [[query, answer(client.get(f"/{route}?{query}"))] for query in QUERIES]
    description = json.dumps(app.openapi(), separators=(",", ":"))
    rows = [f" {json.dumps(route)}: [\n" + ",\n".join("  " + json.dumps(row, separators=(",", ":")) for row in cases) + "\n ]" for route, cases in routes.items()]
    sys.stdout.write(f"{{\n \"openapi\": {description},\n" + ",\n".join(rows) + "\n}\n")


main()
