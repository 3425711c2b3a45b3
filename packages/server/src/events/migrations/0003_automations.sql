-- What shall happen when events come or stay away. Triggers and actions are kept as the JSON that was sent.
create table events.automation (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  name text not null,
  description text not null default '',
  enabled boolean not null default true,
  tags text[] not null default '{}',
  trigger json not null,
  actions json not null,
  actions_on_trigger json not null default '[]',
  actions_on_resolve json not null default '[]',
  primary key (workspace_id, id)
);

-- Which automations a resource is named by, or has made (`owned`): "prefect.deployment.<id>". The resource is an id in an
-- event, so nothing here depends on whether it exists.
create table events.automation_related_resource (
  workspace_id uuid not null,
  resource_id text not null,
  automation_id uuid not null,
  owned boolean not null default false,
  primary key (workspace_id, resource_id, automation_id),
  foreign key (workspace_id, automation_id) references events.automation (workspace_id, id) on delete cascade
);
create index automation_related_resource_by_automation
  on events.automation_related_resource (workspace_id, automation_id);
