-- Which queue's slot a run holds: its own, from its submission to its end. A column rather than a condition of an index, so that
-- the transitions of runs without a queue rewrite no index.
alter table orion.flow_run
  add column active_queue_id uuid generated always as (
    case when state_type in ('PENDING', 'RUNNING', 'CANCELLING') then work_queue_id end) stored;
create index flow_run_active_in_queue on orion.flow_run (workspace_id, active_queue_id) where active_queue_id is not null;

-- What workers are offered, queue by queue, the earliest first. A run has a next start only while it is scheduled.
create index flow_run_offered on orion.flow_run (workspace_id, work_queue_id, next_scheduled_start_time)
  where next_scheduled_start_time is not null and work_queue_id is not null;

-- A poll tells the deployments of its queues that somebody serves them; few of them do not know it yet.
create index deployment_unserved on orion.deployment (workspace_id, work_queue_id)
  where status = 'NOT_READY' and work_queue_id is not null;

create index work_queue_by_priority on orion.work_queue (workspace_id, work_pool_id, priority);

-- The processes that serve a pool. One that is started anew has a new name, so that most rows are of workers long gone.
create table orion.worker (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  work_pool_id uuid not null,
  name text not null,
  last_heartbeat_time timestamptz not null,
  heartbeat_interval_seconds integer,
  status text not null,
  primary key (workspace_id, id),
  unique (workspace_id, work_pool_id, name),
  foreign key (workspace_id, work_pool_id) references orion.work_pool on delete cascade
) with (fillfactor = 50);
create index worker_by_heartbeat on orion.worker (workspace_id, work_pool_id, last_heartbeat_time desc);
create index worker_online on orion.worker (last_heartbeat_time) where status = 'ONLINE';
