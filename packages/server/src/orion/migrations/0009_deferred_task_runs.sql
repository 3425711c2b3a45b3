-- Task runs that wait for a task worker. A worker that is sent one has it from its acknowledgement on; one that goes away before
-- that, or whose server does, leaves it to the next.
create table orion.deferred_task_run (
  workspace_id uuid not null,
  task_run_id uuid not null,
  task_key text not null,
  due timestamptz not null,
  -- Served before the others: a run that has failed once, or was sent to a worker that never took it.
  first boolean not null default false,
  position bigint generated always as identity,
  offered_to uuid,
  offered_until timestamptz,
  primary key (workspace_id, task_run_id),
  foreign key (workspace_id, task_run_id) references orion.task_run on delete cascade
) with (fillfactor = 50);
create index deferred_task_run_next on orion.deferred_task_run (workspace_id, task_key, first desc, position);

-- The task workers that are connected now, to whichever server.
create table orion.task_worker (
  workspace_id uuid not null,
  id uuid not null,
  client_id text not null,
  task_keys text[] not null,
  seen timestamptz not null default now(),
  primary key (workspace_id, id)
);
