-- Concurrency limits, and the leases that hold their slots.
--
-- A slot is in use because a live lease row says so: who holds it (where that is known), on which limit, until when.
-- The number of slots in use is counted from the live rows whenever it is asked for. A lease that expires stops
-- counting by itself, one that is released twice frees once, and nothing that crashes can leave a count wrong.
--
-- Two kinds of slots have no lease to end them and are kept as an amount: those taken without one (rate limits, clients
-- that know no leases, an operator's own number), and those of limits whose slots decay, where time gives them back
-- whoever holds them. The amount is exact at `unleased_as_of` and decays continuously from there.
--
-- The functions below are planned once a connection: for arrays of one or two ids a plan of their own each time costs
-- five times what it saves.
--
-- Locks are always taken in one order, limits by id and then leases, so that no two of the functions below can wait
-- for each other. All of them read the clock of the database, after the locks: processes agree on it, and what one
-- judged expired no other can then renew.

create table orion.concurrency_limit (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  name text not null,
  "limit" bigint not null,
  active boolean not null default true,
  -- Beyond these bounds a product with a time is out of the range of the type.
  slot_decay_per_second double precision not null default 0
    check (slot_decay_per_second = 0 or slot_decay_per_second between 1e-9 and 1e9),
  avg_slot_occupancy_seconds double precision not null default 2,
  unleased_slots double precision not null default 0,
  unleased_as_of timestamptz not null default now(),
  denied_slots double precision not null default 0,
  denied_as_of timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, name)
);

-- One row for each limit that a lease covers. There is no foreign key to the limit: a lease outlives the limit it was
-- taken on, because its holder goes on renewing it and must not be told that it was revoked.
create table orion.concurrency_lease (
  workspace_id uuid not null,
  id uuid not null,
  limit_id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  expiration timestamptz not null,
  holder_type text,
  holder_id uuid,
  slots bigint not null,
  decaying_slots bigint not null default 0,
  primary key (workspace_id, id, limit_id)
);
comment on column orion.concurrency_lease.slots is 'slots in use for as long as the lease lives';
comment on column orion.concurrency_lease.decaying_slots is 'slots that went into the decaying amount of the limit instead';

create index concurrency_lease_by_limit on orion.concurrency_lease (workspace_id, limit_id, expiration) include (slots);
create index concurrency_lease_by_holder on orion.concurrency_lease (workspace_id, holder_id) where holder_id is not null;
create index concurrency_lease_by_expiration on orion.concurrency_lease (expiration);

-- What is left of a limit's unleased slots at a moment.
create function orion.unleased_slots_at("limit" orion.concurrency_limit, moment timestamptz)
returns double precision language sql immutable parallel safe
return greatest(0, "limit".unleased_slots
  - "limit".slot_decay_per_second * greatest(0, extract(epoch from moment - "limit".unleased_as_of)::double precision));

-- The same in whole slots, one that has begun to decay counting until it is gone. The small subtrahend absorbs the
-- rounding of the product above, which must not keep a slot that has decayed to nothing.
create function orion.whole_slots(amount double precision)
returns bigint language sql immutable parallel safe
return ceil(amount - 1e-9)::bigint;

-- Limits as they are read: with the slots in use now.
create view orion.concurrency_limit_in_use as
select
  found.*,
  orion.whole_slots(orion.unleased_slots_at(found, statement_timestamp())) + coalesce(held.slots, 0)::bigint as active_slots
from orion.concurrency_limit found
cross join lateral (
  select sum(lease.slots) as slots from orion.concurrency_lease lease
  where lease.workspace_id = found.workspace_id and lease.limit_id = found.id and lease.expiration > statement_timestamp()
) held;

-- Moves an average occupancy towards `occupancy`, by half a slot's share of the limit for each of `leases` released.
create function orion.occupancy_after(average double precision, occupancy double precision, leases bigint, "limit" bigint)
returns double precision language sql immutable parallel safe
return case
  when "limit" > 0 then occupancy + (average - occupancy) * power(1 - 1 / (2.0 * "limit"), leases)
  else average
end;

