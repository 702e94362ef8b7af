import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isInstalled, startDynamoDbLocal, type DynamoDbLocal } from './dynamodb-local';
import { READS } from './table-case-reads';
import { TRANSACTIONS } from './table-case-transactions';
import { WRITES } from './table-case-writes';
import { Table, type Case } from './table-cases';
import { startTableEngine, type TableEngine } from '../../local/engines/table';
import { ensureTable } from '../../local/resources/table';

const CASES: [string, Case[]][] = [['writes', WRITES], ['reads', READS], ['transactions', TRANSACTIONS]];
const compare = isInstalled() ? describe : describe.skip;
if (!isInstalled()) console.warn('DynamoDB Local is not installed, so nothing is compared with it: tsx test/local/dynamodb-local.ts (needs Java and Maven)');

function clientOf(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
}

compare('the table engine answers as DynamoDB Local does', () => {
  let engine: TableEngine;
  let model: DynamoDbLocal;
  let clients: DynamoDBClient[];
  let tables = 0;

  beforeAll(async () => {
    [engine, model] = await Promise.all([startTableEngine(), startDynamoDbLocal()]);
    clients = [engine.endpoint, model.endpoint].map(clientOf);
  }, 90_000);

  afterAll(async () => {
    clients.forEach(client => client.destroy());
    await Promise.all([engine.close(), model.stop()]);
  });

  describe.each(CASES)('%s', (_kind, cases) => {
    test.each(cases)('%s', async (_name, run) => {
      const name = `case-${tables++}`;
      const [ours, theirs] = await Promise.all(clients.map(async client => {
        await ensureTable(client, name);
        return run(new Table(client, name));
      }));
      expect(ours).toEqual(theirs);
    });
  });
});
