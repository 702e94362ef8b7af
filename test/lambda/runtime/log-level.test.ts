import { extractMetrics } from '../../monitoring/embedded-metrics';
import { FIXED_FIELDS, INVOCATION_FIELDS } from '../../support/captured-logs';

const FACTS = { request_id: 'r', route: 'GET /images', method: 'GET', status: 200 };
const lines: string[] = [];

beforeAll(() => {
  Object.assign(process.env, { POWERTOOLS_SERVICE_NAME: 'photos', POWERTOOLS_METRICS_NAMESPACE: 'test' });
  process.env.AWS_LAMBDA_INITIALIZATION_TYPE = 'on-demand';
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation(text => lines.push(String(text)) > 0);
  }
});
afterAll(() => jest.restoreAllMocks());

/** Runs an invocation of a function at this level, and returns its output. */
async function run(level: string, work?: () => never): Promise<Record<string, unknown>[]> {
  lines.length = 0;
  process.env.POWERTOOLS_LOG_LEVEL = level;
  await jest.isolateModulesAsync(async () => {
    const { runInvocation } = await import('../../../lambda/runtime/invocation');
    const { startRequestLog } = await import('../../../lambda/runtime/request-log');
    const { logger, metrics } = await import('../../../lambda/runtime/telemetry');
    for (const awsRequestId of ['first', 'second']) {
      await runInvocation({ awsRequestId }, async () => {
        metrics.count('UploadsStarted');
        logger.debug('record swept', {});
        startRequestLog().onAnswer(FACTS);
        startRequestLog().onError(new Error('secret'), FACTS);
        work?.();
      }).catch((error: unknown) => expect(String(error)).not.toContain('secret'));
    }
  });
  return lines.map(line => JSON.parse(line) as Record<string, unknown>);
}

const listMessages = (output: Record<string, unknown>[]) =>
  output.slice(0, output.length / 2).map(
    ({ message, _aws }) => [message, _aws && 'metrics'].filter(Boolean).join(' with '),
  );

test.each([
  ['DEBUG', ['record swept', 'request completed with metrics', 'request failed']],
  ['INFO', ['request completed with metrics', 'request failed']],
  ['WARN', ['request failed', 'metrics']],
  ['ERROR', ['request failed', 'metrics']],
])('%s shows %j', async (level, expected) => {
  expect(listMessages(await run(level))).toEqual(expected);
});

test('metrics in the line of a request have the namespace, the dimension and the value', async () => {
  const [line] = await run('INFO');
  const [measured] = extractMetrics(JSON.stringify(line));
  expect(measured).toMatchObject({
    metric: { namespace: 'test', name: 'UploadsStarted', dimensions: { service: 'photos' } },
    values: [1],
  });
});

test('metrics that are disabled stand in no line', async () => {
  process.env.POWERTOOLS_METRICS_DISABLED = 'true';
  const output = await run('INFO').finally(() => { delete process.env.POWERTOOLS_METRICS_DISABLED; });
  expect(listMessages(output)).toEqual(['request completed', 'request failed']);
});

test('an invocation that fails publishes its metrics, and logs the name of its error only', async () => {
  const output = await run('WARN', () => { throw new Error('secret'); });
  expect(listMessages(output)).toEqual(['request failed', 'invocation failed', 'metrics']);
  expect(lines.join()).not.toContain('secret');
});

test('each line names its invocation, and only the first is a cold start', async () => {
  const [first, , second] = await run('INFO');
  for (const field of [...FIXED_FIELDS, ...INVOCATION_FIELDS]) expect(first).toHaveProperty(field);
  expect(first).toMatchObject({ service: 'photos', cold_start: true, function_request_id: 'first', ...FACTS });
  expect(second).toMatchObject({ cold_start: false, function_request_id: 'second', duration_ms: expect.any(Number) });
});
