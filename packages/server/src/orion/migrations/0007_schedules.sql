-- A schedule says when its deployment runs. Runs are made ahead of their time by whichever scheduler takes the schedule
-- first; that a run is made once for an instant is the work of the unique key of the run.
create table orion.deployment_schedule (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  deployment_id uuid not null,
  schedule json not null,
  active boolean not null default true,
  max_scheduled_runs integer,
  parameters json not null default '{}',
  slug text,
  -- All instants up to this one have their runs, or were passed over on purpose.
  scheduled_until timestamptz not null default now(),
  -- When more runs are wanted; null while none are: inactive, of a paused deployment, or without a further instant.
  due timestamptz,
  -- Why no runs can be made of it, for people.
  fault text,
  primary key (workspace_id, id),
  foreign key (workspace_id, deployment_id) references orion.deployment on delete cascade
);

create unique index deployment_schedule_by_slug on orion.deployment_schedule (workspace_id, deployment_id, slug)
  where slug is not null;
create index deployment_schedule_by_deployment on orion.deployment_schedule (workspace_id, deployment_id, updated desc);
create index deployment_schedule_due on orion.deployment_schedule (due) where due is not null;

-- What becomes of the instants that passed while no scheduler ran: none are made up for, only the latest, all, or those
-- not older than so many seconds.
alter table orion.deployment
  add column catch_up text not null default 'none' check (catch_up in ('none', 'latest', 'all', 'recent')),
  add column catch_up_seconds double precision check (catch_up_seconds > 0 and (catch_up = 'recent') = (catch_up_seconds is not null));

create index deployment_by_queue on orion.deployment (workspace_id, work_queue_id) where work_queue_id is not null;
create index deployment_by_name on orion.deployment (workspace_id, name);

-- The runs that a change of their deployment unmakes, and those that a runner asks for.
create index flow_run_scheduled_by_deployment on orion.flow_run (workspace_id, deployment_id, next_scheduled_start_time)
  where deployment_id is not null and next_scheduled_start_time is not null;
