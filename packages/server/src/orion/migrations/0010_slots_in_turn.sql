-- Slots for many callers in one statement, in the order in which they came.
--
-- One limit that everybody asks for admits one commit after the other, since each holds its row; callers that share a
-- commit share that wait. And whoever decides for several callers at once can hold to their order.

drop function orion.acquire_slots(uuid, uuid[], bigint, uuid, text, uuid, timestamptz, boolean, boolean);

-- Serves `requests`, a JSON array, one after the other: each takes `slots` slots on every active limit that it names, or
-- on none. Call it once in a transaction: calls for other limits could wait in another order.
--
--   turn         its place; the rows of the answer are told apart by it
--   names        the limits by name, or
--   limits       by id
--   slots        how many on each
--   lease        the id of the lease to write; null takes unleased slots, which only decay or a decrement give back. A live
--                lease with this id is an answer already given: it is given again, and nothing more is taken
--   holder_type  `flow_run`, `task_run` or `deployment`, with holder_id; both null when nobody says
--   seconds      how long the lease lives unless it is renewed
--   rate_limit   refuses limits without decay
--   once         limits where the holder has live slots already count as taken, so that a repeated call takes nothing
--   reserve      when it is refused, nobody after it gets a slot of the same limits: they are kept for it
--   look         is refused whatever there is, and learns why
--
-- Answers one row for each request and limit that exists, inactive ones too; `acquired` is the same in all rows of a
-- request. It is true when no active limit is among them: there was nothing to take, and no lease is written. `room_in`
-- is the number of seconds after which time alone makes room on the limit, by decay or by the end of a lease.
create function orion.acquire_slots_in_turn(workspace uuid, requests json)
returns table (
  turn integer, id uuid, name text, "limit" bigint, active boolean, slot_decay_per_second double precision,
  avg_slot_occupancy_seconds double precision, denied_slots double precision, denied_seconds double precision,
  acquired boolean, room_in double precision
) language plpgsql volatile
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  moment timestamptz;
  -- Which request wants which limit, side by side.
  turns integer[];
  wanted uuid[];
  -- Active limits, and side by side with them the slots that are free, and the end of the next lease.
  counted uuid[];
  free bigint[];
  ending timestamptz[];
  request record;
  place integer;
  fits boolean;
  served integer[];
  repeated uuid[];
  locked boolean := false;
