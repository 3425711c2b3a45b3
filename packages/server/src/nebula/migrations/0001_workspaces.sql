create table nebula.account (
  id uuid primary key,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  handle text not null unique,
  name text not null
);

create table nebula.workspace (
  id uuid primary key,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  account_id uuid not null references nebula.account on delete cascade,
  handle text not null,
  name text not null,
  unique (account_id, handle)
);

-- Routes under /api name no workspace: they serve this one.
insert into nebula.account (id, handle, name)
values ('00000000-0000-4000-8000-000000000001', 'default', 'Default');

insert into nebula.workspace (id, account_id, handle, name)
values ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', 'default', 'Default');
