import { loadOnce } from '../../../lambda/wiring/load-once';

test('loads at the first use, and once for uses at the same time', async () => {
  const load = jest.fn(async () => ({ name: 'client' }));
  const client = loadOnce(load);
  expect(load).not.toHaveBeenCalled();
  const [first, second] = await Promise.all([client(), client()]);
  expect(first).toBe(second);
  expect(await client()).toBe(first);
  expect(load).toHaveBeenCalledTimes(1);
});
