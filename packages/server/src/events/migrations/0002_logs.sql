-- What runs log, in partitions of one week (UTC). A line never changes, so it has no `updated`, and nobody asks for one
-- by its id, so that no index is kept on it: lines arrive by the hundred thousand, and each index is paid for by all.
create table events.log (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  timestamp timestamptz not null,
  level integer not null,
  flow_run_id uuid,
  task_run_id uuid,
  name text not null,
  message text not null
) partition by range (timestamp);

create index log_by_flow_run on events.log (workspace_id, flow_run_id, timestamp) where flow_run_id is not null;
create index log_by_task_run on events.log (workspace_id, task_run_id, timestamp) where task_run_id is not null;
create index log_by_time on events.log (workspace_id, timestamp);

-- Takes what no partition is for: times far from now.
create table events.log_default partition of events.log default;

-- Makes the weekly partitions from that of `first` to that of `last`, those that exist excepted, and returns how many it
-- made. Rows that arrived before their partition move into it.
create function events.create_log_partitions(first date, last date) returns integer
language plpgsql set timezone = 'UTC' as $$
declare
  week date;
  name text;
  made integer := 0;
begin
  perform pg_advisory_xact_lock(hashtext('events.create_log_partitions'));
  for week in select generate_series(date_trunc('week', first), date_trunc('week', last), interval '1 week') loop
    name := 'log_' || to_char(week, 'YYYYMMDD');
    continue when to_regclass('events.' || name) is not null;
    execute format('create table events.%I (like events.log including defaults including constraints)', name);
    lock table events.log_default in access exclusive mode;
    execute format(
      'with moved as (delete from events.log_default where timestamp >= %1$L and timestamp < %2$L returning *)
       insert into events.%3$I select * from moved', week::timestamptz, (week + 7)::timestamptz, name);
    execute format('alter table events.log attach partition events.%I for values from (%L) to (%L)',
      name, week::timestamptz, (week + 7)::timestamptz);
    made := made + 1;
  end loop;
  return made;
end $$;

-- Drops the weekly partitions that end at or before `cutoff` and returns how many; older rows of the default partition
-- are deleted.
create function events.drop_log_partitions(cutoff timestamptz) returns integer
language plpgsql set timezone = 'UTC' as $$
declare
  name text;
  dropped integer := 0;
begin
  perform pg_advisory_xact_lock(hashtext('events.create_log_partitions'));
  for name in
    select child.relname from pg_inherits
    join pg_class child on child.oid = inhrelid
    where inhparent = 'events.log'::regclass and child.relname ~ '^log_\d{8}$'
      and (to_date(right(child.relname, 8), 'YYYYMMDD') + 7)::timestamptz <= cutoff
  loop
    execute format('drop table events.%I', name);
    dropped := dropped + 1;
  end loop;
  delete from events.log_default where timestamp < cutoff;
  return dropped;
end $$;
