import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { imageOf, type Images } from "./images.ts";
import type { Container, Pod } from "./objects.ts";
import { type Environment, expand } from "./references.ts";

/** A container that has been started. */
export interface RunningContainer {
  readonly process: ChildProcess;
  /** Its exit code, once it has ended and all it said is written. */
  readonly exited: Promise<number>;
  /** The last of what it printed, for its termination message. */
  lastWords(): string;
}

/** Where and with what a container starts. */
export interface Place {
  readonly images: Images;
  readonly pod: Pod;
  /** The name of the Pod's network namespace. */
  readonly netns: string;
  /** A folder for the container's own changes to the files that it sees. */
  readonly top: string;
  readonly hosts: string;
  readonly volumes: ReadonlyMap<string, string>;
  readonly environment: Environment;
  readonly log: string;
}

/** A termination message has at most so many characters of the log. */
const LAST_WORDS = 2048;

/**
 * Arguments: TOP HOSTS READONLY UID GID CWD [SOURCE TARGET MODE]... -- COMMAND...
 *
 * The container sees this machine's root, copy-on-write, with its volumes and its image's folders mounted, as its user, and
 * with no capabilities beyond those that it asks for as root. `exec` all the way, so that the process started here is the
 * container's own and gets its signals.
 */
const ENTER = `set -e
top=$1 hosts=$2 readonly=$3 uid=$4 gid=$5 cwd=$6 path=$PATH; shift 6
PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t tmpfs tmpfs "$top"; mkdir "$top/upper" "$top/work" "$top/root"; root=$top/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$top/upper,workdir=$top/work" "$root"
mount --rbind /proc "$root/proc"; mount --rbind /dev "$root/dev"; mount --bind "$hosts" "$root/etc/hosts"
while [ "$1" != -- ]; do
  target=$root$(chroot "$root" realpath -m "$2") # /var/run is a link, and must not lead out of the root
  if [ -d "$1" ]; then mkdir -p "$target"; else mkdir -p "$(dirname "$target")"; : >> "$target"; fi
  mount --bind "$1" "$target"; [ "$3" = rw ] || mount -o remount,bind,ro "$target"; shift 3
done; shift
[ "$readonly" = false ] || mount -o remount,ro "$root"
caps=; [ "$uid" = 0 ] || caps="--bounding-set=-all --inh-caps=-all --no-new-privs"
exec chroot "$root" env -C "$cwd" PATH="$path" /usr/bin/setpriv --reuid "$uid" --regid "$gid" --clear-groups $caps "$@"`;

/** Starts the process that a container is. Secrets reach it by its environment and files, never by arguments. */
export function startContainer(container: Container, place: Place): RunningContainer {
  const image = imageOf(place.images, container.image);
  const security = { ...place.pod.spec.securityContext, ...container.securityContext };
  const uid = security.runAsUser ?? image.user ?? 0;
  if (security.runAsNonRoot && uid === 0) throw new Error("container has runAsNonRoot and image will run as root");
  mkdirSync(place.top, { recursive: true });
  const args = container.args ?? (container.command ? [] : (image.args ?? []));
  const words = [...(container.command ?? image.entrypoint), ...args].map((word) => expand(word, place.environment));
  const folders = Object.entries(image.folders ?? {}).flatMap(([target, source]) => [source, target, "ro"]);
  const mounts = [...folders, ...mountsOf(container, place.volumes)];
  const user = [String(uid), String(security.runAsGroup ?? uid)];
  const root = [place.top, place.hosts, String(security.readOnlyRootFilesystem ?? false)];
  const enter = [
    "/bin/sh",
    "-c",
    ENTER,
    "sh",
    ...root,
    ...user,
    container.workingDir ?? image.workingDir ?? "/",
    ...mounts,
    "--",
  ];
  const child = spawn(
    "/usr/bin/nsenter",
    [`--net=/run/netns/${place.netns}`, "/usr/bin/unshare", "--mount", ...enter, ...words],
    { env: place.environment, detached: true, stdio: ["ignore", "pipe", "pipe"] },
  );
  return { process: child, ...listen(child, place.log) };
}

function mountsOf({ volumeMounts = [] }: Container, volumes: ReadonlyMap<string, string>): string[] {
  return volumeMounts.flatMap(({ name, mountPath, subPath = "", readOnly }) => {
    const source = volumes.get(name);
    if (source === undefined) throw new Error(`there is no volume ${name}`);
    return [join(source, subPath), mountPath, readOnly ? "ro" : "rw"];
  });
}

function listen(child: ChildProcess, path: string): Pick<RunningContainer, "exited" | "lastWords"> {
  const log = createWriteStream(path, { flags: "a" });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      log.write(text);
      said = (said + text).slice(-LAST_WORDS);
    });
  }
  const exited = new Promise<number>((resolve) => {
    child.on("error", () => resolve(127));
    child.on("close", (code, signal) => log.end(() => resolve(code ?? 128 + (signal === "SIGKILL" ? 9 : 15))));
  });
  return { exited, lastWords: () => said };
}

/** Signals a container; after SIGKILL nothing of it is left. */
export function signal({ process: child }: RunningContainer, name: "SIGTERM" | "SIGKILL"): void {
  if (child.pid === undefined) return;
  try {
    process.kill(name === "SIGKILL" ? -child.pid : child.pid, name);
  } catch {
    // It has ended.
  }
}
