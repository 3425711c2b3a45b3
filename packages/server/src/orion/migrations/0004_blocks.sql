create table orion.block_type (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  name text not null,
  slug text not null,
  logo_url text,
  documentation_url text,
  description text,
  code_example text,
  is_protected boolean not null default false,
  primary key (workspace_id, id),
  unique (workspace_id, slug)
);

-- A schema never changes: its checksum is made from its content. The fields hold the definitions of nested blocks
-- as they were sent, so that a read joins nothing.
create table orion.block_schema (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  block_type_id uuid not null,
  checksum text not null,
  version text not null default 'non-versioned',
  fields json not null default '{}',
  capabilities text[] not null default '{}',
  primary key (workspace_id, id),
  unique (workspace_id, checksum, version),
  foreign key (workspace_id, block_type_id) references orion.block_type on delete cascade
);
create index block_schema_by_type on orion.block_schema (workspace_id, block_type_id);
create index block_schema_by_created on orion.block_schema (workspace_id, created desc);

create table orion.block_document (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  block_type_id uuid not null,
  block_schema_id uuid not null,
  name text not null,
  is_anonymous boolean not null default false,
  -- The values, encrypted as a whole: a Fernet token.
  data text not null,
  primary key (workspace_id, id),
  unique (workspace_id, block_type_id, name),
  foreign key (workspace_id, block_type_id) references orion.block_type on delete cascade,
  foreign key (workspace_id, block_schema_id) references orion.block_schema on delete cascade
);
create index block_document_by_name on orion.block_document (workspace_id, name);
create index block_document_by_schema on orion.block_document (workspace_id, block_schema_id);

-- A field of one document whose value is another document.
create table orion.block_document_reference (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  parent_block_document_id uuid not null,
  name text not null,
  reference_block_document_id uuid not null,
  primary key (workspace_id, id),
  unique (workspace_id, parent_block_document_id, name),
  check (parent_block_document_id <> reference_block_document_id),
  foreign key (workspace_id, parent_block_document_id) references orion.block_document on delete cascade,
  foreign key (workspace_id, reference_block_document_id) references orion.block_document on delete cascade
);
create index block_document_reference_by_target
  on orion.block_document_reference (workspace_id, reference_block_document_id);
