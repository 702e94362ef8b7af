import { Agent } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynamoDbLocal, type DynamoDbLocal } from './dynamodb-local';
import { READS } from './table-case-reads';
import { TRANSACTIONS } from './table-case-transactions';
import { WRITES } from './table-case-writes';
import { Table, type Case } from './table-cases';
import { startTableEngine, type TableEngine } from '../../../local/engines/table';
import { ensureTable } from '../../../local/resources/table';
import { describeIfMet, REQUIREMENTS } from '../../support/requirements';

const CASES: [string, Case[]][] = [['writes', WRITES], ['reads', READS], ['transactions', TRANSACTIONS]];

/** Maximum reruns of a case after the model's connection breaks, which proves nothing about either side. */
const ATTEMPTS = 3;

/** Uses a connection only once and sends nothing again: a repeated write gets another response. */
function createClient(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
    requestHandler: { httpAgent: new Agent({ keepAlive: false }) },
  });
}

describeIfMet(REQUIREMENTS.dynamoDbLocal)('the table engine answers as DynamoDB Local does', () => {
  let engine: TableEngine;
  let model: DynamoDbLocal;
  let tables = 0;

  beforeAll(async () => {
    [engine, model] = await Promise.all([startTableEngine(), startDynamoDbLocal()]);
  }, 90_000);

  afterAll(async () => {
    await Promise.all([engine.close(), model.stop()]);
  });

  async function captureAnswer(endpoint: string, name: string, run: Case[1]): Promise<unknown> {
    const client = createClient(endpoint);
    try {
      await ensureTable(client, name);
      return await run(new Table(client, name));
    } finally {
      client.destroy();
    }
  }

  async function answerOfModel(name: string, run: Case[1], attempt = 1): Promise<unknown> {
    try {
      return await captureAnswer(model.endpoint, name, run);
    } catch (error) {
      const report = `${String(error)}\n${model.report()}`;
      if (attempt === ATTEMPTS) throw new Error(report, { cause: error });
      console.warn(`attempt ${attempt} of ${ATTEMPTS}: ${report}`);
      await model.stop();
      model = await startDynamoDbLocal();
      return answerOfModel(name, run, attempt + 1);
    }
  }

  describe.each(CASES)('%s', (_kind, cases) => {
    test.each(cases)('%s', async (_name, run) => {
      const name = `case-${tables++}`;
      const [ours, theirs] = await Promise.all([captureAnswer(engine.endpoint, name, run), answerOfModel(name, run)]);
      expect(ours).toEqual(theirs);
    }, 90_000);
  });
});
