-- A table that was never analysed is planned for as if it had two hundred workspaces: all rows of one of them then look
-- as cheap as the one row with a certain id, and a plan made so is kept while the table grows. So every table is told
-- beforehand that one workspace may own all of it; the first analysis replaces this by what it finds.
-- Older servers have no way to be told.
do $$
declare
  owned record;
begin
  if current_setting('server_version_num')::integer < 180000 then
    return;
  end if;
  for owned in
    select namespace.nspname::text as schema, relation.relname::text as name
    from pg_class as relation
    join pg_namespace as namespace on namespace.oid = relation.relnamespace
    join pg_attribute as attribute on attribute.attrelid = relation.oid and attribute.attname = 'workspace_id'
    where namespace.nspname = 'orion' and relation.relkind = 'r'
  loop
    perform pg_restore_attribute_stats(
      'schemaname', owned.schema, 'relname', owned.name, 'attname', 'workspace_id', 'inherited', false,
      'null_frac', 0::real, 'avg_width', 16, 'n_distinct', 1::real);
  end loop;
end
$$;
