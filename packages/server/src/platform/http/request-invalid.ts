import { type Issue, JsonText, JsonSyntaxError, parseJson } from "@praetor/wire";

/** A request whose parts break their schemas; answers 422 with every fault and the body as it came. */
export class RequestInvalid extends Error {
  readonly issues: readonly Issue[];
  readonly requestBody: Buffer | undefined;

  constructor(issues: readonly Issue[], requestBody: Buffer | undefined) {
    super("Invalid request received.");
    this.name = "RequestInvalid";
    this.issues = issues;
    this.requestBody = requestBody;
  }

  /** The response body, as JSON text: the numbers in it are spelled as the caller spelled them. */
  body(): string {
    const detail = this.issues.map(issueText).join(",");
    return `{"exception_message":${JSON.stringify(this.message)},"exception_detail":[${detail}],"request_body":${echo(this.requestBody)}}`;
  }
}

function issueText({ type, loc, msg, input, ctx }: Issue): string {
  const context = ctx === undefined ? "" : `,"ctx":${JsonText.of(ctx).text}`;
  return `{"type":${JSON.stringify(type)},"loc":${JSON.stringify(loc)},"msg":${JSON.stringify(msg)},"input":${JsonText.of(input ?? null).text}${context}}`;
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
