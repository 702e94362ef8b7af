import { ProblemError, TryAgain } from '../../../lambda/domain/errors';
import { MOVED, persist } from '../../../lambda/domain/persist';

/** A clock that only sleeps move, and the longest jitter. */
function createFakes() {
  let now = 0;
  const pauses: number[] = [];
  const sleep = async (milliseconds: number) => {
    pauses.push(milliseconds);
    now += milliseconds;
  };
  return {
    pauses,
    deps: { clock: { now: () => now, sleep }, randomBytes: (length: number) => new Uint8Array(length).fill(255) },
  };
}

test('pauses grow to a quarter of a second at most', async () => {
  const { deps, pauses } = createFakes();
  await expect(persist(deps, async () => MOVED)).rejects.toMatchObject({ code: 'unavailable' });
  expect(Math.max(...pauses)).toBeLessThanOrEqual(250);
  expect(pauses.slice(0, 5).map(Math.round)).toEqual([10, 20, 40, 80, 159]);
  // Five seconds of patience.
  expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeLessThanOrEqual(5250);
  expect(pauses.length).toBeGreaterThan(20);
});

test('persist retries after a busy store', async () => {
  const { deps } = createFakes();
  const attempt = jest.fn()
    .mockRejectedValueOnce(new TryAgain('busy'))
    .mockResolvedValueOnce(MOVED)
    .mockResolvedValueOnce('settled');
  expect(await persist(deps, attempt)).toBe('settled');
});

test('persist does not retry after any other error', async () => {
  const attempt = jest.fn().mockRejectedValue(new ProblemError('not-found', 'There is no such image.'));
  await expect(persist(createFakes().deps, attempt)).rejects.toMatchObject({ code: 'not-found' });
  expect(attempt).toHaveBeenCalledTimes(1);
});
