import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { Client, put } from '../acceptance/support/client';
import { imageBytes } from '../acceptance/support/images';
import type { Created } from '../acceptance/support/model';
import type { Reply } from '../acceptance/support/reply';
import { walk } from '../acceptance/support/walk';
import { createEnvironment } from '../environments/select';

const environment = createEnvironment();
beforeAll(async () => environment.start(), 60_000);
afterAll(async () => environment.stop());

/** An act of a user; `target` picks one of all images made so far, of any owner. */
interface Act {
  readonly by: 'A' | 'B';
  readonly does: 'create' | 'repeat' | 'upload' | 'confirm' | 'get' | 'rename' | 'tag' | 'delete' | 'batch' | 'download' | 'list' | 'tagged' | 'usage';
  readonly target: number;
}

const act = fc.record<Act>({
  by: fc.constantFrom('A', 'B'),
  does: fc.constantFrom(
    'create',
    'repeat',
    'upload',
    'confirm',
    'get',
    'rename',
    'tag',
    'delete',
    'batch',
    'download',
    'list',
    'tagged',
    'usage',
  ),
  target: fc.nat(5),
});

test('the acts of user B change no response to user A', async () => {
  await fc.assert(fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 30 }), async acts => {
    // Each history begins with an image of each user, so that every act has a target.
    const story: Act[] = [...opening('A'), ...opening('B'), ...acts];
    expect(await viewOfA(story)).toEqual(await viewOfA(story.filter(({ by }) => by === 'A')));
  }), { numRuns: 30 });
}, 120_000);

function opening(by: Act['by']): Act[] {
  return (['create', 'upload', 'confirm'] as const).map(does => ({ by, does, target: by === 'A' ? 0 : 1 }));
}

interface Made {
  readonly by: Act['by'];
  readonly created: Created;
}

/** Plays a story with new users and returns A's replies without the parts that differ between runs. */
async function viewOfA(story: readonly Act[]): Promise<string[]> {
  const name = randomUUID();
  const users = { A: new Client(environment, name), B: new Client(environment, `${name}b`) };
  const made: Made[] = [];
  const seen: string[] = [];
  for (const step of story) {
    const reply = await play(users[step.by], step, made);
    if (step.by === 'A' && reply) seen.push(`${step.does} → ${reply.status} ${reply.body.toString()}`);
  }
  seen.push(JSON.stringify(await walk(users.A)));
  const mine = made.filter(({ by }) => by === 'A').map(({ created }) => created.image_id);
  return seen.map(text => anonymous(text, name, mine));
}

async function play(user: Client, { by, does, target }: Act, made: Made[]): Promise<Reply | undefined> {
  const image = does === 'create' || does === 'repeat' ? undefined : pick(by, target, made);
  const id = image?.image_id ?? 'none';
  switch (does) {
    case 'create': return remember(
      by, await user.create({ content_type: 'image/png', size: 64, tags: ['made'] }), made,
    );
    case 'repeat': return remember(
      by, await user.create({ content_type: 'image/png', size: 64 }, { 'idempotency-key': 'same' }), made,
    );
    case 'upload': return void (image?.upload && await put(image.upload, imageBytes('image/png', 64)));
    case 'confirm': return user.confirm(id);
    case 'get': return user.get(id);
    case 'rename': return user.patch(id, { filename: `by ${by}` });
    case 'tag': return user.patch(id, { tags: [`by ${by}`, 'made'] });
    case 'delete': return user.delete(id);
    case 'batch': return user.call('POST', '/images/batch-delete', { json: { image_ids: [id] } });
    case 'download': return user.call('GET', `/images/${id}/download`);
    case 'list': return user.list();
    case 'tagged': return user.list('tag=made&limit=2');
    case 'usage': return user.call('GET', '/usage');
  }
}

/**
 * A targets only A's images, so that A acts alike in both stories. B targets all images, but uploads no bytes for A.
 */
function pick(by: Act['by'], target: number, made: readonly Made[]): Created | undefined {
  const reachable = made.filter(entry => by === 'B' || entry.by === 'A');
  const entry = reachable[target % Math.max(1, reachable.length)];
  return entry && { ...entry.created, upload: (entry.by === by ? entry.created.upload : undefined)! };
}

function remember(by: Act['by'], reply: Reply, made: Made[]): Reply {
  const created = reply.json<Created>();
  if (reply.status < 300 && !made.some(entry => entry.created.image_id === created.image_id)) {
    made.push({ by, created });
  }
  return reply;
}

function anonymous(text: string, name: string, ids: readonly string[]): string {
  const named = ids.reduce((result, id, i) => result.replaceAll(id, `image ${i}`), text).replaceAll(name, 'A');
  return named.replace(/"https?:[^"]*"/g, '"URL"').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T').replace(
    /"next_cursor":"[^"]+"/g, '"next_cursor":"C"',
  );
}
