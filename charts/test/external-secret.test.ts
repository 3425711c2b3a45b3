import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deriveSet, diffSets, readManifests, renderExternalSecrets, SetBuilder } from "@praetor/secrets/sets";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { sampleFacts, samplePasswords } from "../../packages/secrets/src/testing.ts";
import { helmFolder } from "../../scripts/kubernetes/executables.ts";
import { testFolder, valuesFile } from "./chart.ts";
import { objectsOf, runWith } from "./helm.ts";

interface ExternalSecret {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly target: { readonly template: { readonly data: Readonly<Record<string, string>> } };
    readonly data?: readonly { readonly secretKey: string; readonly remoteRef: { readonly key: string } }[];
  };
}

/** What the store holds: its names say whose secret each is. */
function storeValue(name: string): string {
  if (name === "prefect-service-user-password") return samplePasswords.users.service.reveal();
  if (name === "prefect-super-user-password") return samplePasswords.users.super.reveal();
  const key = name.replace(/^prefect-/, "").replace(/^redis-(.*)-password$/, "$1");
  const place = [...samplePasswords.others.keys()].find((each) => each.endsWith(`/${key}`));
  return samplePasswords.others.get(place ?? "")?.reveal() ?? `unknown: ${name}`;
}

/** The operator's engine has the language of Helm's and the same functions, so Helm fills the templates as it would. */
const engine = `{{- range $name, $object := .Values }}
---
kind: Secret
metadata: {name: {{ $name }}}
stringData:
{{- range $key, $template := $object.templates }}
  {{ $key }}: {{ tpl $template $object.variables | quote }}
{{- end }}
{{- end }}
`;

async function filled(objects: readonly ExternalSecret[]): Promise<string> {
  const folder = testFolder();
  mkdirSync(join(folder, "templates"));
  writeFileSync(join(folder, "Chart.yaml"), "apiVersion: v2\nname: engine\nversion: 0.0.0\n");
  writeFileSync(join(folder, "templates/filled.yaml"), engine);
  const values = objects.map(({ metadata, spec: { target, data = [] } }) => {
    const variables = data.map(({ secretKey, remoteRef }) => [secretKey, storeValue(remoteRef.key)] as const);
    return [metadata.name, { templates: target.template.data, variables: Object.fromEntries(variables) }] as const;
  });
  const file = valuesFile(Object.fromEntries(values));
  const { out, error } = await runWith(join(helmFolder(), "helm"), ["template", "x", folder, "--values", file]);
  expect(error).toBe("");
  return out;
}

test.each(["seed", "praetor"] as const)(
  "the templates of %s, filled, are the set that follows from the facts",
  async (contract) => {
    const facts = sampleFacts(contract);
    const used = new Map([...samplePasswords.others].filter(([place]) => facts.others.has(place)));
    const objects = objectsOf(renderExternalSecrets(facts, { store: "main" })).map(
      ({ metadata, spec }): ExternalSecret => ({ metadata, spec: spec as ExternalSecret["spec"] }),
    );
    const builder = new SetBuilder();
    const secrets = objectsOf(await filled(objects));
    readManifests(secrets.map((each) => stringify(each)).join("---\n"), "filled", builder);
    expect(diffSets(builder.build(), deriveSet(facts, { ...samplePasswords, others: used }))).toEqual([]);
  },
);
