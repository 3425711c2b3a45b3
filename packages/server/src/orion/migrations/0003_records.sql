create table orion.variable (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  name text not null,
  value json not null,
  tags text[] not null default '{}',
  primary key (workspace_id, id),
  unique (workspace_id, name)
);

-- An artifact names the runs that made it without depending on them: it outlives them.
create table orion.artifact (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  key text,
  type text,
  description text,
  data json,
  metadata_ json,
  flow_run_id uuid,
  task_run_id uuid,
  primary key (workspace_id, id)
);
create index artifact_by_created on orion.artifact (workspace_id, created desc);
create index artifact_by_key on orion.artifact (workspace_id, key, created desc) where key is not null;
create index artifact_by_flow_run on orion.artifact (workspace_id, flow_run_id) where flow_run_id is not null;
create index artifact_by_task_run on orion.artifact (workspace_id, task_run_id) where task_run_id is not null;

-- The artifacts that share a key, known by the newest of them. What that one holds is read from it, not copied.
create table orion.artifact_collection (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  key text not null,
  latest_id uuid not null,
  primary key (workspace_id, id),
  unique (workspace_id, key),
  unique (workspace_id, latest_id),
  foreign key (workspace_id, latest_id) references orion.artifact deferrable initially deferred
);

create table orion.flow_run_input (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  flow_run_id uuid not null,
  key text not null,
  value text not null,
  sender text,
  primary key (workspace_id, id),
  unique (workspace_id, flow_run_id, key),
  foreign key (workspace_id, flow_run_id) references orion.flow_run on delete cascade
);
create index flow_run_input_by_created on orion.flow_run_input (workspace_id, flow_run_id, created);

create table orion.saved_search (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  name text not null,
  filters json not null default '[]',
  primary key (workspace_id, id),
  unique (workspace_id, name)
);
