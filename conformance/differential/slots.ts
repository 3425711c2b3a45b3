/** Which limits the servers count differently on purpose, told from the calls that let them. */
import { type Answer, type Call, isObject, type Json, operationOf, text } from "./call.ts";
import type { Difference } from "./compare.ts";

/** A call that was made, with its references resolved and made comparable, and how it was answered. */
export interface Step {
  readonly call: Call;
  readonly theirs: Answer;
  readonly ours: Answer;
}

/** By the words of docs/differences.md, the names of limits that are counted otherwise. */
type Otherwise = Map<string, Set<string>>;

const textsOf = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
const part = (value: Json | undefined, key: string): Json | undefined => (isObject(value) ? value[key] : undefined);
const tagged = (tag: string): string => `tag:${tag}`;
const DELETES_TAG_LIMIT = /^DELETE \/concurrency_limits\//;
const DELETION = /^DELETE \/(?:flows|flow_runs|task_runs)\/\{id\}$|\/bulk_delete$/;
const RUN = "/task_runs/{id}/set_state";

/** What is known of limits and of those who hold their slots, after some calls. */
class Ledger {
  readonly otherwise: Otherwise = new Map();
  readonly #nameById = new Map<string, string>();
  readonly #sizes = new Map<string, Json | undefined>();
  readonly #inactive = new Set<string>();
  /** Limits of which slots were taken by somebody who can be named. */
  readonly #held = new Set<string>();
  readonly #taken = new Set<string>();
  readonly #holdingNothing = new Map<string, string[]>();
  readonly #leased = new Map<string, string[]>();
  readonly #tags = new Map<string, string[]>();
  /** Task runs that hold the slots of their tags. */
  readonly #holding = new Set<string>();

  nameOf(idOrName: string): string {
    return this.#nameById.get(idOrName) ?? idOrName;
  }

  tagsOf(taskRun: string): string[] {
    return this.#tags.get(taskRun) ?? [];
  }

  see({ call, theirs, ours }: Step): void {
    const done = theirs.status < 300 || ours.status < 300;
    if (done) this.#seeLimit(call, theirs.body);
    if (done) this.#seeSlots(call, theirs.body, ours.body);
    if (done && DELETES_TAG_LIMIT.test(operationOf(call))) this.#seeNoMore(call);
    if (done && DELETION.test(operationOf(call))) this.#seeDeletion();
    this.#seeTaskRun(call, theirs.body);
  }

