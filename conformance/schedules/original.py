"""Says when schedules fire, by the libraries of the installed original.

Reads JSON lines from standard input, each a case: {"schedule": ..., "start": seconds since 1970, "count": n}. Prints for each a line
of JSON: the instants in seconds since 1970, and how far the zone's clocks are ahead at each; or {"fault": ...} where the schedule is
refused or fails; or {"slow": true} where it takes too long.

Clock times become instants as in the original under Python 3.13 and later: the first of two, and where clocks skip the time, what it
would have been before. Under earlier versions the original goes back an hour instead.
"""

import datetime
import itertools
import json
import signal
import sys
import warnings
from zoneinfo import ZoneInfo

warnings.simplefilter("ignore")

import dateutil.rrule  # noqa: E402
from prefect._vendor.croniter import croniter  # noqa: E402
from prefect.server.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule  # noqa: E402

MAX_ITERATIONS = 1000
UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)


class Slow(Exception):
    pass


def too_slow(*_):
    raise Slow


signal.signal(signal.SIGVTALRM, too_slow)


def moment(seconds: float) -> datetime.datetime:
    return EPOCH + datetime.timedelta(seconds=seconds)


def located(clock: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    return clock.replace(tzinfo=zone, fold=0).astimezone(UTC)


def cron(case: dict, zone: ZoneInfo):
    schedule = CronSchedule.model_validate(case["schedule"])
    clock = moment(case["start"]).astimezone(zone).replace(tzinfo=None) - datetime.timedelta(seconds=1)
    dates = croniter(schedule.cron, clock, day_or=schedule.day_or)
    return (located(dates.get_next(datetime.datetime), zone) for _ in itertools.count())


def interval(case: dict, zone: ZoneInfo):
    schedule = IntervalSchedule.model_validate(case["schedule"])
    length = schedule.interval.total_seconds()
    days = schedule.interval.days
    rest = datetime.timedelta(seconds=length - days * 86400)
    start = moment(case["start"])
    at = datetime.datetime.fromisoformat(schedule.anchor_date.isoformat()).astimezone(UTC)
    at += datetime.timedelta(seconds=length * int((start - at).total_seconds() / length))

    def later(at: datetime.datetime) -> datetime.datetime:
        if not days:
            return at + rest
        local = at.astimezone(zone)
        clock = local.replace(tzinfo=None) + datetime.timedelta(days=days)
        same = clock.replace(tzinfo=zone, fold=local.fold)
        if same.utcoffset() == local.utcoffset() and same.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == clock:
            return same.astimezone(UTC) + rest
        return located(clock, zone) + rest

    while at < start:
        at = later(at)
    while True:
        yield at
        at = later(at)


def rrule(case: dict, zone: ZoneInfo):
    """Of the original's own rule the clock times: its library puts skipped ones elsewhere in some zones."""
    schedule = RRuleSchedule.model_validate({**case["schedule"], "timezone": "UTC"})
    start = moment(case["start"]).astimezone(zone).replace(tzinfo=UTC) - datetime.timedelta(days=1)
    return (located(date.replace(tzinfo=None), zone) for date in schedule.to_rrule().xafter(start, inc=True))


def told(found: list[datetime.datetime], zone: ZoneInfo) -> dict:
    ahead = [date.astimezone(zone).utcoffset().total_seconds() for date in found]
    return {"found": [(date - EPOCH).total_seconds() for date in found], "ahead": ahead}


def answer(case: dict):
    schedule, start = case["schedule"], moment(case["start"])
    zone = ZoneInfo(schedule.get("timezone") or "UTC")
    kind = cron if "cron" in schedule else rrule if "rrule" in schedule else interval
    found: list[datetime.datetime] = []
    signal.setitimer(signal.ITIMER_VIRTUAL, 0.15)
    try:
        looked = 0
        for date in kind(case, zone):
            looked += date >= start
            if date >= start and date not in found:
                found.append(date)
            if len(found) >= case["count"] or looked > MAX_ITERATIONS:
                break
    except Slow:
        return {"slow": True}
    except Exception as error:
        return {"fault": type(error).__name__, **told(found, zone)}
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return told(found, zone)


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
