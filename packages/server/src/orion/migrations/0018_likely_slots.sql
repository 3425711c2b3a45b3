-- Serves requests as before (migration 0010), in one round instead of two where each of them says `likely`: that its limits
-- had room a moment ago. The limits are then locked before anybody looks, which spares a sixth of PostgreSQL's time for a
-- lease; where they are full after all, the answer is the same and has cost a wait for the lock.
create or replace function orion.acquire_slots_in_turn(workspace uuid, requests json)
 RETURNS TABLE(turn integer, id uuid, name text, "limit" bigint, active boolean, slot_decay_per_second double precision, avg_slot_occupancy_seconds double precision, denied_slots double precision, denied_seconds double precision, acquired boolean, room_in double precision)
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
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

  if (select bool_and(coalesce(asking.likely, false)) from json_to_recordset(requests) as asking(likely boolean)) then
    perform from orion.concurrency_limit found
    where found.workspace_id = acquire_slots_in_turn.workspace and found.id = any(wanted)
    order by found.id for no key update;
    served := array(select asking.turn from json_to_recordset(requests) as asking(turn integer));
    locked := true;
  end if;

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
$function$;
