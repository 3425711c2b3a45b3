-- Every few seconds somebody looks for schedules that have had no runs since they were made or changed. After a long stop all
-- others are due as well, and were read each time.
create index deployment_schedule_fresh on orion.deployment_schedule (due) where scheduled_until < due;
