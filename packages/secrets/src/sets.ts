/** Sets of Secrets: what they must hold, reading, checking, deriving, rendering them. Apart from `index.ts`, because it loads a YAML parser. */
export { type Difference, diffSets } from "./compare/diff.ts";
export { check } from "./check/check.ts";
export { defaultPasswords } from "./check/strength.ts";
export { evidenceOf } from "./check/evidence.ts";
export type { Expectation, Instance, Server } from "./check/expectation.ts";
export { type Finding, type FindingCode, findingMeanings, isClean, type Severity } from "./check/finding.ts";
export { connectionParts, deriveSet, deriveValue, expectationOf } from "./facts/derive.ts";
export { askFacts } from "./facts/ask.ts";
export { factsDocument, type FactsInput } from "./facts/document.ts";
export { type Facts, placeName, type Role, type Servers } from "./facts/facts.ts";
export { FactsError, type FactsProblem } from "./facts/facts-error.ts";
export { type Imported, importFacts } from "./facts/import.ts";
export { type ImportedValues, importValues } from "./facts/import-values.ts";
export { factsFrom, readFacts, readFactsInput } from "./facts/read.ts";
export { formatReference, parseReference, type Reference, type ReferenceKind, referenceExamples } from "./facts/reference.ts";
export {
  generatePassword,
  type Passwords,
  ReferenceError,
  type ReferenceReader,
  resolvePasswords,
  resolveReference,
  type Sources,
} from "./facts/resolve.ts";
export { additionsTable, findingsTable, keysTable } from "./guide/document.ts";
export { type Explanation, explain } from "./guide/explain.ts";
export { type Age, ageOf } from "./lifecycle/due.ts";
export { keyMetrics, type KeyReader, type KeyStatus, keyStatusOf } from "./lifecycle/key-status.ts";
export { type Action, hasChanges, planChanges, type PlannedKey, type PlanInput, type Trace } from "./lifecycle/plan.ts";
export { statusMetrics, statusOf, type StatusRow } from "./lifecycle/status.ts";
export {
  type ExternalSecretOptions,
  remoteEntries,
  remoteSecrets,
  remoteValues,
  renderExternalSecrets,
} from "./render/external-secret.ts";
export { annotationNames, type ManifestOptions } from "./render/manifest.ts";
export { renderEnv, renderKubernetes, renderValues } from "./render/plain.ts";
export { writePrivateFile } from "./render/private-file.ts";
export {
  neededParameters,
  type Provider,
  type ProviderClassOptions,
  renderProviderClasses,
  storeSecrets,
  type StoreSecret,
} from "./render/provider-class.ts";
export { renderSealed, SealError } from "./render/sealed.ts";
export { RecipientError, renderSops, type SopsOptions } from "./render/sops.ts";
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
export { factsInTurn, twinOf } from "./rotation/twin.ts";
export { type Annotations, type NewValue, rewriteSet } from "./set/rewrite.ts";
