import type { ContractEntry } from "@praetor/topology";
import type { Keeper } from "./keeper.ts";
import { RotationError } from "./rotation-error.ts";

export interface ReaderOptions {
  readonly keeper: Keeper;
  readonly entries: readonly ContractEntry[];
  readonly timeoutSeconds: number;
  /** Those who read the set read it again by themselves, at the latest after this time. */
  readonly rereadSeconds: number | undefined;
  /** Somebody says that all who read the set were restarted. It counts once. */
  restarted: boolean;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly progress: (line: string) => void;
}

/** Sees to it that nobody who reads the keys has the values that they had before. @throws RotationError where people must do that. */
export async function renewReaders(options: ReaderOptions): Promise<void> {
  const { keeper, entries, timeoutSeconds, rereadSeconds, pause, progress } = options;
  const names = [...new Set(entries.flatMap(({ readers }) => readers))].join(", ");
  if (keeper.restart !== undefined) return keeper.restart(entries, timeoutSeconds);
  if (rereadSeconds !== undefined) {
    progress(`  waiting ${rereadSeconds} s, after which all have read ${keeper.where} again`);
    return pause(rereadSeconds * 1000);
  }
  if (options.restarted) {
    options.restarted = false;
    return undefined;
  }
  const remedy = `Restart what reads ${keeper.where} (${names}), then run the same command with --restarted.`;
  throw new RotationError("restart_needed", `Whoever reads ${keeper.where} has to read it again before this can go on.`, remedy);
}
