export { isContractName, secretsContract } from "./contract/index.ts";
export type {
  Addition,
  ConnectionEntry,
  Contract,
  ContractEntry,
  ContractName,
  DatabaseUser,
  ExternalEntry,
  KeyringEntry,
  PasswordEntry,
  RedisEntry,
} from "./contract/types.ts";
export { type RedisUse, redisUses } from "./redis.ts";
export { type JobName, jobs, serviceNamed, type ServiceName, services } from "./rows.ts";
export type { Access, Database, Kind, Login, RedisRole, RouteOwner, Scaling, Service, Worker } from "./types.ts";
