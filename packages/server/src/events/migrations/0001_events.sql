-- One row for each event, in partitions of one day (UTC), so that retention drops tables instead of deleting rows. An
-- event never changes, so it has no `updated`. Labels and payload are kept as the JSON text that was sent.
create table events.event (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  occurred timestamptz not null,
  received timestamptz not null,
  -- Compared as bytes, so that prefixes are found through the indexes whatever the database's locale.
  event text collate "C" not null,
  resource_id text collate "C" not null,
  related_ids text[] not null,
  resource json not null,
  related json not null,
  payload json not null,
  follows uuid,
  -- A repeated event has the same id and time. The time is here because it decides the partition.
  primary key (workspace_id, id, occurred)
) partition by range (occurred);

create index event_by_time on events.event (workspace_id, occurred, id);
create index event_by_name on events.event (workspace_id, event, occurred);
create index event_by_resource on events.event (workspace_id, resource_id, occurred);
-- The short pending list keeps single inserts from paying for the merge of a long one.
create index event_by_related on events.event using gin (related_ids) with (gin_pending_list_limit = 256);

-- Takes what no partition is for: times far from now.
create table events.event_default partition of events.event default;

-- Makes the daily partitions from `first` to `last`, those that exist excepted, and returns how many it made. Rows
-- that arrived before their partition move into it.
create function events.create_event_partitions(first date, last date) returns integer
language plpgsql set timezone = 'UTC' as $$
declare
  day date;
  name text;
  made integer := 0;
begin
  perform pg_advisory_xact_lock(hashtext('events.create_event_partitions'));
  for day in select generate_series(first, last, interval '1 day') loop
    name := 'event_' || to_char(day, 'YYYYMMDD');
    continue when to_regclass('events.' || name) is not null;
    execute format('create table events.%I (like events.event including defaults including constraints)', name);
    lock table events.event_default in access exclusive mode;
    execute format(
      'with moved as (delete from events.event_default where occurred >= %1$L and occurred < %2$L returning *)
       insert into events.%3$I select * from moved', day::timestamptz, (day + 1)::timestamptz, name);
    execute format('alter table events.event attach partition events.%I for values from (%L) to (%L)',
      name, day::timestamptz, (day + 1)::timestamptz);
    made := made + 1;
  end loop;
  return made;
end $$;

-- Drops the daily partitions that end at or before `cutoff` and returns how many; older rows of the default partition
-- are deleted.
create function events.drop_event_partitions(cutoff timestamptz) returns integer
language plpgsql set timezone = 'UTC' as $$
declare
  name text;
  dropped integer := 0;
begin
  perform pg_advisory_xact_lock(hashtext('events.create_event_partitions'));
  for name in
    select child.relname from pg_inherits
    join pg_class child on child.oid = inhrelid
    where inhparent = 'events.event'::regclass and child.relname ~ '^event_\d{8}$'
      and (to_date(right(child.relname, 8), 'YYYYMMDD') + 1)::timestamptz <= cutoff
  loop
    execute format('drop table events.%I', name);
    dropped := dropped + 1;
  end loop;
  delete from events.event_default where occurred < cutoff;
  return dropped;
end $$;
