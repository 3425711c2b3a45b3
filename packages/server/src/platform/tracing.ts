import { context, type Attributes, type Span, SpanStatusCode, trace } from "@opentelemetry/api";

let recording = false;

/** Packages that turn spans into traces; they are not dependencies, since few installations want their 52 MB. */
const sdkPackage = "@opentelemetry/sdk-node";

/**
 * Runs `work` inside a span. Without an SDK it is a plain call: no span object, no context, no await.
 * A thrown error marks the span and goes on.
 */
export function span<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  if (!recording) return work();
  const child = trace.getTracer("praetor").startSpan(name, { attributes });
  return context.with(trace.setSpan(context.active(), child), () => finish(child, work));
}

async function finish<T>(child: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    child.setStatus({ code: SpanStatusCode.ERROR });
    if (error instanceof Error) child.recordException(error);
    throw error;
  } finally {
    child.end();
  }
}

interface Sdk {
  start(): void;
  shutdown(): Promise<void>;
}

interface SdkModule {
  readonly NodeSDK: new (options: { serviceName: string }) => Sdk;
}

export interface Tracing {
  /** What the operator should know, or undefined: spans are asked for and cannot be made. */
  readonly warning: string | undefined;
  stop(): Promise<void>;
}

const off: Tracing = { warning: undefined, stop: () => Promise.resolve() };

/** Whether the environment asks for traces: any OTEL_ variable does, unless OTEL_SDK_DISABLED is true. */
export function tracingWanted(environment: Readonly<Record<string, string | undefined>>): boolean {
  if (environment["OTEL_SDK_DISABLED"]?.toLowerCase() === "true") return false;
  return Object.keys(environment).some((name) => name.startsWith("OTEL_") && environment[name]);
}

/** Loads the OpenTelemetry SDK when the environment asks for it; the SDK itself reads the OTEL_ variables. */
export async function startTracing(
  environment: Readonly<Record<string, string | undefined>>,
  load: () => Promise<SdkModule> = () => import(sdkPackage) as Promise<SdkModule>,
): Promise<Tracing> {
  if (!tracingWanted(environment)) return off;
  let sdk: Sdk;
  try {
    const { NodeSDK } = await load();
    sdk = new NodeSDK({ serviceName: "praetor" });
    sdk.start();
  } catch {
    return { ...off, warning: `OTEL_ variables are set but ${sdkPackage} cannot be loaded; install it to get traces.` };
  }
  recording = true;
  return {
    warning: undefined,
    async stop() {
      recording = false;
      await sdk.shutdown();
    },
  };
}
