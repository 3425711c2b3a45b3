import type { Bus, BusReports, ListenOptions, Unsubscribe } from "./bus.ts";
import { Listener } from "./listener.ts";
import type { Topic, Topics } from "./topics.ts";

/** A consumer group that messages are meant for has no member now. */
export class GroupAbsent extends Error {
  constructor(group: string) {
    super(`The consumer group ${group} has no member.`);
    this.name = "GroupAbsent";
  }
}

type Consume<M> = (messages: readonly M[]) => Promise<void>;

/** The members of a consumer group; they take turns. */
class Group<M> {
  readonly #name: string;
  readonly #members: Consume<M>[] = [];
  #turn = 0;

  constructor(name: string) {
    this.#name = name;
  }

  join(member: Consume<M>): Unsubscribe {
    this.#members.push(member);
    return () => {
      const position = this.#members.indexOf(member);
      if (position >= 0) this.#members.splice(position, 1);
    };
  }

  /** A group whose members have all left still refuses what nobody dealt with: success would mean "kept". */
  async deliver(messages: readonly M[]): Promise<void> {
    this.#turn = (this.#turn + 1) % Math.max(this.#members.length, 1);
    const member = this.#members[this.#turn];
    if (!member) throw new GroupAbsent(this.#name);
    await member(messages);
  }
}

class Channel<M> {
  readonly groups = new Map<string, Group<M>>();
  readonly listeners = new Set<Listener<M>>();

  group(name: string): Group<M> {
    const known = this.groups.get(name) ?? new Group<M>(name);
    this.groups.set(name, known);
    return known;
  }

  async publish(messages: readonly M[]): Promise<void> {
    if (this.groups.size > 0) await Promise.all([...this.groups.values()].map((group) => group.deliver(messages)));
    for (const message of messages) for (const listener of this.listeners) listener.offer(message);
  }
}

/** The bus of a single process. */
export class InProcessBus implements Bus {
  readonly #channels: { [T in Topic]?: Channel<Topics[T]> } = {};
  readonly #reports: BusReports;

  constructor(reports: BusReports) {
    this.#reports = reports;
  }

  publish<T extends Topic>(topic: T, messages: readonly Topics[T][]): Promise<void> {
    return this.#channel(topic).publish(messages);
  }

  subscribe<T extends Topic>(
    topic: T,
    handle: (message: Topics[T]) => void | Promise<void>,
    options: ListenOptions<Topics[T]> = {},
  ): Unsubscribe {
    const { listeners } = this.#channel(topic);
    const listener = new Listener(handle, options, {
      failed: (error) => this.#reports.failed(topic, error),
      dropped: () => this.#reports.dropped(topic),
    });
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      listener.close();
    };
  }

  consume<T extends Topic>(topic: T, group: string, handle: Consume<Topics[T]>): Unsubscribe {
    return this.#channel(topic).group(group).join(handle);
  }

  #channel<T extends Topic>(topic: T): Channel<Topics[T]> {
    const known: Channel<Topics[T]> | undefined = this.#channels[topic];
    if (known) return known;
    const made = new Channel<Topics[T]>();
    (this.#channels as { [K in T]?: Channel<Topics[K]> })[topic] = made;
    return made;
  }
}
