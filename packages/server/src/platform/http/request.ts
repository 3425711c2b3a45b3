import type { GivenParameters } from "@praetor/wire";

/** Who asks and how: what a handler may know of a request beside its declared parts. */
export interface RequestContext {
  readonly workspaceId: string;
  readonly client: {
    /** `X-PREFECT-API-VERSION`; absent counts as the newest. */
    readonly apiVersion: string | null;
    /** The release in a client's `User-Agent`; null for anything that is not the Python client. */
    readonly version: string | null;
  };
  /** Scheme, host and base path as the caller sees them, without a closing slash: absolute links begin with it. */
  readonly baseUrl: string;
  header(name: string): string | undefined;
  /** Where the request comes from, for telling callers apart who give no name. */
  readonly address: string;
  /** Aborted when the caller hangs up before its answer, and when the server is about to close: nothing should wait on. */
  readonly hungUp: AbortSignal;
}

/** A request as the server received it, not yet parsed. */
export interface RawRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: GivenParameters;
  readonly body: Buffer | undefined;
  readonly context: RequestContext;
}