begin
  select array_agg(pair.turn), array_agg(pair.id) into turns, wanted from (
    select asking.turn, found.id
    from json_to_recordset(requests) as asking(turn integer, names text[])
    cross join lateral unnest(asking.names) as named(name)
    join orion.concurrency_limit found
      on found.workspace_id = acquire_slots_in_turn.workspace and found.name = named.name
    union
    select asking.turn, found.id
    from json_to_recordset(requests) as asking(turn integer, limits uuid[])
    cross join lateral unnest(asking.limits) as named(id)
    join orion.concurrency_limit found
      on found.workspace_id = acquire_slots_in_turn.workspace and found.id = named.id
  ) pair;

  -- Looks first and locks only if it could take: most callers of a full limit leave without having waited or written.
  loop
    moment := clock_timestamp();
    select array_agg(found.id), array_agg(
        found."limit" - orion.whole_slots(orion.unleased_slots_at(found, moment)) - coalesce(held.slots, 0)
      ), array_agg(held.ending),
      -- Of the same instant as the count: a lease that comes or goes between the two would be in neither, or in both.
      coalesce((
        select array_agg(distinct lease.id)
        from json_to_recordset(requests) as asking(lease uuid)
        join orion.concurrency_lease lease on lease.workspace_id = acquire_slots_in_turn.workspace
          and lease.id = asking.lease and lease.expiration > moment
      ), '{}')
    into counted, free, ending, repeated
    from (select distinct unnest(wanted) as id) asked
    join orion.concurrency_limit found on found.workspace_id = acquire_slots_in_turn.workspace and found.id = asked.id
    cross join lateral (
      select sum(lease.slots) as slots, min(lease.expiration) filter (where lease.slots > 0) as ending
      from orion.concurrency_lease lease
      where lease.workspace_id = found.workspace_id and lease.limit_id = found.id and lease.expiration > moment
    ) held
    where found.active;

    -- In the locked round `served` holds the requests that could be served before; their limits are the locked ones.
    for request in
      select
        asking.turn, asking.slots, asking.lease, asking.reserve, coalesce(asking.look, false) as look,
        array_agg(array_position(counted, found.id)) filter (where found.active and not own.holds) as places,
        coalesce(bool_or(
          found."limit" < asking.slots or (asking.rate_limit and found.slot_decay_per_second = 0)
        ) filter (where found.active and not own.holds), false) as unfit
      from json_to_recordset(requests) as asking(
        turn integer, slots bigint, lease uuid, holder_type text, holder_id uuid, rate_limit boolean, once boolean,
        reserve boolean, look boolean)
      left join unnest(turns, wanted) as pair(turn, id) on pair.turn = asking.turn
      left join orion.concurrency_limit found
        on found.workspace_id = acquire_slots_in_turn.workspace and found.id = pair.id
      left join lateral (
        select coalesce(asking.once, false) and exists (
          select from orion.concurrency_lease lease
          where lease.workspace_id = found.workspace_id and lease.limit_id = found.id and lease.expiration > moment
            and lease.holder_id = asking.holder_id and lease.holder_type = asking.holder_type
            and lease.slots + lease.decaying_slots > 0
        ) as holds
      ) own on true
      where not locked or asking.turn = any(served)
      group by asking.turn, asking.slots, asking.lease, asking.reserve, asking.look
      order by asking.turn
    loop
      if request.lease = any(repeated) then
        served := array_append(array_remove(served, request.turn), request.turn);
        continue;
      end if;
      fits := not request.unfit and not request.look;
      if fits and request.places is not null then
        foreach place in array request.places loop
          fits := fits and free[place] >= request.slots;
        end loop;
      end if;
      served := array_remove(served, request.turn);
      if fits then
        served := array_append(served, request.turn);
        if request.lease is not null then
          repeated := array_append(repeated, request.lease);
        end if;
      end if;
      -- Looking, each is measured against what is there, not against those before it: they may yet get nothing.
      if locked and request.places is not null and (fits or (request.reserve and not request.unfit)) then
        foreach place in array request.places loop
          free[place] := case when fits then free[place] - request.slots else 0 end;
        end loop;
      end if;
    end loop;
    served := coalesce(served, '{}');
    exit when locked or not exists (
      select from unnest(turns, wanted) as pair(turn, id) where pair.turn = any(served) and pair.id = any(counted)
    );

    perform from orion.concurrency_limit found
    where found.workspace_id = acquire_slots_in_turn.workspace and found.id in (
      select pair.id from unnest(turns, wanted) as pair(turn, id) where pair.turn = any(served) and pair.id = any(counted)
    )
    order by found.id for no key update;
    locked := true;
  end loop;

  if locked and cardinality(served) > 0 then
    with taking as (
      select asking.*, found.id as limit_id, found.slot_decay_per_second > 0 as decays
      from json_to_recordset(requests) as asking(
        turn integer, slots bigint, lease uuid, holder_type text, holder_id uuid, seconds double precision, once boolean)
      join unnest(turns, wanted) as pair(turn, id) on pair.turn = asking.turn
      join orion.concurrency_limit found
        on found.workspace_id = acquire_slots_in_turn.workspace and found.id = pair.id and found.active
      where asking.turn = any(served)
        and not exists (
          select from orion.concurrency_lease lease
          where lease.workspace_id = acquire_slots_in_turn.workspace and lease.id = asking.lease and lease.expiration > moment
        )
        and not (coalesce(asking.once, false) and exists (
          select from orion.concurrency_lease lease
          where lease.workspace_id = found.workspace_id and lease.limit_id = found.id and lease.expiration > moment
            and lease.holder_id = asking.holder_id and lease.holder_type = asking.holder_type
            and lease.slots + lease.decaying_slots > 0
        ))
    ), leased as (
      -- A request that is repeated within the batch is written once; an ended lease of the same id begins anew.
      insert into orion.concurrency_lease as held
        (workspace_id, id, limit_id, created, expiration, holder_type, holder_id, slots, decaying_slots)
      select distinct on (lease, limit_id)
        acquire_slots_in_turn.workspace, lease, limit_id, moment, moment + make_interval(secs => seconds),
        holder_type, holder_id, case when decays then 0 else slots end, case when decays then slots else 0 end
      from taking where lease is not null
      order by lease, limit_id, turn
      on conflict (workspace_id, id, limit_id) do update set
        created = excluded.created, updated = now(), expiration = excluded.expiration,
        holder_type = excluded.holder_type, holder_id = excluded.holder_id,
        slots = excluded.slots, decaying_slots = excluded.decaying_slots
    )
    update orion.concurrency_limit taken
    set unleased_slots = orion.unleased_slots_at(taken, moment) + added.slots, unleased_as_of = moment
    from (
      select limit_id, sum(slots) as slots from (
        select distinct on (limit_id, coalesce(lease::text, turn::text)) limit_id, slots from taking where lease is null or decays
      ) once_each group by limit_id
    ) added
    where taken.workspace_id = acquire_slots_in_turn.workspace and taken.id = added.limit_id;
  end if;

  return query
  select
    pair.turn, found.id, found.name, found."limit", found.active, found.slot_decay_per_second,
    found.avg_slot_occupancy_seconds, found.denied_slots,
    greatest(0, extract(epoch from moment - found.denied_as_of)::double precision), pair.turn = any(served),
    case when found.slot_decay_per_second > 0
      then greatest(0, orion.unleased_slots_at(found, moment) + asking.slots - found."limit") / found.slot_decay_per_second
      else extract(epoch from ending[array_position(counted, found.id)] - moment)::double precision end
  from json_to_recordset(requests) as asking(turn integer, slots bigint)
  join unnest(turns, wanted) as pair(turn, id) on pair.turn = asking.turn
  join orion.concurrency_limit found on found.workspace_id = acquire_slots_in_turn.workspace and found.id = pair.id
  order by pair.turn, found.name;
