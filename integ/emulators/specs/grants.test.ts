import { Client } from '../../../test/acceptance/support/client';
import { eventually, together } from '../../../test/acceptance/support/together';
import { contractWorld, deployed, templateOf } from '../deployment';
import type { Attempt } from '../privileges/attempt';
import { logsSince } from '../privileges/logs';
import { PROBES, type Probe } from '../privileges/probes';
import { grantsOf, updateStack, without, type Grant } from '../privileges/template';

const stack = deployed();
const template = templateOf(stack);
const GRANTS = grantsOf(template);
/** Answered by storage to the client itself: no function sees it, so none can log it. */
const SEEN_BY_CLIENTS = new Set(['upload by the URL', 'download']);

const label = ({ handler, action }: Grant): string => `${handler} without ${action}`;
const attempts = new Map<string, Attempt>();

/** All is prepared while everything is granted, for every grant that will be missing. */
beforeAll(async () => {
  const wanted = [undefined, ...GRANTS].flatMap(grant => probesOf(grant).map(probe => ({ grant, probe })));
  await together(wanted, async ({ grant, probe }) => {
    attempts.set(key(probe, grant), await probe.prepare(new Client(contractWorld())));
  });
}, 120_000);

afterAll(async () => updateStack(stack, template), 60_000);

function probesOf(grant?: Grant): Probe[] {
  return PROBES.filter(({ handler }) => grant === undefined || handler === grant.handler);
}

const key = (probe: Probe, grant?: Grant): string => `${grant ? label(grant) : 'all'}: ${probe.name}`;

test('with all that is granted everything works', async () => {
  for (const probe of PROBES) {
    const { worked, shown } = await attempts.get(key(probe))!();
    expect({ probe: probe.name, worked, shown }).toEqual({ probe: probe.name, worked: true, shown });
  }
});

test.each(GRANTS.map(grant => [label(grant), grant] as const))('%s', async (_, grant) => {
  await updateStack(stack, without(template, grant));
  const since = Date.now();
  const probes = probesOf(grant);
  expect(probes.filter(({ needs }) => needs.includes(grant.action))).not.toEqual([]);
  for (const probe of probes) {
    const { worked, shown } = await attempts.get(key(probe, grant))!();
    expect({ probe: probe.name, worked, shown }).toEqual({ probe: probe.name, worked: !probe.needs.includes(grant.action), shown });
    if (worked) continue;
    if (SEEN_BY_CLIENTS.has(probe.name) && grant.action.startsWith('s3:')) expectDenied(shown, grant.action);
    else if (grant.handler === 'ApiFunction') expectClean(shown);
  }
  if (probes.some(({ name, needs }) => needs.includes(grant.action) && !SEEN_BY_CLIENTS.has(name))) {
    await eventually(async () => expect(await logsSince(grant.handler, since)).toContain(`not authorized to perform: ${grant.action}`));
  }
}, 60_000);

/** Storage itself says to the client that its URL's signer may not. */
function expectDenied(shown: string, action: string): void {
  expect(shown).toMatch(/^403 [\s\S]*AccessDenied/);
  expect(shown).toContain(action);
}

/** A 5xx that says neither what is missing nor where. */
function expectClean(shown: string): void {
  expect(shown).toMatch(/^50[03] \{"type":"urn:cdk-image-service:problem:(internal|unavailable)"/);
  expect(shown).not.toMatch(/arn:|authorized|dynamodb|s3:/i);
}
