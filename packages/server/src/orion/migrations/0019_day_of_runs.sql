-- The pages of runs that every interface opens with: how many of a day were in which state, how long they took, how late
-- they began. All that they add up is in the index, so that the rows stay unread; a transition writes an entry of every index
-- anyway, since it changes the state. Measured at a million runs, a day of 8,640: 7.9 ms to 4.8 ms for the sums of each hour.
drop index orion.flow_run_by_expected_start;
create index flow_run_by_expected_start on orion.flow_run (workspace_id, expected_start_time desc)
  include (state_type, state_name, state_timestamp, start_time, total_run_time);
