import { DEFAULT_COUNT, HELP, readOptions } from '../../../local/demo/options';

test('without arguments the demo makes its own images and looks for the service itself', () => {
  const sheet = 'tmp/demo/contact-sheet.png';
  expect(readOptions([])).toEqual({
    folder: undefined,
    url: undefined,
    count: undefined,
    user: 'demo',
    concurrency: 8,
    keep: false,
    sheet,
    help: false,
  });
});

test('every option reaches the demo', () => {
  const options = readOptions([
    'pictures', '--url', 'http://localhost:9000/', '--count', '7', '--user', 'bob@example.com', '--concurrency', '3',
    '--sheet', 'a.png', '--keep', '--help',
  ]);
  expect(options).toEqual({
    folder: 'pictures',
    url: 'http://localhost:9000',
    count: 7,
    user: 'bob@example.com',
    concurrency: 3,
    keep: true,
    sheet: 'a.png',
    help: true,
  });
});

test('the help names every option and the number of images made', () => {
  for (const option of [
    'folder', '--url', '--count', '--user', '--concurrency', '--keep', '--sheet', '--help', String(DEFAULT_COUNT),
  ]) {
    expect(HELP).toContain(option);
  }
});

test.each([
  [['--count', '0'], '--count must be a whole number from 1 to 10000, got: 0'],
  [['--count', '1.5'], '--count must be a whole number from 1 to 10000, got: 1.5'],
  [['--count', '10001'], '--count must be a whole number from 1 to 10000, got: 10001'],
  [['--concurrency', '65'], '--concurrency must be a whole number from 1 to 64, got: 65'],
  [['--url', 'localhost:8080'], '--url must start with http:// or https://, got: localhost:8080'],
  [['--user', 'a b'], '--user must be 1 to 128 letters, digits and ._@|:+=-, got: a b'],
  [['--sheet', 'sheet.jpg'], '--sheet must name a file that ends in .png, got: sheet.jpg'],
  [['one', 'two'], 'at most one folder must be given, got: one two'],
])('rejects %j with an error that names the option', (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});

test('rejects an unknown option by name', () => {
  expect(() => readOptions(['--colour'])).toThrow('--colour');
});
