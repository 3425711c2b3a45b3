import type { Finding } from "../finding.ts";
import { codesOf, kindOf } from "./check.ts";
import type { ManagementTarget, Place, SignOnTarget } from "./targets.ts";

const timeoutMilliseconds = 8000;

const found = ({ object, key }: Place, code: string, message: string, remedy: string): Finding => ({
  severity: "error",
  code,
  object,
  key,
  message,
  remedy,
});

/** Reads the provider's discovery document, and proves the client's secret at its token endpoint. */
export async function examineSignOn(target: SignOnTarget): Promise<Finding[]> {
  const insecure: Finding[] = target.verifyTls ? [] : [unverified(target)];
  const answer = await discover(target);
  if ("finding" in answer) return [...insecure, answer.finding];
  return [...insecure, ...issuerFindings(target, answer.issuer), ...(await secretFindings(target, answer.tokenEndpoint))];
}

function unverified({ object, key, party }: SignOnTarget): Finding {
  const message = `services are told to trust any certificate of ${party}: whoever stands between can sign on as anybody`;
  const remedy = "set clientVerifySSL to true, and give the authority's certificate if it is one of your own";
  return { severity: "warning", code: "sign_on_unverified", object, key, message, remedy };
}

type Discovery = { readonly issuer: string; readonly tokenEndpoint: string } | { readonly finding: Finding };

async function discover(target: SignOnTarget): Promise<Discovery> {
  const url = `${target.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(timeoutMilliseconds),
      headers: { accept: "application/json" },
    });
    const document: unknown = response.ok ? await response.json() : undefined;
    const [issuer, tokenEndpoint] = [textOf(document, "issuer"), textOf(document, "token_endpoint")];
    if (issuer !== undefined && tokenEndpoint !== undefined && URL.canParse(tokenEndpoint)) return { issuer, tokenEndpoint };
    const message = `${url} is no discovery document (HTTP ${response.status})`;
    return { finding: found(target, "sign_on_discovery_wrong", message, issuerRemedies[target.party]) };
  } catch (error) {
    const code = codesOf(error).find((each) => /CERT|SELF_SIGNED|UNABLE_TO/.test(each));
    const message =
      code === undefined ? `${url} cannot be read (${kindOf(error)})` : `the certificate of ${url} does not verify (${code})`;
    const remedy =
      code === undefined
        ? "check the address, and that the cluster may reach it, by its proxy if it has one"
        : "give the authority's certificate in NODE_EXTRA_CA_CERTS";
    return { finding: found(target, "sign_on_unreachable", message, remedy) };
  }
}

const issuerRemedies = {
  okta: "authServerURL is https://<organisation>.okta.com/oauth2/default",
  adfs: "clientAuthority is https://adfs.<domain>/adfs",
  entra: "check tenantID; loginBaseURL is https://login.microsoftonline.com/",
} as const;

function textOf(document: unknown, key: string): string | undefined {
  if (typeof document !== "object" || document === null || !(key in document)) return undefined;
  const value: unknown = (document as Record<string, unknown>)[key];
  return typeof value === "string" ? value : undefined;
}

/** OpenID Connect Discovery 4.3. Entra writes a tenant where ADFS writes a host of its own, so only Okta's is compared. */
function issuerFindings(target: SignOnTarget, issuer: string): Finding[] {
  if (target.party !== "okta" || issuer === target.issuer.replace(/\/$/, "")) return [];
  return [found(target, "sign_on_issuer_differs", `the provider calls itself ${issuer}`, "set authServerURL to exactly that")];
}

/**
 * Trades a code that nobody issued: a provider that knows the client says `invalid_grant`, one that does not, or whose
 * secret is another, says `invalid_client` (RFC 6749, 5.2). Nothing is signed on and no other grant is needed.
 */
async function secretFindings(target: SignOnTarget, tokenEndpoint: string): Promise<Finding[]> {
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    code: "praetor-doctor",
    redirect_uri: "https://localhost/praetor-doctor",
    client_id: target.clientId,
    client_secret: target.clientSecret.reveal(),
  });
  try {
    const response = await fetch(tokenEndpoint, { method: "POST", body, signal: AbortSignal.timeout(timeoutMilliseconds) });
    const error = textOf(await response.json().catch(() => undefined), "error");
    if (error === "invalid_client" || error === "unauthorized_client" || response.status === 401) return [refused(target)];
    if (error === "invalid_grant" || error === "invalid_request") return [];
    const known = error !== undefined && errorCodes.has(error) ? `, ${error}` : "";
    const message = `the token endpoint answers HTTP ${response.status}${known}; whether the secret is right is not known`;
    return [{ ...found(target, "sign_on_unclear", message, "try to sign on"), severity: "warning" }];
  } catch (error) {
    const message = `the token endpoint cannot be reached (${kindOf(error)})`;
    return [found(target, "sign_on_unreachable", message, "let the cluster reach it")];
  }
}

/** Those that RFC 6749 and 7009 and OpenID Connect name. Any other text comes from the provider, and may repeat what it was sent. */
const errorCodes: ReadonlySet<string> = new Set(
  "access_denied invalid_redirect_uri invalid_scope invalid_token redirect_uri_mismatch server_error temporarily_unavailable unsupported_grant_type unsupported_response_type".split(
    " ",
  ),
);

const refused = (target: SignOnTarget): Finding =>
  found(
    target,
    "sign_on_client_refused",
    `${target.party} refuses the client: its ID is unknown or its secret is another, or has expired`,
    `copy clientID from the application at ${target.party}, or make a new secret there`,
  );

/** Proves the key for Okta's management API. */
export async function examineManagement(target: ManagementTarget): Promise<Finding[]> {
  const url = `${target.origin.replace(/\/$/, "")}/api/v1/users/me`;
  try {
    const headers = { authorization: `SSWS ${target.apiKey.reveal()}`, accept: "application/json" };
    const { status } = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMilliseconds) });
    if (status !== 401 && status !== 403) return [];
    const remedy = "make a new token in Okta; one that nobody used for 30 days ends";
    return [found(target, "management_key_refused", "Okta refuses the key for its management API", remedy)];
  } catch (error) {
    return [found(target, "sign_on_unreachable", `${url} cannot be reached (${kindOf(error)})`, "let the cluster reach it")];
  }
}
