-- What lists of task runs are asked for at a size of millions. Each costs every task run that is written.

-- "What runs now": states that are rare among all would be looked for through all of them. With the end it also serves
-- the order END_TIME_DESC, state by state, and criteria of the end alone.
create index task_run_by_state on orion.task_run (workspace_id, state_type, end_time desc);
-- The orders by name, and names that are looked for; names do not change.
create index task_run_by_name on orion.task_run (workspace_id, name);
-- The order by the next start: few wait for one.
create index task_run_scheduled on orion.task_run (workspace_id, next_scheduled_start_time)
  where next_scheduled_start_time is not null;
