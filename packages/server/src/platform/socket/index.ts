export { answerPings, shakeHands } from "./handshake.ts";
export { readMessage, textOf } from "./message.ts";
export { Sender } from "./sender.ts";
export { awaitFilter, type Subscribed } from "./subscription.ts";
