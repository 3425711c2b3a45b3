import { boolean, integer, optional, seconds, secret, text, words } from "../kinds.ts";
import { setting } from "../setting.ts";

export const api = {
  host: setting({
    kind: text,
    default: "127.0.0.1",
    description: "Address to listen on; `0.0.0.0` is every interface.",
    option: "--host",
  }),
  port: setting({
    kind: integer({ minimum: 0, maximum: 65535 }),
    default: 4200,
    description: "Port to listen on; 0 takes a free one.",
    option: "--port",
  }),
  basePath: setting({
    kind: optional(text),
    default: null,
    description: "Path in front of every route, instead of `/api`.",
  }),
  authString: setting({
    kind: optional(secret),
    default: null,
    description: "`user:password` that every request must carry as basic authentication; nothing means open to all.",
  }),
  keepaliveTimeout: setting({
    kind: seconds(),
    default: 5,
    description: "How long an idle connection stays open.",
  }),
  drainTimeout: setting({
    kind: seconds({ minimum: 0, maximum: 9 }),
    default: 5,
    description: "How long a stopping server waits for requests and sockets to end by themselves.",
  }),
  maximumBodySize: setting({
    kind: integer({ minimum: 1024 }),
    default: 16 * 1024 * 1024,
    description: "Largest request body, in bytes; a larger one is answered 413.",
  }),
  maxParameterSize: setting({
    kind: integer({ minimum: 0 }),
    default: 524288,
    description: "Largest parameters of a flow run, in bytes of JSON.",
  }),
  csrfProtectionEnabled: setting({
    kind: boolean,
    default: false,
    description: "Require a CSRF token with every request that changes something.",
    aliases: ["PREFECT_SERVER_CSRF_PROTECTION_ENABLED"],
  }),
  csrfTokenExpiration: setting({
    kind: seconds(),
    default: 3600,
    description: "Life of a CSRF token.",
    aliases: ["PREFECT_SERVER_CSRF_TOKEN_EXPIRATION"],
  }),
  corsAllowedOrigins: setting({
    kind: words,
    default: ["*"],
    description: "Origins that browsers may call from.",
    aliases: ["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"],
  }),
  corsAllowedMethods: setting({
    kind: words,
    default: ["*"],
    description: "Methods that other origins may use.",
    aliases: ["PREFECT_SERVER_CORS_ALLOWED_METHODS"],
  }),
  corsAllowedHeaders: setting({
    kind: words,
    default: ["*"],
    description: "Headers that other origins may send.",
    aliases: ["PREFECT_SERVER_CORS_ALLOWED_HEADERS"],
  }),
  websocketPingInterval: setting({
    kind: seconds({ minimum: 0.1 }),
    default: 20,
    description: "Time between two pings on a socket.",
  }),
  websocketPingTimeout: setting({
    kind: seconds({ minimum: 0.1 }),
    default: 20,
    description: "How long a ping may stay unanswered before the socket is closed.",
  }),
};