-- Takes `requested` slots on every active limit of `limits`, or on none.
--
-- May be called inside a larger statement, laterally from whatever decided to: its effects commit with that statement.
-- Call it once in a transaction, with all the limits at once; calls for other limits could wait in another order.
--
--   lease        the id of the lease to write; null takes unleased slots, which only decay or a decrement give back
--   holder_type  `flow_run`, `task_run` or `deployment`, with holder_id; both null when nobody says
--   expiration   when the lease ends unless it is renewed
--   rate_limit   refuses limits without decay
--   once         limits where the holder has live slots already count as taken, so that a repeated call takes nothing
--
-- Answers one row for each limit that exists, inactive ones too; `acquired` is the same in all of them. It is true when
-- no active limit is among them: there was nothing to take, and no lease is written.
create function orion.acquire_slots(
  workspace uuid, limits uuid[], requested bigint, lease uuid, holder_type text, holder_id uuid,
  expiration timestamptz, rate_limit boolean default false, once boolean default false
) returns table (
  id uuid, name text, "limit" bigint, active boolean, slot_decay_per_second double precision,
  avg_slot_occupancy_seconds double precision, denied_slots double precision, denied_seconds double precision, acquired boolean
) language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  moment timestamptz;
  taking uuid[];
  refused boolean;
  locked boolean := false;
begin
  -- Looks first and locks only if it could take: most callers of a full limit leave without having waited or written.
  loop
    moment := clock_timestamp();
    select
      array_agg(found.id),
      coalesce(bool_or(
        found."limit" < requested
        or (rate_limit and found.slot_decay_per_second = 0)
        or orion.whole_slots(orion.unleased_slots_at(found, moment)) + coalesce(held.slots, 0) + requested > found."limit"
      ), false)
    into taking, refused
    from orion.concurrency_limit found
    cross join lateral (
      select sum(lease.slots) as slots from orion.concurrency_lease lease
      where lease.workspace_id = found.workspace_id and lease.limit_id = found.id and lease.expiration > moment
    ) held
    where found.workspace_id = acquire_slots.workspace and found.id = any(limits) and found.active
      and not (once and exists (
        select from orion.concurrency_lease own
        where own.workspace_id = found.workspace_id and own.limit_id = found.id and own.expiration > moment
          and own.holder_id = acquire_slots.holder_id and own.holder_type = acquire_slots.holder_type
          and own.slots + own.decaying_slots > 0
      ));
    exit when locked or refused or taking is null;

    perform from orion.concurrency_limit found
    where found.workspace_id = acquire_slots.workspace and found.id = any(limits)
    order by found.id for no key update;
    locked := true;
  end loop;

  if not refused and taking is not null then
    insert into orion.concurrency_lease
      (workspace_id, id, limit_id, created, expiration, holder_type, holder_id, slots, decaying_slots)
    select
      found.workspace_id, lease, found.id, moment, acquire_slots.expiration,
      acquire_slots.holder_type, acquire_slots.holder_id,
      case when found.slot_decay_per_second > 0 then 0 else requested end,
      case when found.slot_decay_per_second > 0 then requested else 0 end
    from orion.concurrency_limit found
    where found.workspace_id = acquire_slots.workspace and found.id = any(taking) and lease is not null;

    update orion.concurrency_limit taken
    set unleased_slots = orion.unleased_slots_at(taken, moment) + requested, unleased_as_of = moment
    where taken.workspace_id = acquire_slots.workspace and taken.id = any(taking) and (lease is null or taken.slot_decay_per_second > 0);
  end if;

  return query
  select
    found.id, found.name, found."limit", found.active, found.slot_decay_per_second,
    found.avg_slot_occupancy_seconds, found.denied_slots,
    greatest(0, extract(epoch from moment - found.denied_as_of)::double precision), not refused
  from orion.concurrency_limit found
  where found.workspace_id = acquire_slots.workspace and found.id = any(limits)
  order by found.name;
end
$$;

-- Ends leases, whether they are live or not, and lets their limits know how long the slots were occupied. Leases that
-- are not there are no error. Answers how many were.
--
-- A slot that decays may be given back before its time, but never more of it than is surely left: its limit lets go of
-- `slot_decay_per_second` in all, so at least the amount below is still counted for this lease.
create function orion.release_slots(workspace uuid, leases uuid[])
returns bigint language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
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
$$;

-- Moves the end of a live lease. False when it is not there or has expired: its slots may be somebody else's.
create function orion.renew_lease(workspace uuid, lease uuid, expiration timestamptz)
returns boolean language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
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
$$;

-- Sets the number of slots in use, as an operator does who knows better. Leases give way where there are more of them,
-- those that expire soonest first; they stay renewable, since their holders still run.
create function orion.set_active_slots(workspace uuid, limit_id uuid, active_slots bigint)
returns void language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
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
$$;

-- Revokes every lease of a limit, frees whatever else was in use, and gives one slot for good to each of `task_runs`.
create function orion.reset_slots(workspace uuid, limit_id uuid, task_runs uuid[], expiration timestamptz)
returns void language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
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
$$;
