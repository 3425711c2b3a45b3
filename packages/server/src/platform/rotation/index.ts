export { proveExternal } from "./external-proof.ts";
export { type RedisLogin, RedisParty } from "./redis-party.ts";
export { pairFor, RoleParty, type RolePair } from "./role-party.ts";
