export { check } from "./check/check.ts";
export { evidenceOf } from "./check/evidence.ts";
export type { Expectation, Instance, Server } from "./check/expectation.ts";
export { type Finding, type FindingCode, findingCodes, isClean, type Severity } from "./check/finding.ts";
export { ConnectionStringError, type ConnectionStringProblem } from "./connection-string-error.ts";
export { parseConnectionString } from "./connection-string-parse.ts";
export {
  type ConnectionScheme,
  type ConnectionString,
  DEFAULT_PORT,
  describeConnectionString,
  formatConnectionString,
  type Host,
} from "./connection-string.ts";
export { connectionParts, deriveSet, deriveValue, expectationOf } from "./facts/derive.ts";
export { type Facts, placeName, type Role, type Servers } from "./facts/facts.ts";
export { FactsError, type FactsProblem } from "./facts/facts-error.ts";
export { factsFrom, readFacts } from "./facts/read.ts";
export { formatReference, parseReference, type Reference, type ReferenceKind, referenceExamples } from "./facts/reference.ts";
export {
  generatePassword,
  type Passwords,
  ReferenceError,
  type ReferenceReader,
  resolvePasswords,
  type Sources,
} from "./facts/resolve.ts";
export { percentDecode, percentDecodeBytes, percentEncode, percentEncodeBytes } from "./percent-encoding.ts";
export { Secret } from "./secret.ts";
export { readDotenv } from "./set/dotenv.ts";
export { readManifests } from "./set/manifests.ts";
export { ReadError } from "./set/read-error.ts";
export { readSet } from "./set/read.ts";
export {
  type Entry,
  entryOf,
  type Position,
  type ReadFault,
  type SecretObject,
  type SecretSet,
  SetBuilder,
} from "./set/secret-set.ts";
