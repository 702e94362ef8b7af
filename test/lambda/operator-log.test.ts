import { handler } from '../../lambda/operator.lambda';
import { logger } from '../../lambda/runtime/telemetry';
import type { ImageRecord } from '../../src/contract';

const RECORD = {
  image_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  owner: 'alice',
  status: 'failed',
  updated_at: '2026-11-30T12:00:00.000Z',
  tries: 5,
  last_error: { code: 'DiskFull', at: '2026-11-30T12:00:00.000Z' },
} as Partial<ImageRecord>;

jest.mock('../../lambda/runtime/operator-config', () => ({ readOperatorConfig: () => ({}) }));
jest.mock('../../lambda/wiring/operator', () => ({
  createOperatorDeps: () => ({
    clock: { now: () => Date.now(), sleep: async () => undefined },
    scan: { readFailed: async () => ({ records: [RECORD], read: 9 }) },
    queues: { status: async () => ({ waiting: 0, working: 0, given_up: 0 }) },
  }),
}));

test('the line for a list of failed images has their number, and the answer has the list', async () => {
  const info = jest.spyOn(logger, 'info').mockImplementation(() => {});
  const answer = await handler({ command: 'failed', limit: 3 }, { getRemainingTimeInMillis: () => 60_000 });
  expect(answer.failed).toHaveLength(1);
  expect(info.mock.calls).toEqual([['operated', {
    asked: { command: 'failed', limit: 3 },
    answer: expect.objectContaining({ listed: 1, seen: 1, read: 9, causes: { DiskFull: 1 } }),
  }]]);
  expect(JSON.stringify(info.mock.calls)).not.toContain(RECORD.image_id);
});
