import type { Clock } from './clock';
import type { DeadLetter, OperatorQueues, SurplusQueue, UploadQueue } from '../../lambda/domain/ports';
import type { Announcement, QueueStatus, VariantsToMake } from '../../src/contract';

export const MAX_RECEIVES = 5;
const VISIBILITY_MS = 6 * 60_000;
const HIDDEN_MS = 15 * 60_000;

export interface Message {
  readonly key: string;
  readonly remake?: VariantsToMake;
  readonly sentAt: number;
  /** The owner; only messages of the surplus queue have it. */
  readonly group?: string;
  receives: number;
  visibleAt: number;
}

/** SQS for workers and operators: at-least-once delivery, in any order, with a dead-letter queue. */
export class MemoryQueue implements UploadQueue, SurplusQueue, OperatorQueues {
  messages: Message[] = [];
  givenUp: Message[] = [];

  constructor(private readonly clock: Clock) {}

  async announce(key: string, which?: VariantsToMake): Promise<void> {
    this.messages.push({ key, remake: which, sentAt: this.clock.now, receives: 0, visibleAt: this.clock.now });
  }

  /** FIFO: delivers the next message of a group only when the previous one is done. */
  async add({ object_key: key, remake }: Announcement, group: string): Promise<void> {
    this.messages.push({ key, remake, group, sentAt: this.clock.now, receives: 0, visibleAt: this.clock.now });
  }

  receive(which: number): Message | undefined {
    const visible = this.messages.filter(each => each.visibleAt <= this.clock.now && this.isNext(each));
    const message = visible[which % visible.length];
    if (message === undefined) return undefined;
    message.receives++;
    message.visibleAt = this.clock.now + VISIBILITY_MS;
    return message;
  }

  private isNext(message: Message): boolean {
    return message.group === undefined || this.messages.find(({ group }) => group === message.group) === message;
  }

  /** Removes an acknowledged message. */
  drop(message: Message): void {
    this.messages = this.messages.filter(other => other !== message);
  }

  /** Moves a message to the dead-letter queue after too many receives. */
  giveUp(message: Message): void {
    this.drop(message);
    this.givenUp.push({ ...message, visibleAt: this.clock.now });
  }

  async receiveDeadLetters(most: number): Promise<readonly DeadLetter[]> {
    const taken = this.givenUp.filter(({ visibleAt }) => visibleAt <= this.clock.now).slice(0, Math.min(most, 2));
    return taken.map(message => {
      message.visibleAt = this.clock.now + HIDDEN_MS;
      const remove = async () => { this.givenUp = this.givenUp.filter(other => other !== message); };
      return {
        id: message.key,
        uploads: [{ object_key: message.key, remake: message.remake }],
        sentAt: message.sentAt,
        remove,
      };
    });
  }

  async status(): Promise<QueueStatus> {
    return { waiting: this.messages.length, working: 0, given_up: this.givenUp.length };
  }

  /** The SQS redrive for an operator: returns messages unchanged to their queue. */
  async returnReprocessing(): Promise<void> {
    const returned = this.givenUp.filter(({ remake }) => remake !== undefined);
    this.givenUp = this.givenUp.filter(message => !returned.includes(message));
    for (const { key, remake } of returned) await this.announce(key, remake);
  }
}
