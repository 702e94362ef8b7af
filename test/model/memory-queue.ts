import type { Clock } from './clock';
import type { UploadQueue } from '../../lambda/domain/ports';

export const MAX_RECEIVES = 5;
const VISIBILITY_MS = 6 * 60_000;

export interface Message {
  readonly key: string;
  receives: number;
  visibleAt: number;
}

/** SQS as the worker meets it: at least once, in any order. */
export class MemoryQueue implements UploadQueue {
  messages: Message[] = [];
  /** Keys of messages that no receive is left to. */
  readonly exhausted = new Set<string>();

  constructor(private readonly clock: Clock) {}

  async announce(key: string): Promise<void> {
    this.messages.push({ key, receives: 0, visibleAt: this.clock.now });
  }

  receive(which: number): Message | undefined {
    const visible = this.messages.filter(({ visibleAt }) => visibleAt <= this.clock.now);
    const message = visible[which % visible.length];
    if (message === undefined) return undefined;
    message.receives++;
    message.visibleAt = this.clock.now + VISIBILITY_MS;
    if (message.receives >= MAX_RECEIVES) this.exhausted.add(message.key);
    return message;
  }

  /** Acknowledged, or moved to the dead-letter queue. */
  drop(message: Message): void {
    this.messages = this.messages.filter(other => other !== message);
  }
}
