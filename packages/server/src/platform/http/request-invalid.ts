import { type Issue, JsonText, JsonSyntaxError, parseJson } from "@praetor/wire";

/** A request whose parts break their schemas; answers 422 with every fault and the body as it came. */
export class RequestInvalid extends Error {
  readonly issues: readonly Issue[];
  readonly requestBody: Buffer | undefined;
  private readonly content: unknown;

  /** `content` is what the body was parsed to, where it was: a large one is not to be parsed again. */
  constructor(issues: readonly Issue[], requestBody: Buffer | undefined, content?: unknown) {
    super("Invalid request received.");
    this.name = "RequestInvalid";
    this.issues = issues;
    this.requestBody = requestBody;
    this.content = content;
  }

  /** The response body, as JSON text: the numbers in it are spelled as the caller spelled them. */
  body(): string {
    const whole = this.content === undefined ? undefined : JsonText.of(this.content).text;
    const textOf = (input: unknown) => (whole !== undefined && input === this.content ? whole : JsonText.of(input ?? null).text);
    const detail = this.issues.map((issue) => issueText(issue, textOf)).join(",");
    return `{"exception_message":${JSON.stringify(this.message)},"exception_detail":[${detail}],"request_body":${whole ?? echo(this.requestBody)}}`;
  }
}

function issueText({ type, loc, msg, input, ctx }: Issue, textOf: (input: unknown) => string): string {
  const context = ctx === undefined ? "" : `,"ctx":${JsonText.of(ctx).text}`;
  return `{"type":${JSON.stringify(type)},"loc":${JSON.stringify(loc)},"msg":${JSON.stringify(msg)},"input":${textOf(input)}${context}}`;
}

/** The body as JSON where it is JSON, else as a string; null where there was none. */
function echo(body: Buffer | undefined): string {
  if (body === undefined || body.length === 0) return "null";
  const text = body.toString("utf8");
  try {
    return JsonText.of(parseJson(text)).text;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return JSON.stringify(text);
    throw error;
  }
}