  #count(documented: string, names: readonly string[]): void {
    const known = this.otherwise.get(documented) ?? new Set();
    for (const name of names) known.add(name);
    this.otherwise.set(documented, known);
  }

  #seeLimit(call: Call, answer: Json): void {
    const [name, size] = [text(part(call.body, "name")), part(answer, "limit") ?? part(answer, "concurrency_limit")];
    const made = { "POST /v2/concurrency_limits/": name, "POST /concurrency_limits/": tagged(text(part(call.body, "tag"))) };
    const found = Object.entries(made).find(([operation]) => operation === operationOf(call))?.[1];
    if (found !== undefined) {
      this.#nameById.set(text(part(answer, "id")), found);
      this.#sizes.set(found, size);
      if (part(answer, "active") === false) this.#inactive.add(found);
    }
    if (operationOf(call) !== "PATCH /v2/concurrency_limits/{id_or_name}") return;
    const changed = this.nameOf(text(call.params?.["id_or_name"]));
    if (part(call.body, "limit") !== undefined) this.#sizes.set(changed, part(call.body, "limit"));
    if (part(call.body, "active") === false) this.#inactive.add(changed);
    if (typeof part(call.body, "active_slots") === "number" && this.#held.has(changed))
      this.#count("The number is set; leases beyond it hold no slot any more", [changed]);
  }

  #seeSlots(call: Call, theirs: Json, ours: Json): void {
    const names = textsOf(part(call.body, "names"));
    const taskRun = text(part(call.body, "task_run_id"));
    switch (operationOf(call)) {
      case "POST /v2/concurrency_limits/increment-with-lease":
        for (const name of names) this.#held.add(name);
        this.#count(
          "Such a lease holds nothing",
          names.filter((name) => this.#inactive.has(name)),
        );
        this.#leased.set(text(part(theirs, "lease_id")), names);
        for (const answer of [theirs, ours])
          this.#holdingNothing.set(
            text(part(answer, "lease_id")),
            names.filter((name) => this.#inactive.has(name)),
          );
        break;
      case "POST /v2/concurrency_limits/decrement-with-lease":
        this.#count("Such a lease holds nothing", this.#holdingNothing.get(text(part(call.body, "lease_id"))) ?? []);
        break;
      case "POST /v2/concurrency_limits/decrement":
        this.#count(
          "Gives back only slots that were taken without a lease",
          names.filter((name) => this.#held.has(name)),
        );
        break;
      case "POST /concurrency_limits/increment":
        this.#take(names.map(tagged), taskRun);
        break;
      case "POST /concurrency_limits/tag/{tag}/reset":
        this.#count("Afterwards the given task runs hold the slots", [tagged(text(call.params?.["tag"]))]);
        break;
    }
  }

  #take(names: readonly string[], taskRun: string): void {
    const again = names.filter((name) => this.#taken.has(`${name} ${taskRun}`));
    this.#count("A second slot, unless the limit is of the old kind", again);
    for (const name of names) {
      this.#held.add(name);
      this.#taken.add(`${name} ${taskRun}`);
    }
  }

  #seeNoMore({ params }: Call): void {
    const name = this.#nameById.get(text(params?.["id"])) ?? tagged(text(params?.["tag"]));
    const ended = [...this.#leased.values()].filter((names) => names.includes(name));
    this.#count("Leases of a limit of a tag that is deleted", ended.flat());
  }

  /** Of a task run, or of flow runs with theirs. */
  #seeDeletion(): void {
    const names = [...this.#tags.values()].flat().map(tagged);
    this.#count(
      "what their task runs hold of tags stays taken",
      names.filter((name) => this.#held.has(name)),
    );
  }

  #seeTaskRun(call: Call, answer: Json): void {
    if (operationOf(call) === "POST /task_runs/") {
      this.#tags.set(text(part(answer, "id")), textsOf(part(answer, "tags")));
      if (part(part(answer, "state"), "type") === "RUNNING") this.#holding.add(text(part(answer, "id")));
    }
    if (call.path !== RUN) return;
    const id = text(call.params?.["id"]);
    const names = this.tagsOf(id).map(tagged);
    const proposed = part(part(call.body, "state"), "type");
    if (proposed === "RUNNING") {
      if (this.#holding.has(id)) this.#count("It keeps the slots that it holds", names);
      if (names.some((name) => this.#sizes.get(name) === 0))
        this.#count("The slots of the other tags are taken before the abort, and stay taken", names);
      for (const name of names) this.#held.add(name);
    }
    const type = part(part(answer, "state"), "type");
    if (type === "RUNNING") this.#holding.add(id);
    else if (type !== "CANCELLING" && part(answer, "status") === "ACCEPT") this.#holding.delete(id);
  }
}

/** The words that explain why a limit which the difference is about is counted otherwise. */
export function countedOtherwise({ place, theirs }: Difference, steps: readonly Step[]): string | undefined {
  const ledger = new Ledger();
  for (const step of steps) ledger.see(step);
  const last = steps.at(-1)?.call;
  if (last === undefined || !isAboutSlots(last, place)) return undefined;
  const names = namesOf(last, place, theirs.answer.body, ledger);
  return [...ledger.otherwise].find(([, limits]) => names.some((name) => limits.has(name)))?.[0];
}

/** Numbers of slots and their holders, or what is let in and what has to wait for them. */
function isAboutSlots({ path }: Call, place: string): boolean {
  if (/\.active_slots\b/.test(place)) return true;
  if (path === RUN) return /^\$\.(?:status|retryAfter)$|^\$\.body\.(?:status|state|details)\b/.test(place);
  return /\/increment(?:-with-lease)?$/.test(path) && /^\$\.(?:status|retryAfter)$/.test(place);
}

function namesOf({ path, params, body }: Call, place: string, answer: Json, ledger: Ledger): string[] {
  if (path === RUN) return ledger.tagsOf(text(params?.["id"])).map(tagged);
  const item = /^\$\.body\[(\d+)\]/.exec(place)?.[1];
  const shown = item !== undefined && Array.isArray(answer) ? answer[Number(item)] : answer;
  const asked = textsOf(part(body, "names"));
  return [
    ...(path === "/concurrency_limits/increment" ? asked.map(tagged) : asked),
    text(part(shown, "name")),
    tagged(text(part(shown, "tag"))),
  ];
}
