export { type AppOptions, buildApp } from "./app.ts";
export { sameText } from "./authentication.ts";
export type { VerifyCsrf } from "./csrf.ts";
export { API_VERSION, PROTOCOL_RELEASE } from "./negotiation.ts";
export type { RequestContext } from "./request.ts";
export { RequestInvalid } from "./request-invalid.ts";
export { csv, empty, noContent, plainText, reply, type Route, route } from "./route.ts";
export { type Socket, type SocketConnection, type SocketOptions, SocketServer, socket } from "./socket.ts";
export { systemRoutes } from "./system-routes.ts";
