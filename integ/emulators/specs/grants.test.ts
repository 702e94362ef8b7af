import { Client } from '../../../test/acceptance/support/client';
import { eventually, together } from '../../../test/acceptance/support/together';
import { createContractEnvironment, readDeployment, parseTemplate } from '../deployment';
import { readLogs } from '../function-logs';
import { invoke } from '../functions';
import type { Attempt } from '../privileges/attempt';
import type { Probe } from '../privileges/probe';
import { PROBES } from '../privileges/probes';
import { listGrants, nameGrant, updateStack, removeGrant, type Grant } from '../privileges/template';
import { setTriggers } from '../privileges/triggers';
import { drain } from '../queues';

const stack = readDeployment();
const template = parseTemplate(stack);
const GRANTS = listGrants(template);

const formatLabel = (grant: Grant): string => `${grant.handler} without ${nameGrant(grant)}`;
const attempts = new Map<string, Attempt>();

/** Prepares every attempt while all grants exist; each attempt then runs without one grant. */
beforeAll(async () => {
  await setTriggers(false);
  const wanted = new Map(
    [undefined, ...GRANTS].flatMap(grant => findProbes(grant).map(probe => [key(probe, grant), probe])),
  );
  await together([...wanted], async ([name, probe]) => {
    attempts.set(name, await probe.prepare(new Client(createContractEnvironment())));
  });
  await Promise.all([drain('Uploads'), drain('Surplus'), drain('Invalidations')]);
}, 240_000);

afterAll(async () => {
  await setTriggers(true);
  await updateStack(stack, template);
}, 60_000);

function findProbes(grant?: Grant): Probe[] {
  return PROBES.filter(({ handler }) => grant === undefined || handler === grant.handler);
}

const key = (probe: Probe, grant?: Grant): string =>
  `${grant && !probe.isRepeatable ? formatLabel(grant) : 'all'}: ${probe.name}`;

test('what probes need is granted', () => {
  const names = new Set(GRANTS.map(formatLabel));
  expect(PROBES.flatMap(({ handler, needs }) => needs.map(need => `${handler} without ${need}`))
    .filter(need => !names.has(need))).toEqual([]);
});

test('with all that is granted everything works', async () => {
  for (const probe of PROBES) {
    const { worked, shown } = await attempts.get(key(probe))!();
    expect({ probe: probe.name, worked, shown }).toEqual({ probe: probe.name, worked: true, shown });
  }
});

test.each(GRANTS.map(grant => [formatLabel(grant), grant] as const))('%s', async (_, grant) => {
  await updateStack(stack, removeGrant(template, grant));
  const since = Date.now();
  const probes = findProbes(grant);
  const needing = probes.filter(({ needs }) => needs.includes(nameGrant(grant)));
  expect(needing).not.toEqual([]);
  for (const probe of probes) {
    const { worked, shown } = await attempts.get(key(probe, grant))!();
    expect({ probe: probe.name, worked, shown }).toEqual({
      probe: probe.name,
      worked: !needing.includes(probe),
      shown,
    });
    if (worked) continue;
    if (isSeenByClients(probe, grant)) expectDenied(shown, grant.action);
    else if (grant.handler === 'ApiFunction' && !isLeftToSweeper(probe, grant)) expectClean(shown);
  }
  if (needing.some(probe => !isSeenByClients(probe, grant))) {
    await eventually(async () => expectLogged(grant, since));
  }
}, 60_000);

/**
 * Log lines have the names of errors, and no text of other software. MiniStack can hold back the last lines of a busy
 * function until its next call.
 */
async function expectLogged({ handler }: Grant, since: number): Promise<void> {
  const denial = /"name":"(AccessDenied(Exception)?|Denied)"/;
  if (!denial.test(await readLogs(handler, since))) await invoke(handler, { Records: [] });
  expect(await readLogs(handler, since)).toMatch(denial);
}

function isSeenByClients(probe: Probe, { action }: Grant): boolean {
  return probe.isSeenByClients === true && action.startsWith('s3:');
}

function isLeftToSweeper(probe: Probe, { action }: Grant): boolean {
  return probe.isLeftToSweeper === true && action.startsWith('sqs:');
}

/** Storage itself tells the client that the URL's signer lacks the permission. */
function expectDenied(shown: string, action: string): void {
  expect(shown).toMatch(/^403 [\s\S]*AccessDenied/);
  expect(shown).toContain(action);
}

/** A 5xx must not name the missing permission or its resource. */
function expectClean(shown: string): void {
  expect(shown).toMatch(/^50[03] \{"type":"urn:cdk-image-service:problem:(internal|unavailable)"/);
  expect(shown).not.toMatch(/arn:|authorized|dynamodb|s3:/i);
}
