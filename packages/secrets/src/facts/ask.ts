import type { FactsInput } from "./document.ts";
import { parseReference, referenceExamples } from "./reference.ts";

const someHost = (value: string | undefined) => (value?.trim() ? undefined : "Name a host.");

const aReference = (value: string | undefined) =>
  "reference" in parseReference(value ?? "") ? undefined : `One of ${referenceExamples.join(", ")}.`;

const optional = (check: typeof aReference) => (value: string | undefined) => (value ? check(value) : undefined);

const aPort = (value: string | undefined) => (/^[1-9]\d{0,4}$/.test(value ?? "") ? undefined : "A number from 1 to 65535.");

/** Asks for the facts on the terminal; undefined when the questions were cancelled. */
export async function askFacts(): Promise<FactsInput | undefined> {
  // Loaded here: only who is asked needs it.
  const { confirm, group, intro, isCancel, outro, text } = await import("@clack/prompts");
  intro("The facts from which all Secrets follow. No secret is asked for, only where each is.");
  const answers = await group(
    {
      host: () => text({ message: "Host of PostgreSQL", validate: someHost }),
      port: () => text({ message: "Its port", initialValue: "5432", validate: aPort }),
      replica: () => text({ message: "Host of its replica (empty: none)", defaultValue: "" }),
      superName: () => text({ message: "Its superuser", initialValue: "postgres" }),
      superPassword: () =>
        text({ message: "Where the superuser's password is", placeholder: "env:PGPASSWORD", validate: aReference }),
      serviceName: () => text({ message: "The role of the daily work", initialValue: "prefect" }),
      servicePassword: () => text({ message: "Where its password is", initialValue: "generate", validate: aReference }),
      redis: () =>
        text({
          message: "Where the password of Redis is (empty: it asks for none)",
          defaultValue: "",
          validate: optional(aReference),
        }),
      okta: () => confirm({ message: "Do people sign on by Okta?", initialValue: false }),
      mail: () =>
        text({
          message: "Where the password of the mail server is (empty: no mail)",
          defaultValue: "",
          validate: optional(aReference),
        }),
    },
    { onCancel: () => undefined },
  );
  if (isCancel(answers) || answers.host === undefined || answers.superPassword === undefined) return undefined;
  outro("That is all.");
  return {
    contract: "praetor",
    database: { host: answers.host, port: Number(answers.port), ...(answers.replica && { replica: { host: answers.replica } }) },
    serviceUser: { name: answers.serviceName, password: answers.servicePassword },
    superUser: { name: answers.superName, password: answers.superPassword },
    ...(answers.redis && { redis: { password: answers.redis } }),
    ...(answers.okta && { signOn: { okta: { clientSecret: "env:OKTA_CLIENT_SECRET", apiKey: "env:OKTA_API_KEY" } } }),
    ...(answers.mail && { mail: { password: answers.mail } }),
  };
}
