import { header, IMAGE, startCdn, type TestCdn, type TestCdnOptions } from './cdn';
import type { Answer } from '../../../local/cdn/answer';
import { loadEdgeResponseFunction } from '../../../local/cdn/edge-function';
import { Delivery, Viewers } from '../../../src';
import { synthesize, type Synthesized } from '../../construct/synth';
import { ShiftedClock } from '../../environments/clock';

const SIGNED = synthesize();
const ANYONE = synthesize({ delivery: Delivery.cloudFront({ viewers: Viewers.anyone() }) });
const YEAR = 31_536_000;
const AVIF = { accept: 'image/avif' };
const PATH = `${IMAGE}/thumb`;

/** The deployed image behavior: its cache policy, and its function for responses. */
function deployed({ all, one }: Synthesized): TestCdnOptions {
  const { DefaultCacheBehavior: behavior } = one('AWS::CloudFront::Distribution').Properties.DistributionConfig;
  const { CachePolicyConfig: policy } = all('AWS::CloudFront::CachePolicy')[behavior.CachePolicyId.Ref].Properties;
  const association = behavior.FunctionAssociations.find(
    ({ EventType }: { EventType: string }) => EventType === 'viewer-response',
  );
  const code = association
    && all('AWS::CloudFront::Function')[association.FunctionARN['Fn::GetAtt'][0]].Properties.FunctionCode;
  return { minTtlSeconds: policy.MinTTL, edgeResponse: code && loadEdgeResponseFunction(code) };
}

const clock = new ShiftedClock();
beforeEach(() => clock.install());
afterEach(() => clock.uninstall());

async function behind(
  result: Synthesized, answer: Answer, use: (cdn: TestCdn, asked: string[]) => Promise<void>,
): Promise<void> {
  const asked: string[] = [];
  const origin = async (uri: string): Promise<Answer> => { asked.push(uri); return answer; };
  const cdn = await startCdn({ ...deployed(result), ...result === ANYONE && { keys: undefined }, origin });
  try {
    await use(cdn, asked);
  } finally {
    await cdn.close();
  }
}

/** A variant with this stored header. */
function stored(control?: string): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'image/avif', 'etag': '"a"', ...control && { 'cache-control': control } },
    body: Buffer.from('bytes'),
  };
}

describe('where viewers need a signature', () => {
  test.each([
    ['max-age=31536000, immutable'], ['private, max-age=31536000, immutable'], ['private'], [undefined],
  ])('no shared cache keeps what was stored with %s, and CloudFront keeps it for a year', async control => {
    await behind(SIGNED, stored(control), async (cdn, asked) => {
      for (const more of [{}, { range: 'bytes=0-1' }, { 'if-none-match': '"a"' }] as Record<string, string>[]) {
        const answer = await cdn.get(PATH, { ...AVIF, ...more });
        expect([answer.status < 400, header(answer, 'cache-control')]).toEqual([
          true, 'private, max-age=31536000, immutable',
        ]);
      }
      expect(header(await cdn.get(PATH, AVIF, 'HEAD'), 'cache-control')).toBe('private, max-age=31536000, immutable');
      clock.advance((YEAR - 60) * 1000);
      await cdn.get(PATH, AVIF);
      expect(asked).toHaveLength(1);
    });
  });

  test.each([404, 429, 500, 503])('the minimum does not keep %i, which stays no-store', async status => {
    const answer = {
      status,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
      body: Buffer.from('{}'),
    };
    await behind(SIGNED, answer, async (cdn, asked) => {
      expect(header(await cdn.get(PATH, AVIF), 'cache-control')).toBe('no-store');
      // Longer than CloudFront caches any error.
      clock.advance(60_000);
      await cdn.get(PATH, AVIF);
      expect(asked).toHaveLength(2);
    });
  });
});

test('for anyone the header is passed on as it was stored, and any cache may keep it', async () => {
  await behind(ANYONE, stored('max-age=31536000, immutable'), async (cdn, asked) => {
    for (let i = 0; i < 2; i++) {
      expect(header(await cdn.get(PATH, AVIF), 'cache-control')).toBe('max-age=31536000, immutable');
    }
    expect(asked).toHaveLength(1);
  });
});
