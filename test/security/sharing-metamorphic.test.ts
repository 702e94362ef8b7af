import fc from 'fast-check';
import { type Ask, readJson, readStatus, World } from './sharing/world';
import type { ImageView } from '../acceptance/support/model';
import { VIEWER_FIELDS } from '../acceptance/support/model';

/**
 * Two worlds: in one the owner shares, publishes, tags and deletes images, and in the other there is no owner. An image
 * that the viewer may not see at a moment must answer in both with the same bytes, headers and request ids included.
 */
const OWNER = 'alice';
const VIEWER = { user: 'bob', groups: ['editors'] };
const ENTRIES = ['user:bob', 'group:editors', 'user:carol', 'group:bob', 'user:editors', 'group:staff', 'user:alice'];

const SLOTS = 2;
const shares = fc.uniqueArray(fc.constantFrom(...ENTRIES), { maxLength: 3 });
const visibility = fc.constantFrom('private' as const, 'public' as const);
const image = fc.nat({ max: SLOTS - 1 });

type Act =
  | { readonly does: 'create'; readonly image: number; readonly shared_with: string[]; readonly visibility: Visibility }
  | { readonly does: 'confirm' | 'reject' | 'unshare' | 'delete' | 'expose'; readonly image: number }
  | { readonly does: 'share'; readonly image: number; readonly shared_with: string[] }
  | { readonly does: 'set'; readonly image: number; readonly visibility: Visibility }
  | { readonly does: 'tag'; readonly image: number; readonly tags: string[] }
  /** The viewer changes an own image. */
  | { readonly does: 'work'; readonly tags: string[] };
type Visibility = 'private' | 'public';

const tags = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 });
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ does: fc.constant('create' as const), image, shared_with: shares, visibility }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constantFrom('confirm' as const, 'expose' as const), image }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('reject' as const), image }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constantFrom('unshare' as const, 'delete' as const), image }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('share' as const), image, shared_with: shares }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('set' as const), image, visibility }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('tag' as const), image, tags }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('work' as const), tags }) },
);

/** An image of the owner, as the contract describes its life. */
interface Known {
  readonly id: string;
  readonly key: string;
  status: 'pending' | 'ready' | 'rejected' | 'gone';
  visibility: Visibility;
  shared_with: readonly string[];
}

const RUNS = Number(process.env.SHARING_RUNS ?? 2000);

test('an image that a user may not see answers byte for byte as if it did not exist, at every moment', async () => {
  await fc.assert(fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 14 }), async acts => {
    await play([{ does: 'create', image: 0, shared_with: [], visibility: 'private' }, ...acts]);
  }), { numRuns: RUNS });
}, 300_000);

async function play(acts: readonly Act[]): Promise<void> {
  const history = new SharedHistory();
  await history.start();
  for (const next of acts) {
    await history.perform(next);
    await history.compare();
  }
}

class SharedHistory {
  private readonly full = new World();
  private readonly without = new World();
  private readonly current = new Map<number, Known>();
  private readonly all: Known[] = [];
  private own = '';
  private number = 0;

  /** The viewer has an own image in both worlds. */
  async start(): Promise<void> {
    const [id, other] = await this.asViewer({
      method: 'POST', resource: '/images', json: { content_type: 'image/png', size: 8 },
    });
    expect(id).toBe(other);
    const { image_id, upload } = readJson<{ image_id: string; upload: { url: string } }>(id);
    this.own = image_id;
    for (const world of [this.full, this.without]) world.upload(upload.url);
    await this.asViewer({ method: 'POST', resource: '/images/{image_id}/confirm', id: image_id });
  }

  async perform(next: Act): Promise<void> {
    for (const world of [this.full, this.without]) world.tick(1000);
    if (next.does === 'work') {
      await this.asViewer({ method: 'PATCH', resource: '/images/{image_id}', id: this.own, json: { tags: next.tags } });
      return;
    }
    if (next.does === 'create') return this.create(next);
    const known = this.current.get(next.image);
    if (known !== undefined) await this.change(known, next);
  }

  private async create({ image: slot, shared_with, visibility: wanted }: Act & { does: 'create' }): Promise<void> {
    const json = { content_type: 'image/png', size: 8, filename: 'secret.png', shared_with, visibility: wanted };
    const { image_id: id, upload } = readJson<{ image_id: string; upload: { url: string } }>(
      await this.asOwner({ method: 'POST', resource: '/images', json }, 201),
    );
    const known: Known = { id, key: upload.url, status: 'pending', visibility: wanted, shared_with };
    this.current.set(slot, known);
    this.all.push(known);
  }

  private async change(known: Known, next: Exclude<Act, { does: 'create' | 'work' }>): Promise<void> {
    const { id } = known;
    const isThere = known.status !== 'gone';
    const resource = '/images/{image_id}';
    const patch = async (json: object) => {
      await this.asOwner({ method: 'PATCH', resource, id, json }, isThere ? 200 : 404);
      if (isThere) Object.assign(known, json);
    };
    switch (next.does) {
      case 'confirm': return this.confirm(known, 'ready');
      case 'reject': return this.confirm(known, 'rejected');
      case 'expose': return known.status === 'ready' ? this.full.addVariant(id) : undefined;
      case 'unshare': return patch({ shared_with: [] });
      case 'share': return patch({ shared_with: next.shared_with });
      case 'set': return patch({ visibility: next.visibility });
      case 'tag': return patch({ tags: next.tags });
      case 'delete':
        await this.asOwner({ method: 'DELETE', resource, id }, 204);
        known.status = 'gone';
    }
  }

