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
export { percentDecode, percentDecodeBytes, percentEncode, percentEncodeBytes } from "./percent-encoding.ts";
export { isPreparedAlike, preparedPassword } from "./prepared-password.ts";
export { Secret } from "./secret.ts";
