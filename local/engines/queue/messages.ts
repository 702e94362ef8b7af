import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { Level } from 'level';
import { type Counts, Line, type Message, type Row } from './line';

/**
 * Time in which a message with a repeated deduplication ID is accepted but not added (Amazon SQS Developer Guide,
 * "Exactly-once processing").
 */
const DEDUPLICATION_MS = 5 * 60_000;

/** The IDs of a message in a FIFO queue. */
export type FifoIds = Required<Pick<Message, 'group' | 'duplicateId'>>;

/** Digits of the number in a key: LevelDB orders keys as text. */
const DIGITS = 15;

type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: Message }
| { readonly type: 'del'; readonly key: string };

/**
 * Messages of several queues, in memory and in LevelDB. An operation is answered after its atomic batch is stored, so
 * it survives a crash. A message that was hidden at the crash returns after its visibility timeout, as with SQS.
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

  private readonly deduplicated = new Map<string, Map<string, Message>>();
  private last = 0;
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly db: Level<string, Message>,
    private readonly queues: ReadonlyMap<string, Line>,
  ) {}

  async send(queue: string, body: string, inGroup?: FifoIds): Promise<Message> {
    const now = Date.now();
    const message: Message = { id: randomUUID(), body, sentAt: now, receives: 0, visibleAt: now, ...inGroup };
    const duplicate = inGroup && this.findDuplicate(queue, message);
    if (duplicate) return duplicate;
    await this.put([[this.makeKey(queue), message]]);
    return message;
  }

  /** Deleted messages count, too, until the process ends. */
  private findDuplicate(queue: string, message: Message): Message | undefined {
    const sent = this.getSentMessages(queue);
    for (const [id, { sentAt }] of sent) {
      if (sentAt > message.sentAt - DEDUPLICATION_MS) break;
      sent.delete(id);
    }
    const duplicate = sent.get(message.duplicateId!);
    if (!duplicate) sent.set(message.duplicateId!, message);
    return duplicate;
  }

  private getSentMessages(queue: string): Map<string, Message> {
    const sent = this.deduplicated.get(queue) ?? new Map<string, Message>();
    this.deduplicated.set(queue, sent);
    return sent;
  }

  /** Receives the oldest visible messages and hides them. */
  async receive(queue: string, most: number, hiddenMs: number): Promise<Message[]> {
    const now = Date.now();
    const taken = this.of(queue).listOldest(most, now).map(([key, message]): Row => [key, {
      ...message,
      receives: message.receives + 1,
      firstReceivedAt: message.firstReceivedAt ?? now,
      visibleAt: now + hiddenMs,
      receipt: `${key} ${randomUUID()}`,
    }]);
    await this.put(taken);
    return taken.map(([, message]) => message);
  }

  /** Moves visible messages that have been received too often. */
  async moveSpent(from: string, to: string, receives: number): Promise<void> {
    const spent = this.of(from).listVisibleAgain(Date.now()).filter(([, message]) => message.receives >= receives);
    if (spent.length === 0) return;
    const moved = spent.map(([, message]): Row => [this.makeKey(to), { ...message, receipt: undefined }]);
    await this.commit([
      ...spent.map(([key]) => ({ type: 'del', key } as const)),
      ...moved.map(([key, value]) => ({ type: 'put', key, value } as const)),
    ]);
  }

  /** Deletes by the latest receipt handle. An older one has no effect, and is not an error (SQS API, DeleteMessage). */
  async delete(queue: string, receipt: string): Promise<void> {
    const [key] = receipt.split(' ');
    if (this.of(queue).get(key)?.receipt === receipt) await this.commit([{ type: 'del', key }]);
  }

  /** Hides a message from now on. False if the message is visible, or the receipt handle is not the latest. */
  async hide(queue: string, receipt: string, hiddenMs: number): Promise<boolean> {
    const [key] = receipt.split(' ');
    const now = Date.now();
    const message = this.of(queue).get(key);
    if (message?.receipt !== receipt || message.visibleAt <= now) return false;
    await this.put([[key, { ...message, visibleAt: now + hiddenMs }]]);
    return true;
  }

  countMessages(queue: string): Counts {
    return this.of(queue).countMessages(Date.now());
  }

  async close(): Promise<void> {
    await this.turn;
    await this.db.close();
  }

  private of(queue: string): Line {
    return this.queues.get(queue)!;
  }

  private makeKey(queue: string): string {
    return `${queue}~${String(++this.last).padStart(DIGITS, '0')}`;
  }

  private async put(rows: readonly Row[]): Promise<void> {
    if (rows.length > 0) await this.commit(rows.map(([key, value]) => ({ type: 'put', key, value })));
  }

  /**
   * Applies operations in memory at once, so that no other receiver takes a message, and resolves when they are stored.
   */
  private async commit(operations: readonly Operation[]): Promise<void> {
    for (const operation of operations) {
      const messages = this.of(operation.key.slice(0, operation.key.lastIndexOf('~')));
      if (operation.type === 'put') messages.set(operation.key, operation.value);
      else messages.delete(operation.key);
    }
    const stored = this.turn.then(async () => this.db.batch([...operations]));
    // Sequential, because LevelDB may reorder concurrent batches.
    this.turn = stored.catch(() => undefined);
    await stored;
  }

  private async load(): Promise<void> {
    for await (const [key, message] of this.db.iterator()) {
      const at = key.lastIndexOf('~');
      this.queues.get(key.slice(0, at))?.set(key, message);
      if (message.duplicateId !== undefined) this.getSentMessages(key.slice(0, at)).set(message.duplicateId, message);
      this.last = Math.max(this.last, Number(key.slice(at + 1)));
    }
  }
}
