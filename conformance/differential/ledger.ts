/** What is known of limits and of those who hold their slots, after some calls. */
import { type Call, isObject, type Json, operationOf, text } from "./call.ts";
import type { Step } from "./slots.ts";

/** By the words of docs/differences.md, the names of limits that are counted otherwise. */
type Otherwise = Map<string, Set<string>>;

export const textsOf = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
export const part = (value: Json | undefined, key: string): Json | undefined => (isObject(value) ? value[key] : undefined);
export const tagged = (tag: string): string => `tag:${tag}`;
const DELETES_TAG_LIMIT = /^DELETE \/concurrency_limits\//;
const DELETION = /^DELETE \/(?:flows|flow_runs|task_runs)\/\{id\}$|\/bulk_delete$/;
export const RUN = "/task_runs/{id}/set_state";

export class Ledger {
  readonly otherwise: Otherwise = new Map();
  readonly #nameById = new Map<string, string>();
  readonly #sizes = new Map<string, Json | undefined>();
  readonly #inactive = new Set<string>();
  /** By limit, the leases and task runs that hold slots of it. */
  readonly #holders = new Map<string, Set<string>>();
  /** Limits of which slots were taken by nobody who has a name. */
  readonly #counted = new Set<string>();
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

  #isHeld(name: string): boolean {
    return (this.#holders.get(name)?.size ?? 0) > 0;
  }

  #hold(names: readonly string[], holder: string): void {
    for (const name of names) this.#holders.set(name, (this.#holders.get(name) ?? new Set()).add(holder));
  }

  #letGo(holder: string, names: Iterable<string> = this.#holders.keys()): void {
    for (const name of names) this.#holders.get(name)?.delete(holder);
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
    if (typeof part(call.body, "active_slots") === "number" && this.#isHeld(changed))
      this.#count("The number is set; leases beyond it hold no slot any more", [changed]);
  }

  #seeSlots(call: Call, theirs: Json, ours: Json): void {
    const names = textsOf(part(call.body, "names"));
    const [taskRun, lease] = [text(part(call.body, "task_run_id")), text(part(call.body, "lease_id"))];
    switch (operationOf(call)) {
      case "POST /v2/concurrency_limits/increment-with-lease":
        this.#seeLease(
          names,
          [theirs, ours].map((answer) => text(part(answer, "lease_id"))),
        );
        break;
      case "POST /v2/concurrency_limits/increment":
        for (const name of names) this.#counted.add(name);
        break;
      case "POST /v2/concurrency_limits/decrement-with-lease":
        this.#count("Such a lease holds nothing", this.#holdingNothing.get(lease) ?? []);
        this.#letGo(lease);
        break;
      case "POST /v2/concurrency_limits/decrement":
        this.#count(
          "Gives back only slots that were taken without a lease",
          names.filter((name) => this.#isHeld(name)),
        );
        break;
      case "POST /concurrency_limits/increment":
        this.#take(names.map(tagged), taskRun);
        break;
      case "POST /concurrency_limits/decrement":
        this.#letGo(taskRun, names.map(tagged));
        break;
      case "POST /concurrency_limits/tag/{tag}/reset":
        this.#seeReset(tagged(text(call.params?.["tag"])), textsOf(part(call.body, "slot_override")));
        break;
    }
  }

  #take(names: readonly string[], taskRun: string): void {
    const again = names.filter((name) => this.#taken.has(`${name} ${taskRun}`));
    this.#count("A second slot, unless the limit is of the old kind", again);
    this.#hold(names, taskRun);
    for (const name of names) this.#taken.add(`${name} ${taskRun}`);
  }

  #seeLease(names: readonly string[], [lease = "", ...others]: readonly string[]): void {
    const nothing = names.filter((name) => this.#inactive.has(name));
    this.#count("Such a lease holds nothing", nothing);
    this.#leased.set(lease, [...names]);
    this.#hold(names, lease);
    for (const id of [lease, ...others]) this.#holdingNothing.set(id, nothing);
  }

  /** It changes nothing where nobody holds a slot, or is to hold one. */
  #seeReset(name: string, taskRuns: readonly string[]): void {
    if (taskRuns.length > 0 || this.#isHeld(name) || this.#counted.has(name))
      this.#count("Afterwards the given task runs hold the slots", [name]);
    for (const taskRun of taskRuns) this.#hold([name], taskRun);
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
      names.filter((name) => this.#isHeld(name)),
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
    }
    if (part(answer, "status") !== "ACCEPT") return;
    const type = part(part(answer, "state"), "type");
    if (type === "RUNNING") {
      this.#holding.add(id);
      this.#hold(names, id);
    } else if (type !== "CANCELLING") {
      this.#holding.delete(id);
      this.#letGo(id, names);
    }
  }
}
