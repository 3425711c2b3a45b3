"""The kinds of value whose treatment by pydantic is recorded, configured as the original server configures them."""

import datetime
import enum
import typing as t
import uuid

import pydantic
from prefect.types import DateTime, Name
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, TypeAdapter

CONFIG = ConfigDict(ser_json_timedelta="float", extra="ignore")


class Color(str, enum.Enum):
    RED = "RED"
    LIGHT_BLUE = "LIGHT_BLUE"


class Point(BaseModel):
    model_config = CONFIG
    x: int
    y: float = 0.0
    label: t.Optional[str] = None


class Sealed(BaseModel):
    model_config = ConfigDict(extra="forbid", ser_json_timedelta="float")
    id: uuid.UUID
    color: Color = Color.RED
    points: t.List[Point] = Field(default_factory=list)
    note: t.Optional[str] = Field(None)


class Ordered(BaseModel):
    model_config = CONFIG
    low: int
    high: int

    @pydantic.model_validator(mode="after")
    def ordered(self):
        if self.low > self.high:
            raise ValueError("low must not exceed high")
        return self


class Circle(BaseModel):
    model_config = CONFIG
    kind: t.Literal["circle"] = "circle"
    radius: float


class Square(BaseModel):
    model_config = CONFIG
    kind: t.Literal["square"] = "square"
    side: float


class Left(BaseModel):
    model_config = CONFIG
    x: int = 0


class Right(BaseModel):
    model_config = CONFIG
    y: int = 0
    x: str = ""


class Everything(BaseModel):
    """Every kind of field, for its JSON Schema."""

    model_config = CONFIG
    flow_run_id: uuid.UUID
    any_: t.Optional[list[str]] = None
    created: t.Optional[DateTime] = Field(default=None, description="When")
    timestamp: DateTime = Field(default_factory=lambda: None)
    total_run_time: datetime.timedelta = Field(default=datetime.timedelta(0))
    interval: t.Annotated[datetime.timedelta, Field(gt=datetime.timedelta(0))]
    color: Color = Field(default=Color.RED)
    colors: list[Color] = Field(default_factory=list)
    maybe_color: t.Optional[Color] = None
    point: Point
    maybe_point: t.Optional[Point] = Field(None, examples=[{"x": 1}])
    points: dict[str, Point] = Field(default={})
    parameters: dict[str, t.Any] = Field(default_factory=dict)
    data: t.Any = None
    maybe_data: t.Optional[t.Any] = None
    name: Name
    key: t.Annotated[str, Field(min_length=1, max_length=5, pattern="^a")] = "abc"
    limit: t.Annotated[int, Field(ge=1, le=200)] = 200
    factor: t.Annotated[float, Field(gt=0, lt=1)] = 0.5
    tags: list[str] = Field(default_factory=list, examples=[["a", "b"]])
    keys: t.Optional[set[str]] = Field(default_factory=set)
    few: t.Annotated[list[int], Field(min_length=1, max_length=3)] = [1]
    kind: t.Literal["one"] = "one"
    kinds: t.Literal["one", "two"] = "two"
    shape: t.Union[Circle, Square]
    tagged: t.Annotated[t.Union[Circle, Square], Field(discriminator="kind")]
    either: t.Union[int, str, None] = None
    old: t.Optional[int] = Field(default=None, deprecated=True, title="Very old")
    pair: tuple[str, int] = ("a", 1)
    flag2_value: bool = False
    maybe_values: t.Optional[list[t.Optional[int]]] = None


KINDS: dict[str, t.Any] = {
    "string": str,
    "string 2..4": t.Annotated[str, Field(min_length=2, max_length=4)],
    "string 1..": t.Annotated[str, Field(min_length=1)],
    "string ^[a-z0-9-]*$": t.Annotated[str, Field(pattern="^[a-z0-9-]*$")],
    "string strict": StrictStr,
    "name": Name,
    "integer": int,
    "integer 0<=": t.Annotated[int, Field(ge=0)],
    "integer 0<,<=5": t.Annotated[int, Field(gt=0, le=5)],
    "integer strict": StrictInt,
    "number": float,
    "number 0<,<5": t.Annotated[float, Field(gt=0, lt=5)],
    "number 0<=": t.Annotated[float, Field(ge=0)],
    "number strict": StrictFloat,
    "boolean": bool,
    "boolean strict": StrictBool,
    "uuid": uuid.UUID,
    "timestamp": DateTime,
    "duration": datetime.timedelta,
    "duration 0<": t.Annotated[datetime.timedelta, Field(gt=datetime.timedelta(0))],
    "json": t.Any,
    "jsonObject": dict[str, t.Any],
    "enumeration": Color,
    "literal one": t.Literal["a"],
    "literal three": t.Literal["a", "b", "c"],
    "list of integer": list[int],
    "list of string, 1..2": t.Annotated[list[str], Field(min_length=1, max_length=2)],
    "set of string": set[str],
    "map of integer": dict[str, int],
    "nullable integer": t.Optional[int],
    "nullable list of uuid": t.Optional[list[uuid.UUID]],
    "retry delay": t.Union[None, int, float, list[int], list[float]],
    "labels": dict[str, t.Union[StrictBool, StrictInt, StrictFloat, str]],
    "integer or text": t.Union[int, str],
    "text or integer": t.Union[str, int],
    "number or integer": t.Union[float, int],
    "uuid or text": t.Union[uuid.UUID, str],
    "boolean or integer or color": t.Union[bool, int, Color],
    "constrained union": t.Union[t.Annotated[int, Field(ge=3)], t.Annotated[str, Field(max_length=3)], t.Annotated[float, Field(ge=3)]],
    "point": Point,
    "sealed": Sealed,
    "ordered": Ordered,
    "circle or square": t.Union[Circle, Square],
    "circle or square by kind": t.Annotated[t.Union[Circle, Square], Field(discriminator="kind")],
    "left or right": t.Union[Left, Right],
    "list of circle or square": list[t.Union[Circle, Square]],
    "text and integer": tuple[str, int],
    "two texts": tuple[str, str],
    "everything": Everything,
}