  /** Uploads bytes of the declared type or of another one, and confirms. */
  private async confirm(known: Known, outcome: 'ready' | 'rejected'): Promise<void> {
    if (known.status !== 'pending') return;
    this.full.upload(known.key, outcome === 'ready' ? 'image/png' : 'image/jpeg');
    const ask = { method: 'POST', resource: '/images/{image_id}/confirm', id: known.id };
    await this.asOwner(ask, outcome === 'ready' ? 200 : 422);
    known.status = outcome;
  }

  /** Compares all that the viewer can ask at this moment. */
  async compare(): Promise<void> {
    const views = new Map<string, ImageView>();
    for (const known of this.all) {
      const [seen, absent] = await this.asViewer({ method: 'GET', resource: '/images/{image_id}', id: known.id });
      if (isVisible(known)) views.set(known.id, await this.checkView(known, seen));
      else expect(seen).toBe(absent);
      await this.compareOthers(known);
    }
    await this.compareBatch(views);
    await this.compareList({ shared: 'true' }, 'user:bob', views);
    await this.compareList({ group: 'editors' }, 'group:editors', views);
    for (const ask of [
      { method: 'GET', resource: '/images' }, { method: 'GET', resource: '/images', query: { group: 'staff' } },
      { method: 'GET', resource: '/usage' }, { method: 'GET', resource: '/images/{image_id}', id: this.own },
    ]) {
      const [seen, expected] = await this.asViewer(ask);
      expect(seen).toBe(expected);
    }
  }

  /** The view of viewers, with the values of the owner's view. */
  private async checkView({ id }: Known, seen: string): Promise<ImageView> {
    const owner = readJson<ImageView>(await this.asOwner({ method: 'GET', resource: '/images/{image_id}', id }, 200));
    expect(readStatus(seen)).toBe(200);
    const view = readJson<ImageView>(seen);
    expect(view).toEqual(Object.fromEntries(VIEWER_FIELDS.map(field => [field, owner[field]])));
    return view;
  }

  /** Nobody but the owner changes or downloads an image, also if it can be seen. */
  private async compareOthers({ id }: Known): Promise<void> {
    const resource = '/images/{image_id}';
    const asks: Omit<Ask, 'user'>[] = [
      { method: 'PATCH', resource, id, json: { visibility: 'public' } },
      { method: 'DELETE', resource, id },
      { method: 'POST', resource: `${resource}/confirm`, id },
      { method: 'GET', resource: `${resource}/download`, id },
      { method: 'POST', resource: '/images/batch-delete', json: { image_ids: [id] } },
    ];
    const [seen, absent] = await this.asViewer(asks[this.number % asks.length]);
    expect(seen).toBe(absent);
  }

  private async compareBatch(views: ReadonlyMap<string, ImageView>): Promise<void> {
    const image_ids = this.all.map(({ id }) => id);
    const [seen, absent] = await this.asViewer({ method: 'POST', resource: '/images/batch-get', json: { image_ids } });
    if (views.size === 0) return expect(seen).toBe(absent);
    const expected = readJson<{ results: { image_id: string }[] }>(absent).results.map(result => {
      const view = views.get(result.image_id);
      return view === undefined ? result : { image_id: result.image_id, status: 200, image: view };
    });
    expect(JSON.stringify(readJson<{ results: unknown[] }>(seen).results)).toBe(JSON.stringify(expected));
  }

  private async compareList(
    query: Record<string, string>, entry: string, views: ReadonlyMap<string, ImageView>,
  ): Promise<void> {
    const [seen, empty] = await this.asViewer({ method: 'GET', resource: '/images', query });
    const listed = this.all.filter(known => known.shared_with.includes(entry) && views.has(known.id));
    if (listed.length === 0) return expect(seen).toBe(empty);
    const images = listed.map(({ id }) => views.get(id)!);
    const newestFirst = images.sort((a, b) => (a.created_at! < b.created_at! ? 1 : -1));
    expect(readJson<object>(seen)).toEqual({ images: newestFirst, next_cursor: null });
  }

  /** The answers of the world with the owner and of the one without. */
  private async asViewer(ask: Omit<Ask, 'user'>): Promise<[string, string]> {
    const number = ++this.number;
    return [
      await this.full.ask({ ...VIEWER, ...ask }, number), await this.without.ask({ ...VIEWER, ...ask }, number),
    ];
  }

  private async asOwner(ask: Omit<Ask, 'user'>, status: number): Promise<string> {
    const text = await this.full.ask({ user: OWNER, ...ask }, ++this.number);
    if (readStatus(text) !== status) throw new Error(`${JSON.stringify(ask)} must answer ${status}, got: ${text}`);
    return text;
  }
}

/** The rule of the contract: a ready image that is public, or shared with the user or one of the groups. */
function isVisible({ status, visibility: current, shared_with }: Known): boolean {
  return status === 'ready'
    && (current === 'public' || shared_with.includes('user:bob') || shared_with.includes('group:editors'));
}
