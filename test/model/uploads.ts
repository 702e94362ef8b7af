import { createHash } from 'node:crypto';
import { CONTENT } from './memory-imaging';
import { confirmById } from './requests';
import { type KnownTicket, pick, type Session } from './session';
import { startOf } from './simulated-service';
import { type Body, type Create, LOOKED_INTO, type On, type Step, TYPES, VERY_SLOW } from './steps';
import { createImage, type Declaration } from '../../lambda/domain/create-image';
import { SWEEP } from '../../src/contract';
import type { Outcome } from '../audit/history';

export async function create(
  session: Session, step: Step, { request }: On<'create'>,
): Promise<KnownTicket | undefined> {
  const { history, skew } = session.service;
  const key = request.key === undefined ? undefined : `key-${request.key}`;
  const name = `${request.user}/${key}`;
  const known = history.begin(session.idOfKey.get(name) ?? '');
  const declared = declare(request);
  const { value, problem } = await session.operate(
    step, deps => createImage(deps, { userId: request.user }, declared, { key }),
  );
  if (problem === 'idempotency-conflict' && key === undefined) {
    throw new Error('a create without a key conflicts with another');
  }
  if (value === undefined) return undefined;
  if (key !== undefined) session.idOfKey.set(name, value.image_id);
  if (!session.images.some(({ id }) => id === value.image_id)) {
    session.images.unshift({ id: value.image_id, owner: request.user });
  }
  if (value.upload === null) {
    history.hasStatus(value.image_id, known, value.status);
    return undefined;
  }
  const until = value.upload.expires_at;
  history.created(value.image_id, known, until + SWEEP.GRACE_MS - skew);
  const ticket = { imageId: value.image_id, key: value.upload.url, size: declared.size, until, declared };
  session.tickets.unshift(ticket);
  return ticket;
}

export async function upload(session: Session, step: Step, { request, body }: On<'upload'>): Promise<void> {
  const ticket = await create(session, step, { do: 'create', request });
  if (ticket === undefined) return;
  await send(session, ticket, body, 0);
  await confirmById(session, step, { id: ticket.imageId, owner: request.user });
}

export async function put(session: Session, { ticket: which, body, slow }: On<'put'>): Promise<void> {
  const ticket = pick(session.tickets, which);
  if (ticket !== undefined) await send(session, ticket, body, slow);
}

/** A client's PUT. The service assumes that no PUT takes longer than the grace period, by any clock. */
async function send({ service }: Session, ticket: KnownTicket, wish: Body, slow: number): Promise<void> {
  await service.turns.take({});
  const { clock, objects, history, skew } = service;
  // Without a scanner and a worker from the start, these contents would become ready unchecked.
  const body = service.isScanned || !LOOKED_INTO.includes(wish) ? wish : 'right';
  const bytes = bytesOf(body, ticket);
  const landed = () => history.uploaded(ticket.imageId, outcomeOf(body, ticket.declared));
  const latest = ticket.until + SWEEP.GRACE_MS - skew - 1;
  const delay = Math.floor(slow * (latest - clock.now));
  if (body === 'other-size' && clock.now < ticket.until) {objects.plant(ticket.key, bytes, landed);} else if (slow < VERY_SLOW) {objects.upload(ticket, bytes, delay, landed);} else {
    clock.at(clock.now + delay, () => {
      if (service.mayLandLate(ticket.key)) {
        objects.plant(ticket.key, bytes, () => {});
      }
    });
  }
}

function declare({ type, size, filename, tags, hasChecksum, shared_with }: Create): Declaration {
  const checksum_sha256 = createHash('sha256').update(fill(type, size)).digest('base64');
  return {
    content_type: type,
    size,
    tags,
    shared_with,
    ...(filename === undefined ? {} : { filename }),
    ...(hasChecksum ? { checksum_sha256 } : {}),
  };
}

function bytesOf(body: Body, { declared: { content_type, size } }: KnownTicket): Buffer {
  switch (body) {
    case 'other-type': return fill(TYPES.find(type => type !== content_type), size);
    case 'no-type': return fill(undefined, size);
    case 'other-size': return fill(content_type, size + 1);
    case 'cut': return fill(content_type, size - 1);
    default: return fill(content_type, size, CONTENTS[body].content);
  }
}

/** The outcome of an image with these first bytes. */
function outcomeOf(body: Body, declared: Declaration): Outcome {
  if (!(body in CONTENTS)) return 'rejected';
  if (body !== 'right' && declared.checksum_sha256 !== undefined) return 'rejected';
  return CONTENTS[body as keyof typeof CONTENTS].outcome;
}

/** The outcome that a worker finds for bytes of the declared type and size. */
const CONTENTS = {
  'right': { content: CONTENT.GOOD, outcome: 'ready' },
  'corrupt': { content: CONTENT.CORRUPT, outcome: 'ready' },
  'bad-image': { content: CONTENT.BAD_IMAGE, outcome: 'rejected' },
  'poison': { content: CONTENT.POISON, outcome: 'failed' },
  'fatal': { content: CONTENT.FATAL, outcome: 'rejected' },
  'infected': { content: CONTENT.INFECTED, outcome: 'rejected' },
  'unscannable': { content: CONTENT.UNSCANNABLE, outcome: 'rejected' },
  'scanned-late': { content: CONTENT.SCANNED_LATE, outcome: 'ready' },
  'never-scanned': { content: CONTENT.NEVER_SCANNED, outcome: 'failed' },
  'scanner-outage': { content: CONTENT.SCANNER_OUTAGE, outcome: 'ready' },
  'found-later': { content: CONTENT.FOUND_LATER, outcome: 'any' },
} as const satisfies Partial<Record<Body, { content: number; outcome: Outcome }>>;

function fill(type: Parameters<typeof startOf>[0], size: number, content: number = CONTENT.GOOD): Buffer {
  return Buffer.alloc(size, content).fill(startOf(type), 0, 1);
}
