-- The final schema of events, as its migrations make it. Do not edit: see schema.test.ts.

CREATE OR REPLACE FUNCTION events.create_event_partitions(first date, last date)
 RETURNS integer
 LANGUAGE plpgsql
 SET "TimeZone" TO 'UTC'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION events.create_log_partitions(first date, last date)
 RETURNS integer
 LANGUAGE plpgsql
 SET "TimeZone" TO 'UTC'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION events.drop_event_partitions(cutoff timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SET "TimeZone" TO 'UTC'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION events.drop_log_partitions(cutoff timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SET "TimeZone" TO 'UTC'
AS $function$
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
end $function$
;

create table events.automation (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  name text not null,
  description text not null default ''::text,
  enabled boolean not null default true,
  tags text[] not null default '{}'::text[],
  trigger json not null,
  actions json not null,
  actions_on_trigger json not null default '[]'::json,
  actions_on_resolve json not null default '[]'::json,
  constraint automation_pkey PRIMARY KEY (workspace_id, id)
);

create table events.automation_related_resource (
  workspace_id uuid not null,
  resource_id text not null,
  automation_id uuid not null,
  owned boolean not null default false,
  constraint automation_related_resource_pkey PRIMARY KEY (workspace_id, resource_id, automation_id),
  constraint automation_related_resource_workspace_id_automation_id_fkey FOREIGN KEY (workspace_id, automation_id) REFERENCES events.automation(workspace_id, id) ON DELETE CASCADE
);

create table events.event (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  occurred timestamp with time zone not null,
  received timestamp with time zone not null,
  event text not null,
  resource_id text not null,
  related_ids text[] not null,
  resource json not null,
  related json not null,
  payload json not null,
  follows uuid,
  constraint event_pkey PRIMARY KEY (workspace_id, id, occurred)
) partition by RANGE (occurred);

create table events.log (
  workspace_id uuid not null,
  id uuid not null,
  created timestamp with time zone not null default now(),
  "timestamp" timestamp with time zone not null,
  level integer not null,
  flow_run_id uuid,
  task_run_id uuid,
  name text not null,
  message text not null
) partition by RANGE ("timestamp");

create table events.event_default partition of events.event default;

create table events.log_default partition of events.log default;

CREATE INDEX automation_related_resource_by_automation ON events.automation_related_resource USING btree (workspace_id, automation_id);

CREATE INDEX event_by_name ON ONLY events.event USING btree (workspace_id, event, occurred);

CREATE INDEX event_by_related ON ONLY events.event USING gin (related_ids) WITH (gin_pending_list_limit='256');

CREATE INDEX event_by_resource ON ONLY events.event USING btree (workspace_id, resource_id, occurred);

CREATE INDEX event_by_time ON ONLY events.event USING btree (workspace_id, occurred, id);

CREATE INDEX log_by_flow_run ON ONLY events.log USING btree (workspace_id, flow_run_id, "timestamp") WHERE (flow_run_id IS NOT NULL);

CREATE INDEX log_by_task_run ON ONLY events.log USING btree (workspace_id, task_run_id, "timestamp") WHERE (task_run_id IS NOT NULL);

CREATE INDEX log_by_time ON ONLY events.log USING btree (workspace_id, "timestamp");
