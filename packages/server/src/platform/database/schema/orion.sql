-- The final schema of orion, as its migrations make it. Do not edit: see schema.test.ts.

create type orion.state_type as enum ('SCHEDULED', 'PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED', 'PAUSED', 'CANCELLING');

CREATE OR REPLACE FUNCTION orion.acquire_slots(workspace uuid, limits uuid[], requested bigint, lease uuid, holder_type text, holder_id uuid, seconds double precision, rate_limit boolean DEFAULT false, once boolean DEFAULT false)
 RETURNS TABLE(id uuid, name text, "limit" bigint, active boolean, acquired boolean)
 LANGUAGE sql
AS $function$
  select answer.id, answer.name, answer."limit", answer.active, answer.acquired
  from orion.acquire_slots_in_turn(workspace, json_build_array(json_build_object(
    'turn', 1, 'limits', limits, 'slots', requested, 'lease', lease, 'holder_type', holder_type, 'holder_id', holder_id,
    'seconds', seconds, 'rate_limit', rate_limit, 'once', once))) answer
$function$
;

CREATE OR REPLACE FUNCTION orion.acquire_slots_in_turn(workspace uuid, requests json)
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
$function$
;

CREATE OR REPLACE FUNCTION orion.count_flow_runs()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  added record;
begin
  for added in
    insert into orion.flow_run_count (workspace_id, runs)
    select changed.workspace_id, case when tg_op = 'INSERT' then count(*) else -count(*) end
    from changed group by changed.workspace_id
    returning position, workspace_id
  loop
    if added.position % 256 = 0 then
      perform orion.fold_flow_run_count(added.workspace_id);
    end if;
  end loop;
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION orion.count_flow_runs_anew()
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  lock table orion.flow_run in share mode;
  delete from orion.flow_run_count;
  insert into orion.flow_run_count (workspace_id, runs) select workspace_id, count(*) from orion.flow_run group by workspace_id;
end
$function$
;

CREATE OR REPLACE FUNCTION orion.delete_flow_run_states()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from orion.flow_run_state as state using gone
  where state.workspace_id = gone.workspace_id and state.flow_run_id = gone.id;
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION orion.delete_task_run_states()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from orion.task_run_state as state using gone
  where state.workspace_id = gone.workspace_id and state.task_run_id = gone.id;
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION orion.fold_flow_run_count(workspace uuid)
 RETURNS void
 LANGUAGE sql
AS $function$
  with folding as materialized (
    select ctid from orion.flow_run_count as added where added.workspace_id = workspace for update skip locked
  ), gone as (
    delete from orion.flow_run_count as added using folding where added.ctid = folding.ctid returning added.runs
  )
  insert into orion.flow_run_count (workspace_id, runs) select workspace, sum(runs) from gone having count(*) > 0
$function$
;

CREATE OR REPLACE FUNCTION orion.forget_flow_run_count()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  truncate orion.flow_run_count;
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION orion.let_go_subflows()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  -- By lists, which the index by parent takes whatever the planner makes of a table without statistics.
  update orion.flow_run as child set parent_task_run_id = null
  from (select workspace_id, array_agg(id) as ids from gone group by workspace_id) as parents
  where child.workspace_id = parents.workspace_id and child.parent_task_run_id = any(parents.ids);
  return null;
end
$function$
;

CREATE OR REPLACE FUNCTION orion.occupancy_after(average double precision, occupancy double precision, leases bigint, "limit" bigint)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN ("limit" > 0) THEN (occupancy + ((average - occupancy) * (power(((1)::numeric - ((1)::numeric / (2.0 * ("limit")::numeric))), (leases)::numeric))::double precision)) ELSE average END
;

CREATE OR REPLACE FUNCTION orion.release_expired_slots(workspace uuid, leases uuid[])
 RETURNS bigint
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION orion.release_slots(workspace uuid, leases uuid[])
 RETURNS bigint
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  moment timestamptz;
  released bigint;
