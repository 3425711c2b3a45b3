import { Secret } from "@praetor/secrets";
import type { Environment, Settings } from "../../platform/config/index.ts";
import { CommandError } from "../exit.ts";

/** Where an API is, and what it must be told to answer. */
export interface ApiAccess {
  readonly url: string;
  readonly credential: Secret | null;
}

/** The API that is named, else the one that clients use by the environment, else the one that a server started here has. */
export function apiAccess(environment: Environment, { api }: Settings, named: string | undefined): ApiAccess {
  const host = api.host.includes(":") ? `[${api.host}]` : api.host;
  const own = `http://${api.host === "0.0.0.0" ? "127.0.0.1" : host}:${api.port}${api.basePath ?? "/api"}`;
  const url = (named ?? environment["PREFECT_API_URL"] ?? own).replace(/\/+$/, "");
  const text = environment["PREFECT_API_AUTH_STRING"];
  return { url, credential: text === undefined ? api.authString : Secret.of(text) };
}

/** Asks the API. @throws CommandError where it cannot be reached, or lets nobody in without a credential */
export async function askApi({ url, credential }: ApiAccess, path: string): Promise<{ status: number; text: string }> {
  const headers = credential && { authorization: `Basic ${Buffer.from(credential.reveal()).toString("base64")}` };
  try {
    const response = await fetch(`${url}${path}`, headers === null ? {} : { headers });
    if (response.status === 401) {
      throw new CommandError(`${url} asks for a credential.`, "Set PREFECT_API_AUTH_STRING to user:password.");
    }
    return { status: response.status, text: await response.text() };
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${url} cannot be reached.`, "Is the server running? Name another one with --api-url.");
  }
}
