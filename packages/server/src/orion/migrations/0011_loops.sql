-- What loops look for is stored beside the state that it follows from, so that each pass reads only what is to be done, however
-- many runs there were. Columns, since a condition on the state in an index would make every transition rewrite the index.
alter table orion.flow_run
  -- When a run that nobody has marked late should have started.
  add column unmarked_due timestamptz generated always as (
    case when state_type = 'SCHEDULED' and state_name = 'Scheduled' then next_scheduled_start_time end) stored,
  -- Since when a run is being cancelled.
  add column cancelling_since timestamptz generated always as (
    case when state_type = 'CANCELLING' then state_timestamp end) stored,
  -- The state of cancellation after which nothing of the run was found running any more.
  add column swept_state_id uuid,
  -- When a finished run may be deleted; null while it is kept.
  add column expiration timestamptz;
alter table orion.flow_run
  add column unswept_since timestamptz generated always as (
    case when state_type = 'CANCELLED' and swept_state_id is distinct from state_id then state_timestamp end) stored;

create index flow_run_unmarked on orion.flow_run (unmarked_due) where unmarked_due is not null;
create index flow_run_cancelling on orion.flow_run (cancelling_since) where cancelling_since is not null;
create index flow_run_unswept on orion.flow_run (unswept_since) where unswept_since is not null;
create index flow_run_expiring on orion.flow_run (expiration) where expiration is not null;

-- The last word of the processes of runs. A row goes when it is found past its deadline and its run has ended.
create table orion.flow_run_heartbeat (
  workspace_id uuid not null,
  flow_run_id uuid not null,
  -- By the clock of the process, for the time between two heartbeats, and by the database's, for the deadline.
  occurred timestamptz not null,
  seen timestamptz not null,
  -- The run's attempt, since a new process may have another interval.
  attempt integer not null,
  -- Seconds between the last two; null after one.
  gap double precision,
  -- Seconds within which the next one is due.
  interval double precision not null,
  deadline timestamptz not null,
  primary key (workspace_id, flow_run_id),
  foreign key (workspace_id, flow_run_id) references orion.flow_run on delete cascade
) with (fillfactor = 50);
create index flow_run_heartbeat_due on orion.flow_run_heartbeat (deadline);

-- When a loop last looked, so that it knows how long nobody did.
create table orion.watch (
  name text primary key,
  seen timestamptz not null
);

-- Deployments that were served, by what shows that they are no more.
create index deployment_served on orion.deployment (workspace_id, work_queue_id)
  where status = 'READY' and work_queue_id is not null;
create index deployment_served_alone on orion.deployment (last_polled) where status = 'READY' and work_queue_id is null;

create index task_run_state_cache_expired on orion.task_run_state_cache (cache_expiration) where cache_expiration is not null;
