export type ServerSettings = Readonly<Record<string, string>>;

/**
 * What the embedded server runs with, given on its command line, so that a new version of ours changes it for old
 * clusters too. Durability is PostgreSQL's default and stated nevertheless.
 */
export const serverSettings: ServerSettings = {
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  listen_addresses: "",
  unix_socket_permissions: "0700",
  max_connections: "100",
  shared_buffers: "128MB",
  // Nothing reads the log but recovery: no replicas, no archive.
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "1GB",
  wal_compression: "on",
  checkpoint_completion_target: "0.9",
  // Our statements run for milliseconds: compiling them, or sharing them out to workers, costs more than it gains.
  jit: "off",
  max_parallel_workers_per_gather: "0",
  io_method: "sync",
  // What is read often is in memory, and disks no longer seek.
  random_page_cost: "1.1",
  // A long statement ends with the process that asked for it.
  client_connection_check_interval: "5s",
  huge_pages: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_line_prefix: "%m [%p] ",
  log_checkpoints: "off",
  lc_messages: "C",
};

/** Loses data when the machine stops. For throw-away clusters of tests. */
export const volatileSettings: ServerSettings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
