import { readFileSync } from "node:fs";
import type { ProviderClass } from "./objects.ts";

/** What a container image is on this machine. */
export interface Image {
  readonly entrypoint: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The user of the image; root unless given. */
  readonly user?: number;
  /** Folders of the image, by path inside it, and where their contents are on this machine. */
  readonly folders?: Readonly<Record<string, string>>;
}

/** What the runner is told: images by name without tag or digest, and the providers of CSI drivers. */
export interface Images {
  readonly images: Readonly<Record<string, Image>>;
  /** By CSI driver, the module that serves its volumes. */
  readonly providers: Readonly<Record<string, string>>;
}

/** What the module of a driver exports. */
export interface Provider {
  /** The files of a volume, by name. */
  readonly provide: (providerClass: ProviderClass) => Promise<Readonly<Record<string, string>>>;
}

export function readImages(path: string): Images {
  return JSON.parse(readFileSync(path, "utf8")) as Images;
}

/** An error with the reason that `kubectl get pods` shows while the container waits. */
export class WaitingError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.name = "WaitingError";
    this.reason = reason;
  }
}

export function imageOf({ images }: Images, reference: string): Image {
  const name = reference.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
  const image = images[name];
  if (image === undefined) throw new WaitingError("ErrImagePull", `no entry for ${reference}`);
  return image;
}
