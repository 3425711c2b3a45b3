-- What shows that a worker serves a pool of another type, or that its clock is behind: it asks only for runs that are due before
-- what it takes for soon.
alter table orion.worker add column type text;
alter table orion.work_queue add column polled_before timestamptz;