begin
  perform from orion.concurrency_limit found
  where found.workspace_id = release_slots.workspace and found.id in (
    select held.limit_id from orion.concurrency_lease held
    where held.workspace_id = release_slots.workspace and held.id = any(leases)
  )
  order by found.id for no key update;
  moment := clock_timestamp();

  with gone as (
    delete from orion.concurrency_lease held
    where held.workspace_id = release_slots.workspace and held.id = any(leases)
    returning held.*
  ), occupied as (
    select *, greatest(0, extract(epoch from least(moment, expiration) - created)::double precision) as seconds from gone
  ), ended as (
    update orion.concurrency_limit ending
    set
      avg_slot_occupancy_seconds =
        orion.occupancy_after(ending.avg_slot_occupancy_seconds, used.occupancy, used.leases, ending."limit"),
      unleased_slots = greatest(0, orion.unleased_slots_at(ending, moment) - used.left_over),
      unleased_as_of = moment
    from (
      select
        occupied.limit_id,
        count(*) as leases,
        avg(greatest(0.1, seconds / greatest(1, slots + decaying_slots))) as occupancy,
        sum(greatest(0, decaying_slots - slot_decay_per_second * seconds)) as left_over
      from occupied
      join orion.concurrency_limit found on found.workspace_id = occupied.workspace_id and found.id = occupied.limit_id
      group by occupied.limit_id
    ) used
    where ending.workspace_id = release_slots.workspace and ending.id = used.limit_id
  )
  select count(distinct id) into released from gone;
  return released;
end
$function$
;

