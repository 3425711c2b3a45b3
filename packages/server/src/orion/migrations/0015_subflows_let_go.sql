-- A subflow outlives the task run that stood for it, however that one went: by itself, with its flow run, or with their flow.
create function orion.let_go_subflows() returns trigger language plpgsql as $$
begin
  -- By lists, which the index by parent takes whatever the planner makes of a table without statistics.
  update orion.flow_run as child set parent_task_run_id = null
  from (select workspace_id, array_agg(id) as ids from gone group by workspace_id) as parents
  where child.workspace_id = parents.workspace_id and child.parent_task_run_id = any(parents.ids);
  return null;
end
$$;
create trigger let_go_subflows after delete on orion.task_run
  referencing old table as gone for each statement execute function orion.let_go_subflows();
