"""Records what pydantic, configured as the original server configures it, answers to awkward inputs.

Prints JSON: for each kind of schema a list of [outcome, input text, input text, ...], where the outcome is
  the JSON text of the accepted value, or
  a list of issues [type, loc, msg, ctx, input]: ctx null when absent; input absent when it is the whole input.
Run with a Python that has the original installed:  python conformance/record/coercions.py > packages/wire/src/kit/recorded/coercions.json
"""

import datetime
import json
import sys
import typing as t

import pydantic
from kinds import KINDS
from pydantic import TypeAdapter

COMMON = """null true false 0 1 -1 2 5 -0 0.0 1.0 -0.0 1.5 -1.5 1e2 1e-7 12345678901234567890 "" "a" "abc" "0" "1" "1.0" "1.5"
"true" "A" "RED" "red" "LIGHT_BLUE" "\\ud83d\\ude00" [] [1] [1.0] [1.5] ["1"] ["a","a"] [null] [true] [[]] {} {"a":1} {"a":null} {"x":1} {"kind":"circle"}"""

OWN = {
    "string": ["\"abc\\u00e9\""],
    "string 2..4": ['"ab"', '"abcd"', '"abcde"', '"\\ud83d\\ude00"', '"\\ud83d\\ude00\\ud83d\\ude00\\ud83d\\ude00\\ud83d\\ude00"'],
    "string ^[a-z0-9-]*$": ['"a-b"', '"a_b"', '"a\\n"', '"-"'],
    "name": ['"a b"', '"a/b"', '"a%"', '"&"', '">"', '"<"', '"\\n"', '"\\u00fc"'],
    "integer": [
        '"3"', '" 3 "', '"+3"', '"-3"', '"007"', '"1_000"', '"1__0"', '"_1"', '"1_"', '"3.0"', '"3.00"', '"3."', '".0"', '"3.5"', '"1e3"', '"0x1"',
        '"--3"', '"+-3"', '"\\u0663"', '"3 4"', '"\\t3\\n"', "3.0", "3.0000000001", "9007199254740991", "-9007199254740991", '"-0"', '"0_0"', '"1_0.0"',
        '"-1_0"', '"+ 3"', '"1.0_0"', '"1._0"', '"nan"', '"inf"', "1e3", "1.5e1", "1e-1",
    ],
    "integer 0<=": ['"-1"', "-1.0"],
    "integer 0<,<=5": ["6", '"6"', "5.0", "5.5"],
    "number": [
        '"3"', '" 3.5 "', '"+3.5"', '"-3.5"', '"1e3"', '"1E3"', '".5"', '"5."', '"1_000.5"', '"1__0"', '"_1"', '"0x1"', '"--3"', '"1,5"', '"3 4"', '"e3"', '"."',
        '"\\t3\\n"', "9007199254740993", "1e21", "1e22", "123456789.125", '"1e-320"', '"00.5"', '"1e"', '"+"', '"-.5"', '"\\u0663"',
    ],
    "number 0<,<5": ["4.999", "5", '"5"', "0.001"],
    "boolean": [
        '"True"', '"TRUE"', '"t"', '"T"', '"yes"', '"Yes"', '"y"', '"Y"', '"on"', '"On"', '"ON"', '"off"', '"no"', '"n"', '"f"', '"False"', '"2"', '"tRuE"', '" true"', '"oN"',
    ],
    "uuid": [
        '"7c1f3c1e-0b0e-4c43-9f0a-2b5f1d2e3a4b"', '"7C1F3C1E-0B0E-4C43-9F0A-2B5F1D2E3A4B"', '"7c1f3c1e0b0e4c439f0a2b5f1d2e3a4b"', '"7C1F3C1E0B0E4C439F0A2B5F1D2E3A4B"',
        '"{7c1f3c1e-0b0e-4c43-9f0a-2b5f1d2e3a4b}"', '"{7c1f3c1e0b0e4c439f0a2b5f1d2e3a4b}"', '"urn:uuid:7c1f3c1e-0b0e-4c43-9f0a-2b5f1d2e3a4b"', '"urn:uuid:7c1f3c1e0b0e4c439f0a2b5f1d2e3a4b"',
        '"URN:UUID:7c1f3c1e-0b0e-4c43-9f0a-2b5f1d2e3a4b"', '"7c1f3c1e-0b0e-4c43-9f0a-2b5f1d2e3a4"', '"7c1f3c1e-0b0e-4c43-9f0a-2b5f1d2e3a4bb"', '"7c1f3c1e-0b0e-4c43-9f0a2b5f1d2e3a4b"',
        '"7c1f3c1e0b0e-4c43-9f0a-2b5f1d2e3a4b"', '"7c1f3c1e-0b0e4-c43-9f0a-2b5f1d2e3a4b"', '"zc1f3c1e-0b0e-4c43-9f0a-2b5f1d2e3a4b"', '"7c1f3c1e0b0e4c439f0a2b5f1d2e3a4"',
        '" 7c1f3c1e-0b0e-4c43-9f0a-2b5f1d2e3a4b"', '"not-a-uuid"', '"{7c1f3c1e-0b0e-4c43-9f0a-2b5f1d2e3a4b"', '"{}"', '"{zz}"', '"urn:uuid:"', '"----"', '"-----"', '"\\u00e9"', '"7c1f\\u00e9"',
        '"00000000-0000-0000-0000-000000000000"', '"abcd-ef01"', '"urn:uuid:zz"', '"\\u0663"',
    ],
    "timestamp": [
        '"2026-11-23"', '"2026-11-23T10:11"', '"2026-11-23T10:11:12"', '"2026-11-23 10:11:12.1234567"', '"2026-11-23T10:11:12,5Z"', '"2026-11-23T10:11:12+0200"', '"2026-11-23T10:11:12.5-05:30"',
        '"2026-11-23t10:11:12z"', '"2026-11-23_10:11:12z"', '"2026-11-23T24:00:00Z"', '"2026-11-23T23:59:60Z"', '"2026-11-23T10:11Z"', '"2026-11-23 10:11+01:00"', '"2024-02-29"', '"2026-02-29"',
        '"1795415309"', '"1795415309.146411"', '"1795415309146"', '"1e3"', '"-1"', '" 2026-11-23 "', '"10000-01-01"', '"2026-11-23T10:11:12.123456789Z"', '"2026-11-23T10:11:12.1234567891Z"',
        '"2026-11-23T10:11:12+23:59"', '"2026-11-23T10:11:12+25:00"', '"2026-11-23T10:11:12+23:59:30"', '"2026-11-23T25:11:12Z"', '"2026-11-23T10:61:12Z"', '"23-11-2026"', '"2026-11-23T10:11:12.Z"',
        '"2026-11-23T10:11:12 +02:00"', '"2026-11-23T10:11:12Z "', '"2026-11-23T10:11:12+02:60"', '"2026-13-01"', '"2026-00-01"', '"2026-01-00"', '"0000-01-01"', '"0001-01-01T00:00:00Z"',
        '"9999-12-31T23:59:59.999999Z"', '"2026-11-23T10:11:12-00:00"', '"2026-11-23T10:11:12\\u221202:00"', '"2026-1-2"', '".5"', '"5."', '"+5"', '"1_000"', '"inf"', '"today"', '"2026-11-23T"',
        "1.5", "-1.25", "1795415309.146411", "1795415309146", "20000000000", "20000000001", "-20000000001", "1e11", "1e20", "253402300799999", "253402300800000", "-62135596800000", "-62135596800001",
        "-6e15", "0.0000015", "0.0000004", "1.0000015", "1795415309.9999995", "1795415309.9999996", '"1795415309.9999996"', '"1795415309.1234565"', "1795415309146.4115", '"-0.5"', '"-1.25"', '"1795415309146.4115"',
        '"2026-11-23T10:11:12.000001Z"', '"2026-11-23T10:11:12.000000Z"', '"2026-11-23T10:11:12.120000Z"', '"2026-11-23T00:30:00+01:00"', '"2026-01-01T00:30:00+01:00"', '"2026-12-31T23:30:00-01:00"',
    ],
    "duration": [
        '"PT1H"', '"P1D"', '"P1DT2H3M4.5S"', '"-PT5M"', '"+PT5M"', '"PT0.000001S"', '"PT0.0000001S"', '"P1W"', '"P1W2D"', '"P1Y"', '"P1M"', '"PT1M"', '"P"', '"PT"', '"P1"', '"pt1h"', '"PT1.5H"', '"PT1H30"',
        '"01:02:03"', '"01:02"', '"01:02:03.5"', '"01:02:03,5"', '"1:2:3"', '"100:00:00"', '"24:00:00"', '"-01:02:03"', '"00:60:00"', '"00:00:60"', '"1 day, 01:02:03"', '"2 days 01:02:03"', '"1 days"', '"1d"',
        '"5"', '"-5"', '"5.5"', '" 5"', '"5 "', '"1e3"', '"abc"', '"12:30:15.123456789"', '"P3DT"', '"PT36H"', '"-1 day, 01:00:00"', '"P0.5D"', '"PT1S"', '"1:00"', '"+01:00:00"', '"P1DT"', '"P1D2H"', '"PT1H2H"',
        "3600", "0.5", "1.0000005", "-3600", "1e-7", "86399999999999", "86400000000000", "1e15", "3.3", "0.1", "123456.789012", "1795415309.146411",
    ],
    "duration 0<": ['"PT0S"', '"-PT5M"', "0.5"],
    "enumeration": ['"Red"', '"light_blue"', '"RED "'],
    "literal three": ['"b"', '"c"', '"d"'],
    "json": ['{"a":[1,{"b":null}]}', '{"2":1,"1":2}', '{"__proto__":1}', '{"a":1,"a":2}'],
    "jsonObject": ['{"2":1,"1":2}', '{"__proto__":{"a":1}}', '{"constructor":1}'],
    "list of integer": ["[1,2,3]", '[1,"x",null,2.5]', '["1",2.0]', '{"0":1}', '"12"'],
    "list of string, 1..2": ['["a","b","c"]', '["a",1]', '["a",1,2]'],
    "set of string": ['["a","b"]', '["a",1]'],
    "map of integer": ['{"a":1,"b":"2"}', '{"a":"x","b":null}', '{"":1}', '{"__proto__":1}', '{"__proto__":"x"}', "[[1,2]]"],
    "nullable list of uuid": ['["7c1f3c1e0b0e4c439f0a2b5f1d2e3a4b"]', '["x"]'],
    "retry delay": ["[1,2.5]", '["1","2.5"]', "[1,2]", '[1,"x"]', '"x"', "[]", "10.0"],
    "labels": ['{"a":1,"b":1.0,"c":true,"d":"x","e":1.5}', '{"a":{}}', '{"a":1,"b":[]}'],
    "constrained union": ['"abcd"', "3", "3.0", "3.5", "2.5", '"3"', '"2"'],
    "point": ['{"x":"1","y":"2.5","label":"l"}', '{"x":1,"z":2}', '{"y":1}', '{"x":null,"y":null,"label":1}', '{"x":1.5,"y":"a"}', '{"x":1,"__proto__":2}', '{"x":1,"label":null}'],
    "sealed": [
        '{"id":"7c1f3c1e0b0e4c439f0a2b5f1d2e3a4b"}', '{"id":"x","colour":1,"extra":null}', '{"extra":1}', '{"id":"7c1f3c1e0b0e4c439f0a2b5f1d2e3a4b","points":[{"x":1},{"y":2},5]}',
        '{"id":"7c1f3c1e0b0e4c439f0a2b5f1d2e3a4b","color":"BLUE","points":{},"note":5}', '{"id":null,"color":null,"points":null,"note":null}', '{"id":"7c1f3c1e0b0e4c439f0a2b5f1d2e3a4b","__proto__":1}',
        '{"id":"7c1f3c1e0b0e4c439f0a2b5f1d2e3a4b","constructor":1,"points":[{"x":1,"w":2}]}',
    ],
    "ordered": ['{"low":1,"high":2}', '{"low":2,"high":1}', '{"low":2,"high":"a"}'],
    "circle or square": [
        '{"kind":"circle","radius":1}', '{"kind":"square","side":1.5}', '{"radius":2}', '{"side":2}', '{"kind":"square","radius":2}', '{"kind":"triangle"}', '{"kind":"circle","radius":"x"}', '{"radius":1,"side":2}',
        '{"kind":"circle","radius":1,"side":2}',
    ],
    "circle or square by kind": [
        '{"kind":"circle","radius":1}', '{"kind":"square","side":"1.5"}', '{"radius":2}', '{"kind":"triangle"}', '{"kind":"circle","radius":"x"}', '{"kind":null}', '{"kind":1}', '{"kind":"square"}',
    ],
    "left or right": ['{"x":1}', '{"x":"1"}', '{"y":1}', '{"x":"q"}', '{"x":1.0}', '{"y":"1","x":"2"}'],
    "two texts": ['["a","b"]', '["a",1]', '["a","b","c"]'],
    "list of circle or square": ['[{"radius":1},{"side":2}]', '[{"radius":1},{"area":2}]'],
}


