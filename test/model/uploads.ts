import { createHash } from 'node:crypto';
import { SWEEP } from '../../src/contract';
import { createImage, type Declaration } from '../../lambda/domain/create-image';
import { type KnownTicket, pick, type Session } from './session';
import { type Body, type Create, type On, type Step, TYPES } from './steps';
import { startOf } from './world';

export async function create(session: Session, step: Step, { request }: On<'create'>): Promise<void> {
  const { history, skew } = session.world;
  const key = request.key === undefined ? undefined : `key-${request.key}`;
  const name = `${request.user}/${key}`;
  const known = history.begin(session.idOfKey.get(name) ?? '');
  const declared = declare(request);
  const { value, problem } = await session.operate(step, deps => createImage(deps, { userId: request.user }, declared, key));
  if (problem === 'idempotency-conflict' && key === undefined) throw new Error('a create without a key conflicts with another');
  if (value === undefined) return;
  if (key !== undefined) session.idOfKey.set(name, value.image_id);
  if (!session.images.some(({ id }) => id === value.image_id)) session.images.unshift({ id: value.image_id, owner: request.user });
  if (value.upload === null) return history.hasStatus(value.image_id, known, value.status);
  const until = value.upload.expires_at;
  history.created(value.image_id, known, until + SWEEP.GRACE_MS - skew);
  session.tickets.unshift({ imageId: value.image_id, key: value.upload.url, size: declared.size, until, declared });
}

/** A client's PUT. The service relies on it that none takes longer than the grace period, by whichever clock. */
export async function put(session: Session, { ticket: which, body, slow }: On<'put'>): Promise<void> {
  const ticket = pick(session.tickets, which);
  if (ticket === undefined) return;
  await session.world.turns.take({});
  const { clock, objects, history, skew } = session.world;
  const landed = () => history.uploaded(ticket.imageId, outcomeOf(body, ticket.declared));
  const bytes = bytesOf(body, ticket);
  const latest = ticket.until + SWEEP.GRACE_MS - skew - 1;
  if (body === 'other-size' && clock.now < ticket.until) objects.plant(ticket.key, bytes, landed);
  else objects.put(ticket, bytes, Math.floor(slow * (latest - clock.now)), landed);
}

function declare({ type, size, filename, tags, hasChecksum }: Create): Declaration {
  const checksum_sha256 = createHash('sha256').update(fill(type, size)).digest('base64');
  return { content_type: type, size, tags, ...(filename === undefined ? {} : { filename }), ...(hasChecksum ? { checksum_sha256 } : {}) };
}

function bytesOf(body: Body, { declared: { content_type, size } }: KnownTicket): Buffer {
  switch (body) {
    case 'right': return fill(content_type, size);
    case 'other-type': return fill(TYPES.find(type => type !== content_type), size);
    case 'no-type': return fill(undefined, size);
    case 'corrupt': return fill(content_type, size, 1);
    case 'other-size': return fill(content_type, size + 1);
    case 'cut': return fill(content_type, size - 1);
  }
}

/** What becomes of an image whose first bytes are these. */
function outcomeOf(body: Body, declared: Declaration): 'ready' | 'rejected' {
  if (body === 'corrupt') return declared.checksum_sha256 === undefined ? 'ready' : 'rejected';
  return body === 'right' ? 'ready' : 'rejected';
}

function fill(type: Parameters<typeof startOf>[0], size: number, content = 0): Buffer {
  return Buffer.alloc(size, content).fill(startOf(type), 0, 1);
}