end
$$;

-- The same for one caller who knows the ids of the limits, inside a larger statement or transaction.
create function orion.acquire_slots(
  workspace uuid, limits uuid[], requested bigint, lease uuid, holder_type text, holder_id uuid,
  seconds double precision, rate_limit boolean default false, once boolean default false
) returns table (id uuid, name text, "limit" bigint, active boolean, acquired boolean)
language sql volatile as $$
  select answer.id, answer.name, answer."limit", answer.active, answer.acquired
  from orion.acquire_slots_in_turn(workspace, json_build_array(json_build_object(
    'turn', 1, 'limits', limits, 'slots', requested, 'lease', lease, 'holder_type', holder_type, 'holder_id', holder_id,
    'seconds', seconds, 'rate_limit', rate_limit, 'once', once))) answer
$$;

-- Deleting a run ends what it holds, however it comes to be deleted: by its id, with its flow, with its flow run.
create function orion.release_slots_of_deleted_runs() returns trigger language plpgsql as $$
declare
  held uuid[];
begin
  select array_agg(distinct lease.id) into held
  from gone join orion.concurrency_lease lease on lease.workspace_id = gone.workspace_id and lease.holder_id = gone.id;
  if held is not null then
    perform orion.release_slots(owner.workspace_id, held) from (select distinct workspace_id from gone) owner;
  end if;
  return null;
end
$$;
create trigger release_slots after delete on orion.flow_run
  referencing old table as gone for each statement execute function orion.release_slots_of_deleted_runs();
create trigger release_slots after delete on orion.task_run
  referencing old table as gone for each statement execute function orion.release_slots_of_deleted_runs();

-- Ends those of these leases that have expired: whoever listed them did so before it had their locks.
create function orion.release_expired_slots(workspace uuid, leases uuid[])
returns bigint language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  perform from orion.concurrency_limit found
  where found.workspace_id = release_expired_slots.workspace and found.id in (
    select held.limit_id from orion.concurrency_lease held
    where held.workspace_id = release_expired_slots.workspace and held.id = any(leases)
  )
  order by found.id for no key update;

  return orion.release_slots(workspace, array(
    select distinct held.id from orion.concurrency_lease held
    where held.workspace_id = release_expired_slots.workspace and held.id = any(leases) and held.expiration <= clock_timestamp()
  ));
end
$$;
