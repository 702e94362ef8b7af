import { ObservedClient, UnexpectedAnswer } from './observed-client';
import type { Random } from './random';
import type { History } from '../audit/history';
import { greyPng } from '../support/png';

const TAGS = ['cat', 'dog', 'sea'];

export const USERS = ['alice', 'bob', 'carol'];

/** Clients that use every route until the server stops. */
export class Load {
  /** The bytes of each image that must become ready. */
  readonly sent = new Map<string, Buffer>();
  private readonly clients: ObservedClient[];
  private readonly owners = new Map<string, ObservedClient>();
  private readonly touched = new Set<string>();
  private serial = 0;

  constructor(url: string, history: History, private readonly random: Random) {
    this.clients = USERS.map(user => new ObservedClient(url, user, history));
  }

  get answers(): number {
    return this.clients.reduce((sum, client) => sum + client.answers, 0);
  }

  get images(): number {
    return this.owners.size;
  }

  findOwner(id: string): ObservedClient {
    return this.owners.get(id)!;
  }

  /** Images that were requested since the last call. */
  takeTouched(): string[] {
    const touched = [...this.touched];
    this.touched.clear();
    return touched;
  }

  /** Ends when the server no longer answers. */
  async run(): Promise<void> {
    await Promise.all([...this.clients, ...this.clients].map(async client => this.use(client)));
  }

  private async use(client: ObservedClient): Promise<void> {
    try {
      for (;;) await this.liveThrough(client);
    } catch (error) {
      if (error instanceof UnexpectedAnswer) throw error;
    }
  }

  /** Takes one image from creation to, sometimes, deletion, and reads an older one. */
  private async liveThrough(client: ObservedClient): Promise<void> {
    const id = await this.upload(client);
    if (this.random.isHit(0.9)) await client.confirm(id);
    if (this.random.isHit(0.7)) await client.patch(id, this.changes());
    if (this.random.isHit(0.3)) await client.delete(id);
    if (this.random.isHit(0.1)) await client.walk('limit=100');
    const older = this.random.among([...this.owners.keys()]);
    this.touched.add(older);
    await this.owners.get(older)!.get(older);
  }

  private async upload(client: ObservedClient): Promise<string> {
    const isRight = this.random.isHit(0.9);
    const bytes = isRight ? this.image() : this.noImage();
    const declared = {
      content_type: 'image/png',
      size: bytes.length,
      filename: `${this.serial}.png`,
      tags: this.tags(),
    };
    const { id, upload } = await client.create(declared, this.random.isHit(0.5) ? `key-${this.serial}` : undefined);
    this.owners.set(id, client);
    this.touched.add(id);
    if (isRight) this.sent.set(id, bytes);
    await client.put(id, upload!, bytes, isRight ? 'ready' : 'rejected');
    return id;
  }

  /** Different bytes each time, and quick to process. */
  private image(): Buffer {
    return greyPng(8, 8, Buffer.alloc(72), `${++this.serial} `.repeat(this.random.pickBetween(1, 3000)));
  }

  /** Confirm rejects one kind, a worker the other. */
  private noImage(): Buffer {
    const bytes = this.image();
    return this.random.isHit(0.5)
      ? Buffer.concat([Buffer.from('GIF89a', 'latin1'), bytes])
      : bytes.subarray(0, bytes.length - 30);
  }

  private changes(): Readonly<Record<string, unknown>> {
    return this.random.isHit(0.5)
      ? { tags: this.tags() }
      : { filename: `renamed ${this.serial}.png`, tags: this.tags() };
  }

  private tags(): string[] {
    return TAGS.filter(() => this.random.isHit(0.4));
  }
}
