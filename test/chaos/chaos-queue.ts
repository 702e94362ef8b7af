import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { UploadQueue } from '../../lambda/domain/ports';
import type { CreatedObject } from '../../local/engines/storage';
import { buildObjectCreatedEvent } from '../../local/engines/storage/event';
import { LOCAL } from '../../local/names';
import { QUEUE, type VariantsToMake } from '../../src/contract';
import type { Random } from '../crash/random';

const DROPPED = 0.1;
const DUPLICATED = 0.2;
export const BATCH = 5;

interface Message {
  readonly id: string;
  readonly body: string;
  receives: number;
}

/** Loses, repeats and reorders storage's messages. The service's own messages all arrive, in any order. */
export class ChaosQueue implements UploadQueue {
  readonly givenUp: string[] = [];
  dropped = 0;
  duplicated = 0;
  private messages: Message[] = [];
  private sent = 0;

  constructor(private readonly random: Random) {}

  readonly onUpload = (object: CreatedObject): void => {
    if (!object.key.startsWith('originals/')) return;
    if (this.random.isHit(DROPPED)) return void this.dropped++;
    const body = buildObjectCreatedEvent(object, LOCAL.REGION);
    this.put(body);
    if (this.random.isHit(DUPLICATED)) {
      this.duplicated++;
      this.put(body);
    }
  };

  async announce(object_key: string, which?: VariantsToMake): Promise<void> {
    this.put(JSON.stringify({ object_key, remake: which }));
  }

  take(): Message[] {
    const count = Math.min(BATCH, this.messages.length);
    return Array.from(
      { length: count }, () => this.messages.splice(this.random.pickBetween(0, this.messages.length - 1), 1)[0],
    );
  }

  /** Returns unprocessed messages to the queue, or drops them after too many receives. */
  giveBack(messages: readonly Message[]): void {
    for (const message of messages) {
      if (message.receives >= QUEUE.MAX_RECEIVES) this.givenUp.push(message.body);
      else this.messages.push(message);
    }
  }

  private put(body: string): void {
    this.messages.push({ id: String(this.sent++), body, receives: 0 });
  }
}

export function createEvent(messages: readonly Message[]): SQSEvent {
  return {
    Records: messages.map(message => ({
      messageId: message.id,
      body: message.body,
      attributes: { ApproximateReceiveCount: String(++message.receives) },
    } as SQSRecord)),
  };
}
