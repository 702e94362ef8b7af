import { findEventFaults } from './events';
import { forge, withoutForged } from './forgers';
import { memoryStorage } from './memory-storage';
import { command, reprocess } from './operators';
import { confirm, deleteBatch, download, get, patch, publish, trespass } from './requests';
import { Session } from './session';
import { see, SHARED_WALKS } from './shares';
import { type Broken, SimulatedService } from './simulated-service';
import { type Action, type Scenario, type Step, TAGS, TYPES, USERS, type WalkRequest } from './steps';
import { create, put, upload } from './uploads';
import { checkShown, invalidate, view } from './viewers';
import { walkBusily, walkThrough } from './walk-through';
import { QUIET_STEP, work, workThrough } from './workers';
import { sweep } from '../../lambda/domain/sweep';
import { computeSettings } from '../../lambda/domain/variant-settings';
import type { ImageRecord } from '../../src/contract';
import { audit } from '../audit/auditor';
import type { Finding } from '../audit/finding';
import type { Walk } from '../audit/walk-rules';

const HOUR_MS = 3_600_000;
/** An image without a scan result fails after a day, at the sweep after that. */
const MOST_SWEEPS = 64;

/** Runs a scenario, waits until the service settles, and audits the stores. */
export async function run(scenario: Scenario, broken: Broken = {}): Promise<Finding[]> {
  const service = new SimulatedService(scenario, broken);
  const session = new Session(service);
  let underWay: Promise<void>[] = [];
  for (const step of scenario.steps) {
    for (let i = 0; i < step.times; i++) underWay.push(perform(session, step, step.action));
    if (step.overlaps) continue;
    await service.turns.until(Promise.all(underWay));
    underWay = [];
  }
  await service.turns.until(Promise.all(underWay));
  await settle(session);
  const walks = await Promise.all(QUIET_WALKS.map(request => walkQuietly(service, request)));
  const { table, objects, history, isScanned, scanner, deletions } = service;
  withoutForged(service);
  const set = service.isProcessing ? wholeSet(service) : undefined;
  const options = {
    settledAt: service.clock.now,
    history,
    walks,
    isScanned,
    hasCdn: service.hasCdn,
    set,
    courses: table.courses,
    deletions,
  };
  const findings = await audit(memoryStorage(table, objects, scanner), options);
  checkShown(service.cdn, table.rows, findings);
  return [...findings, ...await findEventFaults(service), ...service.surprises];
}

async function perform(session: Session, step: Step, action: Action): Promise<void> {
  switch (action.do) {
    case 'upload': return upload(session, step, action);
    case 'create': return void await create(session, step, action);
    case 'put': return put(session, action);
    case 'get': return get(session, step, { ...action, do: 'get' });
    case 'see': return see(session, step, { ...action, do: 'see' });
    case 'confirm': return confirm(session, step, { ...action, do: 'confirm' });
    case 'download': return download(session, step, { ...action, do: 'download' });
    case 'patch': return patch(session, step, action);
    case 'publish': return publish(session, step, action);
    case 'delete': return deleteBatch(session, step, action);
    case 'trespass': return trespass(session, step, action);
    case 'walk': return walkBusily(session, step, action);
    case 'race': return void await Promise.all(action.rivals.map(rival => perform(session, step, rival)));
    case 'sweep': return visit(session, step);
    case 'work': return work(session, step, action);
    case 'deploy': return deploy(session.service);
    case 'redrive': return command(session, step, { command: 'redrive' });
    case 'reprocess': return reprocess(session, step, action);
    case 'view': return view(session, step, action);
    case 'invalidate': return invalidate(session, step, action);
    case 'forge': return forge(session, action);
    case 'tick': return tick(session.service, action.ms);
  }
}

async function visit(session: Session, step: Step): Promise<void> {
  if (session.service.broken.sweeps !== false) await session.operate(step, deps => sweep(deps, Infinity));
}

async function deploy(service: SimulatedService): Promise<void> {
  await service.turns.take({});
  service.deploy();
}

async function tick(service: SimulatedService, milliseconds: number): Promise<void> {
  await service.turns.take({});
  service.clock.advance(milliseconds);
  service.table.dropExpired();
}

/** All requests have ended: advances time and runs the sweeper until nothing is due. */
async function settle(session: Session): Promise<void> {
  const { service } = session;
  for (let i = 0; i < MOST_SWEEPS; i++) {
    service.clock.advance(HOUR_MS + 60_000);
    if (service.broken.sweeps !== false) await sweep(service.deps(), Infinity);
    await service.queue.returnReprocessing();
    await workThrough(session);
    await invalidateAll(session);
    if (
      service.queue.messages.length === 0 && service.cdn.messages.length === 0
      && ![...service.table.rows.values()].some(row => 'due_at' in row && !service.forged.has(row.image_id))
    ) {
      break;
    }
  }
  if (service.isProcessing) await reprocessAll(session);
  // Lets late PUTs land and the indexes catch up.
  service.clock.advance(3 * HOUR_MS);
}

/** CloudFront accepts every invalidation. */
async function invalidateAll(session: Session): Promise<void> {
  const { turns, cdn } = session.service;
  if (cdn.messages.length > 0) await turns.until(invalidate(session, QUIET_STEP, { refusals: 0 }));
}

/** Reprocesses every image with the set of the last release. */
async function reprocessAll(session: Session): Promise<void> {
  const { service } = session;
  service.scanner.isCorrected = true;
  const images = [...service.table.rows.values()].filter(
    (row): row is ImageRecord => 'status' in row && row.status === 'ready',
  );
  for (const { object_key } of images) await service.queue.announce(object_key, 'changed');
  await workThrough(session);
  await invalidateAll(session);
}

function wholeSet({ set }: SimulatedService) {
  return set.map(definition => ({ name: definition.name, settings: computeSettings(definition) }));
}

const FILTERS: Omit<WalkRequest, 'user' | 'descending' | 'limit'>[] = [
  { tags: [] }, { tags: [TAGS[0]] }, { tags: [TAGS[0], TAGS[1]] }, { tags: [], contentType: TYPES[0] },
  { tags: [], status: 'ready' },
];
const QUIET_WALKS: WalkRequest[] = [
  ...SHARED_WALKS,
  ...USERS.flatMap(user => FILTERS.flatMap(filter => [
    { user, descending: true, limit: 2, ...filter },
    { user, descending: false, limit: 100, ...filter },
  ])),
];

async function walkQuietly(service: SimulatedService, request: WalkRequest): Promise<Walk> {
  return (await walkThrough(request, async read => ({ value: await read(service.deps()) })))!;
}
