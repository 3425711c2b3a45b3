-- The final schema of nebula, as its migrations make it. Do not edit: see schema.test.ts.

create table nebula.account (
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  handle text not null,
  name text not null,
  constraint account_pkey PRIMARY KEY (id),
  constraint account_handle_key UNIQUE (handle)
);

create table nebula.workspace (
  id uuid not null,
  created timestamp with time zone not null default now(),
  updated timestamp with time zone not null default now(),
  account_id uuid not null,
  handle text not null,
  name text not null,
  constraint workspace_pkey PRIMARY KEY (id),
  constraint workspace_account_id_handle_key UNIQUE (account_id, handle),
  constraint workspace_account_id_fkey FOREIGN KEY (account_id) REFERENCES nebula.account(id) ON DELETE CASCADE
);
