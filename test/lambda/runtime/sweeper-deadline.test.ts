import type { Deps } from '../../../lambda/domain/ports';
import { COMMON_ENV, DELIVERY_ENV } from '../../../src/contract';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');

/** A single call such as UpdateItem or HEAD may take 4 s, after 2 s to connect (`lambda/aws/clients.ts`). */
const ONE_CALL_MS = 6000;

test('the sweeper begins no visit in the last 15 seconds before Lambda ends it', async () => {
  const deadlines: number[] = [];
  const sweep = async (_deps: Deps, deadline: number) => {
    deadlines.push(deadline);
    return { visited: 0, failed: 0 };
  };
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    [COMMON_ENV.BUCKET]: 'bucket',
    [COMMON_ENV.TABLE]: 'table',
    [COMMON_ENV.ACCEPT]: 'image/png',
    [COMMON_ENV.MAX_SIZE]: '1000',
    [COMMON_ENV.URL_TTL]: '300',
    [COMMON_ENV.DELETED_RECORD_DAYS]: '30',
    [COMMON_ENV.PROCESSING]: 'none',
    [DELIVERY_ENV.MODE]: 'presigned',
  });
  jest.useFakeTimers({ now: NOW, doNotFake: ['nextTick', 'setImmediate'] });
  jest.doMock('../../../lambda/domain/sweep', () => ({ sweep }));
  const { handler } = await import('../../../lambda/sweeper.lambda');
  await handler({}, { getRemainingTimeInMillis: () => 900_000 });
  await handler({}, { getRemainingTimeInMillis: () => 10_000 });
  expect(deadlines).toEqual([NOW + 885_000, NOW - 5000]);
  expect(NOW + 900_000 - deadlines[0]).toBeGreaterThan(2 * ONE_CALL_MS);
});
