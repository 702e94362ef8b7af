import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { Level } from 'level';
import { type Counts, Line, type Message, type Row } from './line';

/** For so long a message with the same deduplication ID is accepted and not added again (Amazon SQS Developer Guide, "Exactly-once processing"). */
const DEDUPLICATION_MS = 5 * 60_000;

/** What a FIFO queue asks of a message besides. */
export type FifoIds = Required<Pick<Message, 'group' | 'duplicateId'>>;

/** Digits of a place in the line: LevelDB orders keys as text. */
const DIGITS = 15;

type Operation = { readonly type: 'put'; readonly key: string; readonly value: Message } | { readonly type: 'del'; readonly key: string };

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

  private readonly deduplicated = new Map<string, Map<string, Message>>();
  private last = 0;
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(private readonly db: Level<string, Message>, private readonly queues: ReadonlyMap<string, Line>) {}

  async send(queue: string, body: string, inGroup?: FifoIds): Promise<Message> {
    const now = Date.now();
    const message: Message = { id: randomUUID(), body, sentAt: now, receives: 0, visibleAt: now, ...inGroup };
    const duplicate = inGroup && this.findDuplicate(queue, message);
    if (duplicate) return duplicate;
    await this.put([[this.makeKey(queue), message]]);
    return message;
  }

  /** A message that is deleted counts as well. The process forgets those when it ends. */
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

  /** The oldest that can be had, each hidden for a while. */
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

  /** Moves what has been received so often and can be had again. */
  async moveSpent(from: string, to: string, receives: number): Promise<void> {
    const spent = this.of(from).listVisibleAgain(Date.now()).filter(([, message]) => message.receives >= receives);
    if (spent.length === 0) return;
    const moved = spent.map(([, message]): Row => [this.makeKey(to), { ...message, receipt: undefined }]);
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
      if (message.duplicateId !== undefined) this.getSentMessages(key.slice(0, at)).set(message.duplicateId, message);
      this.last = Math.max(this.last, Number(key.slice(at + 1)));
    }
  }
}
