import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import Table from 'cli-table3';
import { audit } from './auditor';
import { awsStorage } from './aws-storage';
import { withDataFolder } from './embedded-storage';
import type { Finding } from './finding';
import type { RawStorage } from './raw-storage';

const HELP = `Checks the invariants of what is stored: on the data of a local server that is stopped, or on a table and a bucket.

Usage: npx tsx test/audit/main.ts [options]

  --data <folder>            data of a local server (default .local)
  --table <name>             a table on AWS or an emulator, with --bucket; endpoints and
  --bucket <name>            credentials come from the standard AWS_* environment variables
  --settled                  nothing is under way and nothing is due: checks orphans too
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: '.local' },
      table: { type: 'string' },
      bucket: { type: 'string' },
      settled: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return print(HELP);
  const { table, bucket, data } = values;
  if ((table === undefined) !== (bucket === undefined)) {
    throw new Error('--table and --bucket must be given both or neither');
  }
  const check = (storage: RawStorage) => audit(storage, { settledAt: values.settled ? Date.now() : undefined });
  // As in the handlers: only S3 itself is certain to resolve `<bucket>.<host>`.
  const forcePathStyle = Boolean(process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL);
  const findings = table === undefined || bucket === undefined
    ? await withDataFolder(data, check)
    : await check(awsStorage({ table, bucket }, new DynamoDBClient({}), new S3Client({ forcePathStyle })));
  return show(findings);
}

function show(findings: readonly Finding[]): number {
  if (findings.length === 0) return print('no findings: every invariant holds');
  const table = new Table({ head: ['invariant', 'subject', 'problem'], style: { head: [], border: [] } });
  table.push(...findings.map(({ invariant, subject, problem }) => [invariant, subject, problem]));
  print(table.toString());
  return 1;
}

function print(text: string): 0 {
  console.log(text);
  return 0;
}

main().then(
  code => { process.exitCode = code; },
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 2;
  },
);