CREATE OR REPLACE FUNCTION orion.release_slots_of_deleted_runs()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION orion.renew_lease(workspace uuid, lease uuid, expiration timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
#variable_conflict use_column
begin
  -- Whoever counts the slots of these limits holds the same locks, so nobody can be counting this lease as expired now.
  perform from orion.concurrency_limit found
  where found.workspace_id = renew_lease.workspace and found.id in (
    select held.limit_id from orion.concurrency_lease held
    where held.workspace_id = renew_lease.workspace and held.id = lease
  )
  order by found.id for no key update;

  update orion.concurrency_lease held
  set expiration = renew_lease.expiration, updated = now()
  where held.workspace_id = renew_lease.workspace and held.id = lease and held.expiration > clock_timestamp();
  return found;
end
$function$
;

CREATE OR REPLACE FUNCTION orion.reset_slots(workspace uuid, limit_id uuid, task_runs uuid[], expiration timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
#variable_conflict use_column
begin
  update orion.concurrency_limit emptied set unleased_slots = 0, unleased_as_of = clock_timestamp()
  where emptied.workspace_id = reset_slots.workspace and emptied.id = reset_slots.limit_id;

  delete from orion.concurrency_lease held
  where held.workspace_id = reset_slots.workspace and held.limit_id = reset_slots.limit_id;

  insert into orion.concurrency_lease (workspace_id, id, limit_id, expiration, holder_type, holder_id, slots)
  select reset_slots.workspace, gen_random_uuid(), reset_slots.limit_id, reset_slots.expiration,
    'task_run', task_run, 1
  from unnest(task_runs) task_run;
end
$function$
;

CREATE OR REPLACE FUNCTION orion.set_active_slots(workspace uuid, limit_id uuid, active_slots bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
#variable_conflict use_column
declare
  moment timestamptz;
  kept bigint;
begin
  perform from orion.concurrency_limit found
  where found.workspace_id = set_active_slots.workspace and found.id = set_active_slots.limit_id
  for no key update;
  moment := clock_timestamp();

  with ranked as (
    select held.id, held.slots, sum(held.slots) over (order by held.expiration desc, held.id) <= set_active_slots.active_slots as keeps
    from orion.concurrency_lease held
    where held.workspace_id = set_active_slots.workspace and held.limit_id = set_active_slots.limit_id and held.expiration > moment
  ), giving_way as (
    update orion.concurrency_lease held set slots = 0, decaying_slots = 0, updated = now()
    from ranked
    where held.workspace_id = set_active_slots.workspace and held.limit_id = set_active_slots.limit_id
      and held.id = ranked.id and not ranked.keeps
  )
  select coalesce(sum(slots) filter (where keeps), 0) into kept from ranked;

  update orion.concurrency_limit adjusted
  set unleased_slots = set_active_slots.active_slots - kept, unleased_as_of = moment
  where adjusted.workspace_id = set_active_slots.workspace and adjusted.id = set_active_slots.limit_id;
end
$function$
;

CREATE OR REPLACE FUNCTION orion.unleased_slots_at("limit" orion.concurrency_limit, moment timestamp with time zone)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN GREATEST((0)::double precision, (("limit").unleased_slots - (("limit").slot_decay_per_second * GREATEST((0)::double precision, (EXTRACT(epoch FROM (moment - ("limit").unleased_as_of)))::double precision))))
;

CREATE OR REPLACE FUNCTION orion.whole_slots(amount double precision)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (ceil((amount - (0.000000001)::double precision)))::bigint
;

create table orion.artifact (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  key text,
  type text,
  description text,
  data json,
  metadata_ json,
  flow_run_id uuid,
  task_run_id uuid,
  constraint artifact_pkey PRIMARY KEY (workspace_id, id)
);

create table orion.artifact_collection (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  key text not null,
  latest_id uuid not null,
  constraint artifact_collection_pkey PRIMARY KEY (workspace_id, id),
  constraint artifact_collection_workspace_id_key_key UNIQUE (workspace_id, key),
  constraint artifact_collection_workspace_id_latest_id_key UNIQUE (workspace_id, latest_id),
  constraint artifact_collection_workspace_id_latest_id_fkey FOREIGN KEY (workspace_id, latest_id) REFERENCES orion.artifact(workspace_id, id) DEFERRABLE INITIALLY DEFERRED
);

create table orion.block_document (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  block_type_id uuid not null,
  block_schema_id uuid not null,
  name text not null,
  is_anonymous boolean not null default false,
  data text not null,
  constraint block_document_pkey PRIMARY KEY (workspace_id, id),
  constraint block_document_workspace_id_block_type_id_name_key UNIQUE (workspace_id, block_type_id, name),
  constraint block_document_workspace_id_block_schema_id_fkey FOREIGN KEY (workspace_id, block_schema_id) REFERENCES orion.block_schema(workspace_id, id) ON DELETE CASCADE,
  constraint block_document_workspace_id_block_type_id_fkey FOREIGN KEY (workspace_id, block_type_id) REFERENCES orion.block_type(workspace_id, id) ON DELETE CASCADE
);

create table orion.block_document_reference (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  parent_block_document_id uuid not null,
  name text not null,
  reference_block_document_id uuid not null,
  constraint block_document_reference_pkey PRIMARY KEY (workspace_id, id),
  constraint block_document_reference_workspace_id_parent_block_document_key UNIQUE (workspace_id, parent_block_document_id, name),
  constraint block_document_reference_workspace_id_parent_block_documen_fkey FOREIGN KEY (workspace_id, parent_block_document_id) REFERENCES orion.block_document(workspace_id, id) ON DELETE CASCADE,
  constraint block_document_reference_workspace_id_reference_block_docu_fkey FOREIGN KEY (workspace_id, reference_block_document_id) REFERENCES orion.block_document(workspace_id, id) ON DELETE CASCADE,
  constraint block_document_reference_check CHECK ((parent_block_document_id <> reference_block_document_id))
);

create table orion.block_schema (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  block_type_id uuid not null,
  checksum text not null,
  version text not null default 'non-versioned'::text,
  fields json not null default '{}'::json,
  capabilities text[] not null default '{}'::text[],
  constraint block_schema_pkey PRIMARY KEY (workspace_id, id),
  constraint block_schema_workspace_id_checksum_version_key UNIQUE (workspace_id, checksum, version),
  constraint block_schema_workspace_id_block_type_id_fkey FOREIGN KEY (workspace_id, block_type_id) REFERENCES orion.block_type(workspace_id, id) ON DELETE CASCADE
);

create table orion.block_type (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  name text not null,
  slug text not null,
  logo_url text,
  documentation_url text,
  description text,
  code_example text,
  is_protected boolean not null default false,
  constraint block_type_pkey PRIMARY KEY (workspace_id, id),
  constraint block_type_workspace_id_slug_key UNIQUE (workspace_id, slug)
);

create table orion.concurrency_lease (
  workspace_id uuid not null,
  id uuid not null,
  limit_id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  expiration timestamp with time zone not null,
  holder_type text,
  holder_id uuid,
  slots bigint not null,
  decaying_slots bigint not null default 0,
  constraint concurrency_lease_pkey PRIMARY KEY (workspace_id, id, limit_id)
);

create table orion.concurrency_limit (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  name text not null,
  "limit" bigint not null,
  active boolean not null default true,
  slot_decay_per_second double precision not null default 0,
  avg_slot_occupancy_seconds double precision not null default 2,
  unleased_slots double precision not null default 0,
  unleased_as_of timestamp with time zone not null default now(),
  denied_slots double precision not null default 0,
  denied_as_of timestamp with time zone not null default now(),
  constraint concurrency_limit_pkey PRIMARY KEY (workspace_id, id),
  constraint concurrency_limit_workspace_id_name_key UNIQUE (workspace_id, name),
  constraint concurrency_limit_slot_decay_per_second_check CHECK (((slot_decay_per_second = (0)::double precision) OR ((slot_decay_per_second >= (0.000000001)::double precision) AND (slot_decay_per_second <= ('1000000000'::numeric)::double precision))))
);

create table orion.configuration (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  key text not null,
  value jsonb not null,
  constraint configuration_pkey PRIMARY KEY (workspace_id, id),
  constraint configuration_workspace_id_key_key UNIQUE (workspace_id, key)
);

create table orion.deferred_task_run (
  workspace_id uuid not null,
  task_run_id uuid not null,
  task_key text not null,
  due timestamp with time zone not null,
  first boolean not null default false,
  "position" bigint not null generated always as identity,
  offered_to uuid,
  offered_until timestamp with time zone,
  constraint deferred_task_run_pkey PRIMARY KEY (workspace_id, task_run_id),
  constraint deferred_task_run_workspace_id_task_run_id_fkey FOREIGN KEY (workspace_id, task_run_id) REFERENCES orion.task_run(workspace_id, id) ON DELETE CASCADE
) with (fillfactor=50);

create table orion.deployment (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  flow_id uuid not null,
  name text not null,
  version text,
  description text,
  tags text[] not null default '{}'::text[],
  labels json,
  parameters json not null default '{}'::json,
  parameter_openapi_schema json,
  enforce_parameter_schema boolean not null default true,
  pull_steps json,
  path text,
  entrypoint text,
  job_variables json not null default '{}'::json,
  paused boolean not null default false,
  status text not null default 'NOT_READY'::text,
  last_polled timestamp with time zone,
  work_queue_id uuid,
  work_queue_name text,
  storage_document_id uuid,
  infrastructure_document_id uuid,
  concurrency_limit_id uuid,
  concurrency_options jsonb,
  created_by jsonb,
  updated_by jsonb,
  catch_up text not null default 'none'::text,
  catch_up_seconds double precision,
  constraint deployment_pkey PRIMARY KEY (workspace_id, id),
  constraint deployment_workspace_id_flow_id_name_key UNIQUE (workspace_id, flow_id, name),
  constraint deployment_workspace_id_concurrency_limit_id_fkey FOREIGN KEY (workspace_id, concurrency_limit_id) REFERENCES orion.concurrency_limit(workspace_id, id) ON DELETE SET NULL (concurrency_limit_id),
  constraint deployment_workspace_id_flow_id_fkey FOREIGN KEY (workspace_id, flow_id) REFERENCES orion.flow(workspace_id, id) ON DELETE CASCADE,
  constraint deployment_workspace_id_work_queue_id_fkey FOREIGN KEY (workspace_id, work_queue_id) REFERENCES orion.work_queue(workspace_id, id) ON DELETE SET NULL (work_queue_id),
  constraint deployment_catch_up_check CHECK ((catch_up = ANY (ARRAY['none'::text, 'latest'::text, 'all'::text, 'recent'::text]))),
  constraint deployment_check CHECK (((catch_up_seconds > (0)::double precision) AND ((catch_up = 'recent'::text) = (catch_up_seconds IS NOT NULL))))
);

create table orion.deployment_schedule (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  deployment_id uuid not null,
  schedule json not null,
  active boolean not null default true,
  max_scheduled_runs integer,
  parameters json not null default '{}'::json,
  slug text,
  scheduled_until timestamp with time zone not null default now(),
  due timestamp with time zone,
  fault text,
  constraint deployment_schedule_pkey PRIMARY KEY (workspace_id, id),
  constraint deployment_schedule_workspace_id_deployment_id_fkey FOREIGN KEY (workspace_id, deployment_id) REFERENCES orion.deployment(workspace_id, id) ON DELETE CASCADE
);

create table orion.flow (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  name text not null,
  tags text[] not null default '{}'::text[],
  labels json,
  constraint flow_pkey PRIMARY KEY (workspace_id, id),
  constraint flow_workspace_id_name_key UNIQUE (workspace_id, name)
);

create table orion.flow_run (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  flow_id uuid not null,
  name text not null,
  state_id uuid,
  state_type orion.state_type,
  state_name text,
  state_timestamp timestamp with time zone,
  run_count integer not null default 0,
  expected_start_time timestamp with time zone,
  next_scheduled_start_time timestamp with time zone,
  start_time timestamp with time zone,
  end_time timestamp with time zone,
  pause_timeout timestamp with time zone,
  total_run_time double precision not null default 0,
  sort_start_time timestamp with time zone generated always as (COALESCE(start_time, expected_start_time)) stored,
  parameters json not null default '{}'::json,
  context json not null default '{}'::json,
  empirical_policy jsonb not null default '{}'::jsonb,
  tags text[] not null default '{}'::text[],
  labels json,
  created_by jsonb,
  idempotency_key text,
  auto_scheduled boolean not null default false,
  deployment_id uuid,
  deployment_version text,
  flow_version text,
  parent_task_run_id uuid,
  infrastructure_document_id uuid,
  infrastructure_pid text,
  job_variables json,
  work_queue_id uuid,
  work_queue_name text,
  active_queue_id uuid generated always as (
CASE
    WHEN (state_type = ANY (ARRAY['PENDING'::orion.state_type, 'RUNNING'::orion.state_type, 'CANCELLING'::orion.state_type])) THEN work_queue_id
    ELSE NULL::uuid
END) stored,
  unmarked_due timestamp with time zone generated always as (
CASE
    WHEN ((state_type = 'SCHEDULED'::orion.state_type) AND (state_name = 'Scheduled'::text)) THEN next_scheduled_start_time
    ELSE NULL::timestamp with time zone
END) stored,
  cancelling_since timestamp with time zone generated always as (
CASE
    WHEN (state_type = 'CANCELLING'::orion.state_type) THEN state_timestamp
    ELSE NULL::timestamp with time zone
END) stored,
  swept_state_id uuid,
  expiration timestamp with time zone,
  unswept_since timestamp with time zone generated always as (
CASE
    WHEN ((state_type = 'CANCELLED'::orion.state_type) AND (swept_state_id IS DISTINCT FROM state_id)) THEN state_timestamp
    ELSE NULL::timestamp with time zone
END) stored,
  constraint flow_run_pkey PRIMARY KEY (workspace_id, id),
  constraint flow_run_workspace_id_flow_id_fkey FOREIGN KEY (workspace_id, flow_id) REFERENCES orion.flow(workspace_id, id) ON DELETE CASCADE
) with (fillfactor=70);

create table orion.flow_run_count (
  "position" bigint not null generated always as identity,
  workspace_id uuid not null,
  runs bigint not null
) with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=1000);

create table orion.flow_run_heartbeat (
  workspace_id uuid not null,
  flow_run_id uuid not null,
  occurred timestamp with time zone not null,
  seen timestamp with time zone not null,
  attempt integer not null,
  gap double precision,
  "interval" double precision not null,
  deadline timestamp with time zone not null,
  constraint flow_run_heartbeat_pkey PRIMARY KEY (workspace_id, flow_run_id),
  constraint flow_run_heartbeat_workspace_id_flow_run_id_fkey FOREIGN KEY (workspace_id, flow_run_id) REFERENCES orion.flow_run(workspace_id, id) ON DELETE CASCADE
) with (fillfactor=50);

create table orion.flow_run_input (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  flow_run_id uuid not null,
  key text not null,
  value text not null,
  sender text,
  constraint flow_run_input_pkey PRIMARY KEY (workspace_id, id),
  constraint flow_run_input_workspace_id_flow_run_id_key_key UNIQUE (workspace_id, flow_run_id, key),
  constraint flow_run_input_workspace_id_flow_run_id_fkey FOREIGN KEY (workspace_id, flow_run_id) REFERENCES orion.flow_run(workspace_id, id) ON DELETE CASCADE
);

create table orion.flow_run_state (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  flow_run_id uuid not null,
  type orion.state_type not null,
  name text not null,
  "timestamp" timestamp with time zone not null,
  message text,
  state_details jsonb not null default '{}'::jsonb,
  data json,
  result_artifact_id uuid,
  constraint flow_run_state_pkey PRIMARY KEY (workspace_id, id),
  constraint flow_run_state_workspace_id_flow_run_id_timestamp_key UNIQUE (workspace_id, flow_run_id, "timestamp")
);

create table orion.outbox (
  "position" bigint not null generated always as identity,
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  event json not null,
  constraint outbox_pkey PRIMARY KEY ("position")
);

create table orion.saved_search (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  name text not null,
  filters json not null default '[]'::json,
  constraint saved_search_pkey PRIMARY KEY (workspace_id, id),
  constraint saved_search_workspace_id_name_key UNIQUE (workspace_id, name)
);

create table orion.task_run (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  flow_run_id uuid,
  name text not null,
  task_key text not null,
  dynamic_key text not null,
  cache_key text,
  cache_expiration timestamp with time zone,
  task_version text,
  flow_run_run_count integer not null default 0,
  state_id uuid,
  state_type orion.state_type,
  state_name text,
  state_timestamp timestamp with time zone,
  run_count integer not null default 0,
  expected_start_time timestamp with time zone,
  next_scheduled_start_time timestamp with time zone,
  start_time timestamp with time zone,
  end_time timestamp with time zone,
  total_run_time double precision not null default 0,
  empirical_policy jsonb not null default '{}'::jsonb,
  task_inputs json not null default '{}'::json,
  tags text[] not null default '{}'::text[],
  labels json,
  constraint task_run_pkey PRIMARY KEY (workspace_id, id),
  constraint task_run_workspace_id_flow_run_id_task_key_dynamic_key_key UNIQUE NULLS NOT DISTINCT (workspace_id, flow_run_id, task_key, dynamic_key),
  constraint task_run_workspace_id_flow_run_id_fkey FOREIGN KEY (workspace_id, flow_run_id) REFERENCES orion.flow_run(workspace_id, id) ON DELETE CASCADE
) with (fillfactor=70);

create table orion.task_run_state (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  task_run_id uuid not null,
  type orion.state_type not null,
  name text not null,
  "timestamp" timestamp with time zone not null,
  message text,
  state_details jsonb not null default '{}'::jsonb,
  data json,
  result_artifact_id uuid,
  constraint task_run_state_pkey PRIMARY KEY (workspace_id, id),
  constraint task_run_state_workspace_id_task_run_id_timestamp_key UNIQUE (workspace_id, task_run_id, "timestamp")
);

create table orion.task_run_state_cache (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  cache_key text not null,
  cache_expiration timestamp with time zone,
  task_run_state_id uuid not null,
  constraint task_run_state_cache_pkey PRIMARY KEY (workspace_id, id)
);

create table orion.task_worker (
  workspace_id uuid not null,
  id uuid not null,
  client_id text not null,
  task_keys text[] not null,
  seen timestamp with time zone not null default now(),
  constraint task_worker_pkey PRIMARY KEY (workspace_id, id)
);

create table orion.variable (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  name text not null,
  value json not null,
  tags text[] not null default '{}'::text[],
  constraint variable_pkey PRIMARY KEY (workspace_id, id),
  constraint variable_workspace_id_name_key UNIQUE (workspace_id, name)
);

create table orion.watch (
  name text not null,
  seen timestamp with time zone not null,
  constraint watch_pkey PRIMARY KEY (name)
);

create table orion.work_pool (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  name text not null,
  type text not null,
  description text,
  base_job_template json not null default '{}'::json,
  storage_configuration json not null default '{}'::json,
  is_paused boolean not null default false,
  concurrency_limit integer,
  status text not null default 'NOT_READY'::text,
  default_queue_id uuid,
  last_transitioned_status_at timestamp with time zone,
  last_status_event_id uuid,
  constraint work_pool_pkey PRIMARY KEY (workspace_id, id),
  constraint work_pool_workspace_id_name_key UNIQUE (workspace_id, name)
);

create table orion.work_queue (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  work_pool_id uuid not null,
  name text not null,
  description text not null default ''::text,
  priority integer not null default 1,
  is_paused boolean not null default false,
  concurrency_limit integer,
  status text not null default 'NOT_READY'::text,
  last_polled timestamp with time zone,
  filter json,
  polled_before timestamp with time zone,
  constraint work_queue_pkey PRIMARY KEY (workspace_id, id),
  constraint work_queue_workspace_id_work_pool_id_name_key UNIQUE (workspace_id, work_pool_id, name),
  constraint work_queue_workspace_id_work_pool_id_fkey FOREIGN KEY (workspace_id, work_pool_id) REFERENCES orion.work_pool(workspace_id, id) ON DELETE CASCADE
);

create table orion.worker (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  work_pool_id uuid not null,
  name text not null,
  last_heartbeat_time timestamp with time zone not null,
  heartbeat_interval_seconds integer,
  status text not null,
  type text,
  constraint worker_pkey PRIMARY KEY (workspace_id, id),
  constraint worker_workspace_id_work_pool_id_name_key UNIQUE (workspace_id, work_pool_id, name),
  constraint worker_workspace_id_work_pool_id_fkey FOREIGN KEY (workspace_id, work_pool_id) REFERENCES orion.work_pool(workspace_id, id) ON DELETE CASCADE
) with (fillfactor=50);

CREATE INDEX artifact_by_created ON orion.artifact USING btree (workspace_id, created DESC);

CREATE INDEX artifact_by_flow_run ON orion.artifact USING btree (workspace_id, flow_run_id) WHERE (flow_run_id IS NOT NULL);

CREATE INDEX artifact_by_key ON orion.artifact USING btree (workspace_id, key, created DESC) WHERE (key IS NOT NULL);

CREATE INDEX artifact_by_task_run ON orion.artifact USING btree (workspace_id, task_run_id) WHERE (task_run_id IS NOT NULL);

CREATE INDEX block_document_by_name ON orion.block_document USING btree (workspace_id, name);

CREATE INDEX block_document_by_schema ON orion.block_document USING btree (workspace_id, block_schema_id);

CREATE INDEX block_document_reference_by_target ON orion.block_document_reference USING btree (workspace_id, reference_block_document_id);

CREATE INDEX block_schema_by_created ON orion.block_schema USING btree (workspace_id, created DESC);

CREATE INDEX block_schema_by_type ON orion.block_schema USING btree (workspace_id, block_type_id);

CREATE INDEX concurrency_lease_by_expiration ON orion.concurrency_lease USING btree (expiration);

CREATE INDEX concurrency_lease_by_holder ON orion.concurrency_lease USING btree (workspace_id, holder_id) WHERE (holder_id IS NOT NULL);

CREATE INDEX concurrency_lease_by_limit ON orion.concurrency_lease USING btree (workspace_id, limit_id, expiration) INCLUDE (slots);

CREATE INDEX deferred_task_run_next ON orion.deferred_task_run USING btree (workspace_id, task_key, first DESC, "position");

CREATE INDEX deployment_by_name ON orion.deployment USING btree (workspace_id, name);

CREATE INDEX deployment_by_queue ON orion.deployment USING btree (workspace_id, work_queue_id) WHERE (work_queue_id IS NOT NULL);

CREATE INDEX deployment_schedule_by_deployment ON orion.deployment_schedule USING btree (workspace_id, deployment_id, updated DESC);

CREATE UNIQUE INDEX deployment_schedule_by_slug ON orion.deployment_schedule USING btree (workspace_id, deployment_id, slug) WHERE (slug IS NOT NULL);

CREATE INDEX deployment_schedule_due ON orion.deployment_schedule USING btree (due) WHERE (due IS NOT NULL);

CREATE INDEX deployment_schedule_fresh ON orion.deployment_schedule USING btree (due) WHERE (scheduled_until < due);

CREATE INDEX deployment_served ON orion.deployment USING btree (workspace_id, work_queue_id) WHERE ((status = 'READY'::text) AND (work_queue_id IS NOT NULL));

CREATE INDEX deployment_served_alone ON orion.deployment USING btree (last_polled) WHERE ((status = 'READY'::text) AND (work_queue_id IS NULL));

CREATE INDEX deployment_unserved ON orion.deployment USING btree (workspace_id, work_queue_id) WHERE ((status = 'NOT_READY'::text) AND (work_queue_id IS NOT NULL));

CREATE INDEX flow_run_active_in_queue ON orion.flow_run USING btree (workspace_id, active_queue_id) WHERE (active_queue_id IS NOT NULL);

CREATE INDEX flow_run_by_deployment ON orion.flow_run USING btree (workspace_id, deployment_id, expected_start_time DESC) WHERE (deployment_id IS NOT NULL);

CREATE INDEX flow_run_by_end ON orion.flow_run USING btree (workspace_id, end_time DESC);

CREATE INDEX flow_run_by_expected_start ON orion.flow_run USING btree (workspace_id, expected_start_time DESC) INCLUDE (state_type, state_name, state_timestamp, start_time, total_run_time);

CREATE INDEX flow_run_by_flow ON orion.flow_run USING btree (workspace_id, flow_id, expected_start_time DESC);

CREATE INDEX flow_run_by_name ON orion.flow_run USING btree (workspace_id, name);

CREATE INDEX flow_run_by_parent ON orion.flow_run USING btree (workspace_id, parent_task_run_id) WHERE (parent_task_run_id IS NOT NULL);

CREATE INDEX flow_run_by_start ON orion.flow_run USING btree (workspace_id, sort_start_time DESC);

CREATE INDEX flow_run_by_state ON orion.flow_run USING btree (workspace_id, state_type, sort_start_time DESC);

CREATE INDEX flow_run_by_state_name ON orion.flow_run USING btree (workspace_id, state_name, sort_start_time DESC);

CREATE INDEX flow_run_cancelling ON orion.flow_run USING btree (cancelling_since) WHERE (cancelling_since IS NOT NULL);

CREATE INDEX flow_run_count_by_workspace ON orion.flow_run_count USING btree (workspace_id) INCLUDE (runs);

CREATE INDEX flow_run_expiring ON orion.flow_run USING btree (expiration) WHERE (expiration IS NOT NULL);

CREATE INDEX flow_run_heartbeat_due ON orion.flow_run_heartbeat USING btree (deadline);

CREATE UNIQUE INDEX flow_run_idempotency ON orion.flow_run USING btree (workspace_id, flow_id, idempotency_key) WHERE (idempotency_key IS NOT NULL);

CREATE INDEX flow_run_input_by_created ON orion.flow_run_input USING btree (workspace_id, flow_run_id, created);

CREATE INDEX flow_run_offered ON orion.flow_run USING btree (workspace_id, work_queue_id, next_scheduled_start_time) WHERE ((next_scheduled_start_time IS NOT NULL) AND (work_queue_id IS NOT NULL));

CREATE INDEX flow_run_paused ON orion.flow_run USING btree (pause_timeout) WHERE (pause_timeout IS NOT NULL);

CREATE INDEX flow_run_scheduled ON orion.flow_run USING btree (workspace_id, next_scheduled_start_time) WHERE (next_scheduled_start_time IS NOT NULL);

CREATE INDEX flow_run_scheduled_by_deployment ON orion.flow_run USING btree (workspace_id, deployment_id, next_scheduled_start_time) WHERE ((deployment_id IS NOT NULL) AND (next_scheduled_start_time IS NOT NULL));

CREATE INDEX flow_run_unmarked ON orion.flow_run USING btree (unmarked_due) WHERE (unmarked_due IS NOT NULL);

CREATE INDEX flow_run_unswept ON orion.flow_run USING btree (unswept_since) WHERE (unswept_since IS NOT NULL);

CREATE INDEX task_run_by_expected_start ON orion.task_run USING btree (workspace_id, expected_start_time DESC);

CREATE INDEX task_run_by_name ON orion.task_run USING btree (workspace_id, name);

CREATE INDEX task_run_by_start ON orion.task_run USING btree (workspace_id, start_time DESC) WHERE (start_time IS NOT NULL);

CREATE INDEX task_run_by_state ON orion.task_run USING btree (workspace_id, state_type, end_time DESC);

CREATE INDEX task_run_scheduled ON orion.task_run USING btree (workspace_id, next_scheduled_start_time) WHERE (next_scheduled_start_time IS NOT NULL);

CREATE INDEX task_run_state_cache_by_key ON orion.task_run_state_cache USING btree (workspace_id, cache_key, created DESC);

CREATE INDEX task_run_state_cache_expired ON orion.task_run_state_cache USING btree (cache_expiration) WHERE (cache_expiration IS NOT NULL);

CREATE INDEX work_queue_by_priority ON orion.work_queue USING btree (workspace_id, work_pool_id, priority);

CREATE INDEX worker_by_heartbeat ON orion.worker USING btree (workspace_id, work_pool_id, last_heartbeat_time DESC);

CREATE INDEX worker_online ON orion.worker USING btree (last_heartbeat_time) WHERE (status = 'ONLINE'::text);

create view orion.concurrency_limit_in_use as
 SELECT found.workspace_id,
    found.id,
    found.created,
    found.updated,
    found.name,
    found."limit",
    found.active,
    found.slot_decay_per_second,
    found.avg_slot_occupancy_seconds,
    found.unleased_slots,
    found.unleased_as_of,
    found.denied_slots,
    found.denied_as_of,
    (orion.whole_slots(orion.unleased_slots_at(found.*, statement_timestamp())) + (COALESCE(held.slots, (0)::numeric))::bigint) AS active_slots
   FROM (orion.concurrency_limit found
     CROSS JOIN LATERAL ( SELECT sum(lease.slots) AS slots
           FROM orion.concurrency_lease lease
          WHERE ((lease.workspace_id = found.workspace_id) AND (lease.limit_id = found.id) AND (lease.expiration > statement_timestamp()))) held);

CREATE TRIGGER count_deleted AFTER DELETE ON orion.flow_run REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION orion.count_flow_runs();

CREATE TRIGGER count_made AFTER INSERT ON orion.flow_run REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION orion.count_flow_runs();

CREATE TRIGGER count_truncated AFTER TRUNCATE ON orion.flow_run FOR EACH STATEMENT EXECUTE FUNCTION orion.forget_flow_run_count();

CREATE TRIGGER delete_states AFTER DELETE ON orion.flow_run REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION orion.delete_flow_run_states();

CREATE TRIGGER release_slots AFTER DELETE ON orion.flow_run REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION orion.release_slots_of_deleted_runs();

CREATE TRIGGER delete_states AFTER DELETE ON orion.task_run REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION orion.delete_task_run_states();

CREATE TRIGGER let_go_subflows AFTER DELETE ON orion.task_run REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION orion.let_go_subflows();

CREATE TRIGGER release_slots AFTER DELETE ON orion.task_run REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION orion.release_slots_of_deleted_runs();
