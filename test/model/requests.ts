import { type KnownImage, pick, type Session } from './session';
import { type On, type Patch, type Step, USERS } from './steps';
import { confirmImage } from '../../lambda/domain/confirm-image';
import { deleteImage } from '../../lambda/domain/delete-image';
import { downloadImage } from '../../lambda/domain/download-image';
import { readOwnImage } from '../../lambda/domain/own-image';
import type { Deps } from '../../lambda/domain/ports';
import { updateImage } from '../../lambda/domain/update-image';
import type { ImageRecord } from '../../src/contract';
import type { Known, Shown } from '../audit/history';

const TOMBSTONE_MS = 14 * 86_400_000;

const allowAll = () => true;

export async function get(session: Session, step: Step, action: On<'get'>): Promise<void> {
  await showing(
    session,
    step,
    pick(session.images, action.image),
    (deps, image) => readOwnImage(deps, { userId: image.owner }, image.id),
  );
}

export async function confirm(session: Session, step: Step, action: On<'confirm'>): Promise<void> {
  await confirmById(session, step, pick(session.images, action.image));
}

export async function confirmById(session: Session, step: Step, chosen?: KnownImage): Promise<void> {
  await showing(session, step, chosen, (deps, image) => confirmImage(deps, { userId: image.owner }, image.id));
}

export async function patch(session: Session, step: Step, { image: which, patch: wish }: On<'patch'>): Promise<void> {
  await showing(session, step, pick(session.images, which), async (deps, image, known) => {
    const required = wish.match === 'latest' ? known.version : known.version - 1;
    const precondition = wish.match === 'none' ? allowAll : (version: number) => version === required;
    const row = await updateImage(deps, { userId: image.owner }, image.id, wish, precondition);
    checkPatched(wish, required, shownBy(row));
    return row;
  });
}

export async function publish(session: Session, step: Step, { image: which, visibility }: On<'publish'>): Promise<void> {
  await showing(session, step, pick(session.images, which), async (deps, image) =>
    updateImage(deps, { userId: image.owner }, image.id, { visibility }, allowAll));
}

/** Sends a request that returns the image, and records the result. */
async function showing(
  session: Session, step: Step, image: KnownImage | undefined, request: (
    deps: Deps, image: KnownImage, known: Known
  ) => Promise<ImageRecord>,
): Promise<void> {
  if (image === undefined) return;
  const { history } = session.service;
  const known = history.begin(image.id);
  const { value, problem } = await session.operate(step, deps => request(deps, image, known));
  if (value !== undefined) history.shown(image.id, known, shownBy(value));
  if (problem === 'not-found') history.absent(image.id, known);
  if (problem === 'upload-missing') history.lacksUpload(image.id, known);
  if (problem === 'upload-rejected') history.hasStatus(image.id, known, 'rejected');
}

export async function download(session: Session, step: Step, { image: which }: On<'download'>): Promise<void> {
  const image = pick(session.images, which);
  if (image === undefined) return;
  const { history } = session.service;
  const known = history.begin(image.id);
  const request = (deps: Deps) => downloadImage(deps, { userId: image.owner }, image.id, () => 'attachment');
  const { value, problem } = await session.operate(step, request);
  if (value !== undefined) history.hasStatus(image.id, known, 'ready');
  if (problem === 'not-found') history.absent(image.id, known);
  if (problem === 'not-ready' && known.status === 'ready') {
    throw new Error(`${image.id} was ready, but cannot be downloaded`);
  }
}

/** A batch runs all of its deletes in one process. */
export async function deleteBatch(session: Session, step: Step, { images }: On<'delete'>): Promise<void> {
  const chosen = [...new Set(images.flatMap(which => pick(session.images, which) ?? []))];
  const { history, clock } = session.service;
  const known = new Map(chosen.map(({ id }) => [id, history.begin(id)]));
  const roaming = new Set(chosen.filter(({ id }) => history.deletionAsked(id)).map(({ id }) => id));
  for (const { id, owner } of chosen) {
    const { value, problem } = await session.operate(
      step, async deps => (await deleteImage(deps, { userId: owner }, id), true),
    );
    if (value) history.deletionAcknowledged(id);
    if (roaming.has(id) && (value || problem !== undefined)) history.answered(id);
    if (problem === 'not-found') checkMayBeAbsent(id, known.get(id)!, clock.now);
  }

  function checkMayBeAbsent(id: string, before: Known, now: number): void {
    if (before.deletion === undefined) return;
    const isRecent = before.deletedAt !== undefined && now < before.deletedAt + TOMBSTONE_MS;
    if (isRecent) throw new Error(`${id} was deleted less than 14 days ago, but another DELETE does not find it`);
  }
}

export async function trespass(session: Session, step: Step, { image: which, by }: On<'trespass'>): Promise<void> {
  const image = pick(session.images, which);
  if (image === undefined) return;
  const stranger = { userId: USERS.find(user => user !== image.owner)! };
  const attempts: Record<typeof by, (deps: Deps) => Promise<unknown>> = {
    get: deps => readOwnImage(deps, stranger, image.id),
    confirm: deps => confirmImage(deps, stranger, image.id),
    patch: deps => updateImage(deps, stranger, image.id, { tags: ['mine'] }, allowAll),
    delete: async deps => (await deleteImage(deps, stranger, image.id), true),
    download: deps => downloadImage(deps, stranger, image.id, () => 'attachment'),
  };
  const { value, problem } = await session.operate(step, attempts[by]);
  if (value !== undefined || (problem !== undefined && problem !== 'not-found')) {
    throw new Error(`${by} of another's image answered ${problem ?? 'success'}, not not-found`);
  }
}

export function shownBy({ status, version, filename, tags, shared_with, variants }: ImageRecord): Shown {
  return { status, version, filename: filename ?? null, tags: tags ?? [], shared_with: shared_with ?? [], variants };
}

function checkPatched({ filename, tags, shared_with, match }: Patch, required: number, shown: Shown): void {
  const isChanged = (filename === undefined || shown.filename === filename)
    && (tags === undefined || JSON.stringify(shown.tags) === JSON.stringify(tags ?? []))
    && (shared_with === undefined || JSON.stringify(shown.shared_with) === JSON.stringify(shared_with ?? []));
  if (!isChanged) throw new Error(`a PATCH answered without its changes: ${JSON.stringify(shown)}`);
  if (match !== 'none' && shown.version !== required && shown.version !== required + 1) {
    throw new Error(`a PATCH of version ${required} answered version ${shown.version}`);
  }
}
