import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { Level } from 'level';

/** Times are epoch milliseconds. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  readonly receives: number;
  readonly firstReceivedAt?: number;
  /** Hidden until then, in somebody's hands. */
  readonly visibleAt: number;
  /** What the last receiver deletes it by. */
  readonly receipt?: string;
}

export interface Counts {
  readonly visible: number;
  readonly hidden: number;
}

/** Digits of a place in the line: LevelDB orders keys as text. */
const DIGITS = 15;

type Row = [key: string, message: Message];
type Operation = { readonly type: 'put'; readonly key: string; readonly value: Message } | { readonly type: 'del'; readonly key: string };

/** Messages by their keys, in the order of their keys. Those that nobody has received are apart: they may be many, and all of them can be had. */
class Line {
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

  /** Received before, and to be had again. */
  again(now: number): Row[] {
    return [...this.received].filter(([, { visibleAt }]) => visibleAt <= now).sort(byKey);
  }

  /** The oldest that can be had. */
  oldest(most: number, now: number): Row[] {
    return [...this.again(now), ...take(this.fresh, most)].sort(byKey).slice(0, most);
  }

  counts(now: number): Counts {
    const again = this.again(now).length;
    return { visible: this.fresh.size + again, hidden: this.received.size - again };
  }
}

function byKey([a]: Row, [b]: Row): number {
  return a < b ? -1 : 1;
}

function take(messages: ReadonlyMap<string, Message>, most: number): Row[] {
  const rows: Row[] = [];
  for (const row of messages) {
    if (rows.length === most) break;
    rows.push(row);
  }
  return rows;
}

/**
 * Messages of some queues, in memory, with LevelDB behind them: what has been answered is stored, in one batch that LevelDB applies whole or not
 * at all, so that it survives the process. A message that was in work then comes back once its time is over, as with SQS.
 */
export class Messages {
  static async open(path: string, queues: readonly string[]): Promise<Messages> {
    mkdirSync(path, { recursive: true });
    const db = new Level<string, Message>(path, { valueEncoding: 'json' });
    await db.open();
    const messages = new Messages(db, new Map(queues.map(queue => [queue, new Line()])));
    await messages.load();
    return messages;
  }

  private last = 0;
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(private readonly db: Level<string, Message>, private readonly queues: ReadonlyMap<string, Line>) {}

  async send(queue: string, body: string): Promise<Message> {
    const now = Date.now();
    const message = { id: randomUUID(), body, sentAt: now, receives: 0, visibleAt: now };
    await this.put([[this.nextKey(queue), message]]);
    return message;
  }

  /** The oldest that can be had, each hidden for a while. */
  async receive(queue: string, most: number, hiddenMs: number): Promise<Message[]> {
    const now = Date.now();
    const taken = this.of(queue).oldest(most, now).map(([key, message]): Row => [key, {
      ...message,
      receives: message.receives + 1,
      firstReceivedAt: message.firstReceivedAt ?? now,
      visibleAt: now + hiddenMs,
      receipt: `${key} ${randomUUID()}`,
    }]);
    await this.put(taken);
    return taken.map(([, message]) => message);
  }

  /** Moves what has been received so often and can be had again. */
  async moveSpent(from: string, to: string, receives: number): Promise<void> {
    const spent = this.of(from).again(Date.now()).filter(([, message]) => message.receives >= receives);
    if (spent.length === 0) return;
    const moved = spent.map(([, message]): Row => [this.nextKey(to), { ...message, receipt: undefined }]);
    await this.commit([
      ...spent.map(([key]) => ({ type: 'del', key } as const)),
      ...moved.map(([key, value]) => ({ type: 'put', key, value } as const)),
    ]);
  }

  /** Only its last receiver can: with an older receipt nothing happens, and that is no error (SQS API, DeleteMessage). */
  async delete(queue: string, receipt: string): Promise<void> {
    const [key] = receipt.split(' ');
    if (this.of(queue).get(key)?.receipt === receipt) await this.commit([{ type: 'del', key }]);
  }

  /** From now on, by its last receiver; false where the message is in nobody's hands, or in another's. */
  async hide(queue: string, receipt: string, hiddenMs: number): Promise<boolean> {
    const [key] = receipt.split(' ');
    const now = Date.now();
    const message = this.of(queue).get(key);
    if (message?.receipt !== receipt || message.visibleAt <= now) return false;
    await this.put([[key, { ...message, visibleAt: now + hiddenMs }]]);
    return true;
  }

  counts(queue: string): Counts {
    return this.of(queue).counts(Date.now());
  }

  async close(): Promise<void> {
    await this.turn;
    await this.db.close();
  }

  private of(queue: string): Line {
    return this.queues.get(queue)!;
  }

  private nextKey(queue: string): string {
    return `${queue}~${String(++this.last).padStart(DIGITS, '0')}`;
  }

  private async put(rows: readonly Row[]): Promise<void> {
    if (rows.length > 0) await this.commit(rows.map(([key, value]) => ({ type: 'put', key, value })));
  }

  /** In memory at once, so that nobody else takes it meanwhile; whoever asked has the answer only when it is stored. */
  private async commit(operations: readonly Operation[]): Promise<void> {
    for (const operation of operations) {
      const messages = this.of(operation.key.slice(0, operation.key.lastIndexOf('~')));
      if (operation.type === 'put') messages.set(operation.key, operation.value);
      else messages.delete(operation.key);
    }
    const stored = this.turn.then(async () => this.db.batch([...operations]));
    // One after the other: LevelDB may swap batches that are written at once.
    this.turn = stored.catch(() => undefined);
    await stored;
  }

  private async load(): Promise<void> {
    for await (const [key, message] of this.db.iterator()) {
      const at = key.lastIndexOf('~');
      this.queues.get(key.slice(0, at))?.set(key, message);
      this.last = Math.max(this.last, Number(key.slice(at + 1)));
    }
  }
}
