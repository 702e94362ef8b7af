import { CANARIES } from '../support/canaries';
import { takeFaults, watchInput, watchOutput } from '../support/watched-output';

const passed: string[] = [];
const stream = { write: (text: string) => passed.push(text) > 0 } as unknown as NodeJS.WriteStream;
const LINE = { level: 'INFO', message: 'request completed', service: 'photos' };

let restore: () => void;
beforeAll(() => { restore = watchOutput([stream]); });
afterAll(() => restore());
beforeEach(() => { passed.length = 0; });

const write = (line: object) => stream.write(`${JSON.stringify(line)}\n`);

test('a line without secrets passes, and is not printed', () => {
  write(LINE);
  expect([takeFaults(), passed]).toEqual([[], []]);
});

test('other output is printed', () => {
  stream.write(`listening\n${JSON.stringify(LINE)}\ndone\n`);
  expect(passed).toEqual(['listening\ndone\n']);
});

test.each([
  ['userId', { ...LINE, detail: CANARIES.userId }],
  ['a URL', { ...LINE, detail: 'https://bucket.example.com/x' }],
  ['the input Ferien am "See".jpg', { ...LINE, detail: 'opened Ferien am "See".jpg' }],
  ['the input Ferien am "See".jpg', { _aws: {}, service: 'Ferien am "See".jpg' }],
])('finds %s in a line', (secret, line) => {
  watchInput('Ferien am "See".jpg');
  write(line);
  expect(takeFaults()).toEqual([expect.stringMatching(new RegExp(`^${secret} in `))]);
});

test.each(['cat.jpg', 'batch-delete', 42, undefined])('the input %j is too short, a route or no text', input => {
  watchInput(input);
  write({ ...LINE, detail: input });
  expect(takeFaults()).toEqual([]);
});
