import { takeFaults, watchOutput } from './watched-output';

/** Every suite checks the log lines that its handlers write. */
const restore = watchOutput();

afterEach(() => { expect(takeFaults()).toEqual([]); });
afterAll(() => {
  restore();
  expect(takeFaults()).toEqual([]);
});
