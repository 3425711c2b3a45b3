export { maintainPartitions, type PartitionOptions, type PartitionReport } from "./partition.ts";
export type { ServiceRole } from "./role.ts";
export { databaseFlags, vacuumScaleFactor } from "./server-flags.ts";
export { type SetupOptions, setUpDatabase } from "./setup.ts";
export { type SetupAction, SetupError, type SetupStep } from "./setup-step.ts";
export { serviceRoleFindings, verifyServiceRole } from "./verify.ts";
export { dropOrLock, isTwinOf, roleExists, rotationName, sessionsOf, setPassword, setUpTwin } from "./twin-role.ts";
