import type { Name } from "../contestants/contestant.ts";
import type { Measurement } from "../workloads/workload.ts";

/** What one contestant did at one size. */
export interface Figures {
  readonly contestant: Name;
  readonly flowRuns: number;
  readonly dashboard: Measurement;
  readonly setState: Measurement;
  readonly lease: Measurement;
  readonly handover: Measurement;
}

interface Row {
  readonly what: string;
  readonly unit: string;
  readonly of: (figures: Figures) => number;
  readonly better: "more" | "less";
}

const detail = (of: (figures: Figures) => Measurement, name: string) => (figures: Figures) => of(figures).details[name] ?? 0;

function rowsOf({ dashboard }: Figures): Row[] {
  const questions = Object.keys(dashboard.details).filter((name) => name.endsWith("p95 ms"));
  const setState = (figures: Figures) => figures.setState;
  return [
    ...questions.map(
      (name): Row => ({
        what: name.replace(", p95 ms", ""),
        unit: "ms (p95)",
        of: detail((figures) => figures.dashboard, name),
        better: "less",
      }),
    ),
    { what: "set_state", unit: "transitions/s", of: (figures) => figures.setState.value, better: "more" },
    { what: "set_state at half that rate", unit: "ms (p99)", of: detail(setState, "half load p99 ms"), better: "less" },
    { what: "set_state, CPU of the server", unit: "ms", of: detail(setState, "server CPU ms"), better: "less" },
    { what: "set_state, CPU of PostgreSQL", unit: "ms", of: detail(setState, "PostgreSQL CPU ms"), better: "less" },
    { what: "a lease taken and given back", unit: "leases/s", of: (figures) => figures.lease.value, better: "more" },
    {
      what: "a slot is idle while eight wait for it",
      unit: "ms (median)",
      of: detail((figures) => figures.handover, "idle p50 ms"),
      better: "less",
    },
  ];
}

const number = (value: number): string =>
  value.toLocaleString("en-US", { maximumSignificantDigits: 3, maximumFractionDigits: 3 });

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** A table: each question at each size, both contestants, and the ratio. */
export function renderSizes(figures: readonly Figures[]): string {
  const sizes = [...new Set(figures.map(({ flowRuns }) => flowRuns))];
  const at = (size: number, name: Name) => figures.find(({ flowRuns, contestant }) => flowRuns === size && contestant === name);
  const head = ["", ...sizes.flatMap((size) => [`Praetor, ${number(size)} runs`, "original", "ratio"])];
  const first = figures[0];
  if (first === undefined) return "";
  const rows = rowsOf(first).map(({ what, unit, of, better }) => [
    `${what}, ${unit}`,
    ...sizes.flatMap((size) => {
      const [ours, theirs] = [at(size, "praetor"), at(size, "original")];
      const cell = (one: Figures | undefined) => (one === undefined ? "" : number(of(one)));
      const ratio = ours && theirs ? (better === "more" ? of(ours) / of(theirs) : of(theirs) / of(ours)) : undefined;
      return [cell(ours), cell(theirs), ratio === undefined ? "" : `${number(ratio)} x`];
    }),
  ]);
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
