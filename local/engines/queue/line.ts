/** Times are epoch milliseconds. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  readonly receives: number;
  readonly firstReceivedAt?: number;
  /** A received message is hidden until then. */
  readonly visibleAt: number;
  /** Receipt handle of the last receive. */
  readonly receipt?: string;
  /** Message group and deduplication ID, in a FIFO queue. */
  readonly group?: string;
  readonly duplicateId?: string;
}

export interface Counts {
  readonly visible: number;
  readonly hidden: number;
}

export type Row = [key: string, message: Message];

/** Messages in the order of their keys. Unreceived ones are kept apart: they may be many, and all are visible. */
export class Line {
  readonly fresh = new Map<string, Message>();
  readonly received = new Map<string, Message>();

  get(key: string): Message | undefined {
    return this.fresh.get(key) ?? this.received.get(key);
  }

  set(key: string, message: Message): void {
    this.delete(key);
    (message.receives === 0 ? this.fresh : this.received).set(key, message);
  }

  delete(key: string): void {
    this.fresh.delete(key);
    this.received.delete(key);
  }

  /** Lists messages that were received before and are visible again. */
  listVisibleAgain(now: number): Row[] {
    return [...this.received].filter(([, { visibleAt }]) => visibleAt <= now).sort(compareKeys);
  }

  /** Lists the oldest visible messages. */
  listOldest(most: number, now: number): Row[] {
    const inFlight = this.listGroupsInFlight(now);
    const isFree = ([, { group }]: Row): boolean => group === undefined || !inFlight.has(group);
    return [...this.listVisibleAgain(now).filter(isFree), ...take(this.fresh, most, isFree)].sort(compareKeys).slice(
      0, most,
    );
  }

  countMessages(now: number): Counts {
    const again = this.listVisibleAgain(now).length;
    return { visible: this.fresh.size + again, hidden: this.received.size - again };
  }

  /**
   * While a message is hidden, other messages of its group are not delivered (Amazon SQS Developer Guide, "FIFO queue
   * delivery logic"). One receive may return several messages of a group, in order.
   */
  private listGroupsInFlight(now: number): Set<string> {
    const groups = new Set<string>();
    for (const { group, visibleAt } of this.received.values()) {
      if (group !== undefined && visibleAt > now) groups.add(group);
    }
    return groups;
  }
}

function compareKeys([a]: Row, [b]: Row): number {
  return a < b ? -1 : 1;
}

function take(messages: ReadonlyMap<string, Message>, most: number, isFree: (row: Row) => boolean): Row[] {
  const rows: Row[] = [];
  for (const row of messages) {
    if (rows.length === most) break;
    if (isFree(row)) rows.push(row);
  }
  return rows;
}
