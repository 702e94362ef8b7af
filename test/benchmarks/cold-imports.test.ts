import { FUNCTION_ENV } from '../../benchmarks/support/create-request';
import { WORKER_ENVIRONMENT } from '../../benchmarks/support/imaging/cold';
import { readWorkerConfig } from '../../lambda/runtime/worker-config';

test('the benchmark sets every environment variable that the worker reads', () => {
  expect(() => readWorkerConfig({ ...FUNCTION_ENV, ...WORKER_ENVIRONMENT })).not.toThrow();
});
