import { readOptions } from '../../integ/emulators/options';

describe('npm run integ:local', () => {
  test('takes a MiniStack of its own where nothing is said', () => {
    expect(readOptions([], {})).toMatchObject({
      pass: 'deploy',
      emulator: 'ministack',
      keep: false,
      endpoint: undefined,
      command: undefined,
    });
  });

  test.each([
    [{ EMULATOR: 'moto' }, 'EMULATOR must be one of ministack, localstack, got: moto'],
    [{ EMULATOR: 'localstack' }, 'EMULATOR=localstack needs AWS_ENDPOINT_URL of one that runs'],
    [
      { AWS_ENDPOINT_URL: 'localhost:4566' },
      'AWS_ENDPOINT_URL must be an http or https origin such as http://127.0.0.1:4566, got: localhost:4566',
    ],
    [
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566/path' },
      'AWS_ENDPOINT_URL must be an http or https origin such as http://127.0.0.1:4566, got: http://127.0.0.1:4566/path',
    ],
    [
      { AWS_ENDPOINT_URL: 'https://s3.amazonaws.com' },
      "AWS_ENDPOINT_URL must be an emulator's, got: https://s3.amazonaws.com",
    ],
    [{ AWS_ENDPOINT_URL: 'https://sts.cn-north-1.amazonaws.com.cn' }, "AWS_ENDPOINT_URL must be an emulator's, got:"],
  ])('refuses the environment %j', (environment, message) => {
    expect(() => readOptions([], environment)).toThrow(message);
  });

  test.each([{ EMULATOR: 'localstack', EMULATOR_COMMAND: 'x' }, { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }])(
    'enforces IAM on its own emulator only, not on %j', environment => {
      expect(() => readOptions(['--least-privilege'], environment)).toThrow(
        '--least-privilege starts a MiniStack of its own',
      );
    });

  test('refuses an option that it does not know', () => {
    expect(() => readOptions(['--keeep'], {})).toThrow("Unknown option '--keeep'");
  });

  test('shows its help whatever the environment says', () => {
    for (const EMULATOR of ['localstack', 'moto']) expect(readOptions(['--help'], { EMULATOR }).help).toBe(true);
  });
});
