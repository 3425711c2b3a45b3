-- What lists of runs are asked for at a size of millions. Each of these costs every write of its column, so each has its
-- reason; what none of them serves is found by the time of the start, from the newest on.

-- "What runs now", "what failed today": states that are rare among all runs would be looked for through all of them.
create index flow_run_by_state on orion.flow_run (workspace_id, state_type, sort_start_time desc);
-- The same by name, as pages ask for it: Late, AwaitingRetry, and whatever names clients give.
create index flow_run_by_state_name on orion.flow_run (workspace_id, state_name, sort_start_time desc);
-- The order END_TIME_DESC of lists, in which runs that have not ended come first.
create index flow_run_by_end on orion.flow_run (workspace_id, end_time desc);
-- The orders by name, and a run that is looked for by its name. Names are made by clients and do not change.
create index flow_run_by_name on orion.flow_run (workspace_id, name);
-- Counts of task runs by the time of their start: pages ask for the last day, over and over.
create index task_run_by_start on orion.task_run (workspace_id, start_time desc) where start_time is not null;