def outcome(adapter: TypeAdapter, text: str) -> t.Union[str, list]:
    given = json.loads(text)
    try:
        return printed(adapter, adapter.validate_python(given, from_attributes=True))
    except pydantic.ValidationError as error:
        return [issue(item, given) for item in error.errors(include_url=False)]


def printed(adapter: TypeAdapter, value: t.Any) -> str:
    if isinstance(value, datetime.datetime):
        value = value.astimezone(datetime.timezone.utc)
    if isinstance(value, datetime.timedelta):
        return json.dumps(value.total_seconds())
    if isinstance(value, set):
        value = sorted(value)
    return json.dumps(adapter.dump_python(value, mode="json", warnings=False), ensure_ascii=False, separators=(",", ":"))


def issue(item: dict, given: t.Any) -> list:
    context = {key: plain(value) for key, value in item["ctx"].items()} if "ctx" in item else None
    row = [item["type"], list(item["loc"]), item["msg"], context]
    return row if item["input"] is given else [*row, plain(item["input"])]


def plain(value: t.Any) -> t.Any:
    """As the original's encoder prints a context."""
    if isinstance(value, Exception):
        return {}
    return value.total_seconds() if isinstance(value, datetime.timedelta) else value


def main() -> None:
    lines = []
    for name, kind in KINDS.items():
        if name == "everything":
            continue
        adapter = TypeAdapter(kind)
        groups: dict[str, list] = {}
        for text in dict.fromkeys([*COMMON.split(), '" "', *OWN.get(name, [])]):
            answer = outcome(adapter, text)
            groups.setdefault(json.dumps(answer), [answer]).append(text)
        rows = ",\n".join("  " + json.dumps(group, separators=(",", ":")) for group in groups.values())
        lines.append(f" {json.dumps(name)}: [\n{rows}\n ]")
    sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")


main()
