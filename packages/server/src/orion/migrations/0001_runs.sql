create type orion.state_type as enum
  ('SCHEDULED', 'PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED', 'PAUSED', 'CANCELLING');

create table orion.flow (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  name text not null,
  tags text[] not null default '{}',
  labels json,
  primary key (workspace_id, id),
  unique (workspace_id, name)
);

-- A run holds a copy of its current state's type, name and time, so that no list joins the history, and the
-- state itself is one row of the history. Durations are seconds.
create table orion.flow_run (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  flow_id uuid not null,
  name text not null,
  state_id uuid,
  state_type orion.state_type,
  state_name text,
  state_timestamp timestamptz,
  run_count integer not null default 0,
  expected_start_time timestamptz,
  next_scheduled_start_time timestamptz,
  start_time timestamptz,
  end_time timestamptz,
  -- Set while the run is paused with a deadline.
  pause_timeout timestamptz,
  total_run_time double precision not null default 0,
  -- What the lists sort by: coalesce as a stored column needs no expression index and no repeated formula.
  sort_start_time timestamptz generated always as (coalesce(start_time, expected_start_time)) stored,
  parameters json not null default '{}',
  context json not null default '{}',
  empirical_policy jsonb not null default '{}',
  tags text[] not null default '{}',
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
  primary key (workspace_id, id),
  foreign key (workspace_id, flow_id) references orion.flow on delete cascade
) with (fillfactor = 70);

create unique index flow_run_idempotency on orion.flow_run (workspace_id, flow_id, idempotency_key)
  where idempotency_key is not null;
create index flow_run_by_flow on orion.flow_run (workspace_id, flow_id, expected_start_time desc);
create index flow_run_by_expected_start on orion.flow_run (workspace_id, expected_start_time desc);
create index flow_run_by_start on orion.flow_run (workspace_id, sort_start_time desc);
create index flow_run_by_parent on orion.flow_run (workspace_id, parent_task_run_id)
  where parent_task_run_id is not null;
create index flow_run_by_deployment on orion.flow_run (workspace_id, deployment_id, expected_start_time desc)
  where deployment_id is not null;
-- The predicates of these two name only columns that most transitions leave alone: a predicate on the state's type
-- would make every transition rewrite the row's entries in all indexes.
create index flow_run_scheduled on orion.flow_run (workspace_id, next_scheduled_start_time)
  where next_scheduled_start_time is not null;
create index flow_run_paused on orion.flow_run (pause_timeout) where pause_timeout is not null;

create table orion.flow_run_state (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  flow_run_id uuid not null,
  type orion.state_type not null,
  name text not null,
  timestamp timestamptz not null,
  message text,
  state_details jsonb not null default '{}',
  data json,
  result_artifact_id uuid,
  primary key (workspace_id, id),
  -- The history of a run is read through this index, and no two states of a run share an instant.
  unique (workspace_id, flow_run_id, timestamp)
);

create table orion.task_run (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  flow_run_id uuid,
  name text not null,
  task_key text not null,
  dynamic_key text not null,
  cache_key text,
  cache_expiration timestamptz,
  task_version text,
  flow_run_run_count integer not null default 0,
  state_id uuid,
  state_type orion.state_type,
  state_name text,
  state_timestamp timestamptz,
  run_count integer not null default 0,
  expected_start_time timestamptz,
  next_scheduled_start_time timestamptz,
  start_time timestamptz,
  end_time timestamptz,
  total_run_time double precision not null default 0,
  empirical_policy jsonb not null default '{}',
  task_inputs json not null default '{}',
  tags text[] not null default '{}',
  labels json,
  primary key (workspace_id, id),
  unique nulls not distinct (workspace_id, flow_run_id, task_key, dynamic_key),
  foreign key (workspace_id, flow_run_id) references orion.flow_run on delete cascade
) with (fillfactor = 70);

create index task_run_by_expected_start on orion.task_run (workspace_id, expected_start_time desc);

create table orion.task_run_state (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  task_run_id uuid not null,
  type orion.state_type not null,
  name text not null,
  timestamp timestamptz not null,
  message text,
  state_details jsonb not null default '{}',
  data json,
  result_artifact_id uuid,
  primary key (workspace_id, id),
  unique (workspace_id, task_run_id, timestamp)
);

-- The histories have no foreign key to their runs: every writer of a state holds the row of its run in the same statement,
-- and the check of the key cost a tenth of a transition. Deleting runs deletes their histories, as a key would.
create function orion.delete_flow_run_states() returns trigger language plpgsql as $$
begin
  delete from orion.flow_run_state as state using gone
  where state.workspace_id = gone.workspace_id and state.flow_run_id = gone.id;
  return null;
end
$$;
create trigger delete_states after delete on orion.flow_run
  referencing old table as gone for each statement execute function orion.delete_flow_run_states();

create function orion.delete_task_run_states() returns trigger language plpgsql as $$
begin
  delete from orion.task_run_state as state using gone
  where state.workspace_id = gone.workspace_id and state.task_run_id = gone.id;
  return null;
end
$$;
create trigger delete_states after delete on orion.task_run
  referencing old table as gone for each statement execute function orion.delete_task_run_states();

create table orion.task_run_state_cache (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  cache_key text not null,
  cache_expiration timestamptz,
  task_run_state_id uuid not null,
  primary key (workspace_id, id)
);
create index task_run_state_cache_by_key on orion.task_run_state_cache (workspace_id, cache_key, created desc);

-- The events that facts imply, written in the statement that makes the fact; the relay moves them on.
create table orion.outbox (
  position bigint generated always as identity primary key,
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  event json not null
);

create table orion.configuration (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  key text not null,
  value jsonb not null,
  primary key (workspace_id, id),
  unique (workspace_id, key)
);
