import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { COMBINATIONS } from './combinations';
import { synthesize, type PropsFor, type Resource, type Synthesized } from './synth';

const ROOT = join(__dirname, '..', '..');

/** Handlers by a part of their function's logical id. */
const HANDLERS: Record<string, string> = {
  ApiFunction: 'api',
  ApiAuthorizer: 'authorizer',
  Sweeper: 'sweeper',
  ProcessingWorker: 'worker',
  ProcessingOperator: 'operator',
  DeliveryTransform: 'transform',
  DeliveryInvalidations: 'invalidator',
  DeliverySigning: 'keys',
  ImagesEvents: 'publisher',
  ClamAvScan: 'scan',
  ClamAvRefresh: 'refresh',
  Leftovers: 'leftovers',
};

/** Columns of the table by the service's name in permissions. */
const COLUMNS: Record<string, string> = {
  s3: 'S3',
  dynamodb: 'DynamoDB',
  sqs: 'SQS',
  secretsmanager: 'Secrets Manager',
  lambda: 'Lambda',
  cloudfront: 'CloudFront',
  events: 'EventBridge',
  sts: 'STS',
};
/** Names of clients that differ from those in permissions. */
const CLIENTS: Record<string, string> = { eventbridge: 'events' };

/** Lambda uses these permissions itself, outside the VPC: for logs, trace segments and network interfaces. */
const OF_LAMBDA = ['ec2', 'logs', 'xray'];
/** S3, DynamoDB and Secrets Manager call KMS for their caller (`kms:ViaService`). */
const BY_OTHERS = ['kms'];

function readBundle(handler: string): string {
  if (!['worker', 'transform'].includes(handler)) return readFileSync(join(ROOT, 'assets', handler, 'index.js'), 'utf8');
  const files = unzipSync(readFileSync(join(ROOT, 'assets', 'worker-arm64.zip')), { filter: ({ name }) => /^\w+\.js$/.test(name) });
  return Buffer.from(files[handler === 'worker' ? 'index.js' : 'transform.js']).toString('utf8');
}

const bundles = new Map(Object.values(HANDLERS).map(handler => [handler, readBundle(handler)]));

/** Services whose clients a bundle contains, by the namespaces of their schemas. */
const listClients = (handler: string) => [
  ...new Set([...bundles.get(handler)!.matchAll(/com\.amazonaws\.([a-z0-9]+)/g)].map(([, name]) => CLIENTS[name] ?? name)),
];

/** Without the functions of the app, such as an authorizer of its own. */
const listFunctions = ({ all }: Synthesized) =>
  Object.entries(all('AWS::Lambda::Function')).filter(([id]) => id.startsWith('Images'));

function findHandler(functionId: string): string {
  const [handler] = Object.entries(HANDLERS).filter(([part]) => functionId.includes(part)).map(([, name]) => name);
  if (!handler) throw new Error(`no handler of ${functionId} is known here: add it, and its row in docs/organisation.md`);
  return handler;
}

function listPermittedServices({ all }: Synthesized, role: string): string[] {
  const policies = Object.values(all('AWS::IAM::Policy')).filter(
    ({ Properties }) => Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === role),
  );
  const actions: string[] = policies.flatMap(({ Properties }) =>
    Properties.PolicyDocument.Statement.flatMap(({ Action }: { Action: string | string[] }) => Action));
  return [...new Set(actions.map(action => action.split(':')[0]))];
}

/**
 * The services that each function calls. Permission and client must both be there: the polling of a queue is a
 * permission without a client, and a client may be bundled without use. Custom resources answer by a URL of S3.
 */
function listCalls(result: Synthesized): Map<string, Set<string>> {
  const tokens = Object.values(result.template.toJSON().Resources as Record<string, Resource>)
    .map(({ Properties }) => Properties?.ServiceToken?.['Fn::GetAtt'][0] as string | undefined);
  return new Map(listFunctions(result).map(([id, { Properties }]) => {
    const handler = findHandler(id);
    const permitted = listPermittedServices(result, Properties.Role['Fn::GetAtt'][0]);
    const called = listClients(handler).filter(service => permitted.includes(service)).map(service => COLUMNS[service]);
    const mirror = bundles.get(handler)!.includes('database.clamav.net') ? ['ClamAV'] : [];
    const issuer = bundles.get(handler)!.includes('openid-configuration') ? ['issuer'] : [];
    return [handler, new Set([...called, ...mirror, ...issuer, ...tokens.includes(id) ? ['S3'] : []])];
  }));
}

/** Reads the rows of the first table with a column `function`. */
function readTable(): Map<string, Set<string>> {
  const page = readFileSync(join(ROOT, 'docs', 'organisation.md'), 'utf8');
  const [header, , ...rows] = /^\| function \|.*\n(\|.*\n)+/m.exec(page)![0].trim().split('\n')
    .map(line => line.split('|').slice(1, -1).map(cell => cell.trim()));
  return new Map(rows.map(([name, ...cells]) => {
    const used = cells.flatMap((cell, column) => {
      if (cell === '–') return [];
      return cell === 'yes' ? [header[column + 1]] : cell.split(', ');
    });
    return [name.replaceAll('`', ''), new Set(used)];
  }));
}

const results = Object.entries(COMBINATIONS).map(([name, props]): [string, Synthesized] => [name, synthesize(props)]);

test('docs/organisation.md lists the services that each function calls', () => {
  const calls = new Map<string, Set<string>>();
  for (const [, result] of results) {
    for (const [handler, services] of listCalls(result)) {
      calls.set(handler, new Set([...calls.get(handler) ?? [], ...services]));
    }
  }
  expect(readTable()).toEqual(calls);
});

test.each<[string, PropsFor, string[]]>([
  ['no processing', COMBINATIONS['no processing'], ['DynamoDB', 'S3']],
  ['presigned only', COMBINATIONS['presigned only'], ['DynamoDB', 'S3', 'SQS']],
  ['anyone', COMBINATIONS.anyone, ['CloudFront', 'DynamoDB', 'S3', 'SQS']],
  ['defaults', {}, ['CloudFront', 'DynamoDB', 'S3', 'SQS', 'Secrets Manager']],
  ['tokens', COMBINATIONS.tokens, ['CloudFront', 'DynamoDB', 'S3', 'SQS', 'Secrets Manager', 'issuer']],
  ['events', COMBINATIONS.events, ['CloudFront', 'DynamoDB', 'EventBridge', 'S3', 'SQS', 'Secrets Manager']],
  ['own signing key', COMBINATIONS['own signing key'], ['CloudFront', 'DynamoDB', 'S3', 'SQS', 'Secrets Manager']],
  ['GuardDuty', COMBINATIONS.GuardDuty, ['CloudFront', 'DynamoDB', 'S3', 'SQS', 'Secrets Manager']],
  ['ClamAV', COMBINATIONS.ClamAV, ['ClamAV', 'CloudFront', 'DynamoDB', 'Lambda', 'S3', 'SQS', 'Secrets Manager']],
])('with %s the endpoints are those of docs/organisation.md', (_name, props, expected) => {
  const services = new Set([...listCalls(synthesize(props)).values()].flatMap(each => [...each]));
  expect([...services].sort()).toEqual(expected);
});

test('every permission of a function is one for a listed service, or used by AWS itself', () => {
  const known = [...Object.keys(COLUMNS), ...OF_LAMBDA, ...BY_OTHERS];
  const permitted = results.flatMap(([, result]) => listFunctions(result)
    .flatMap(([, { Properties }]) => listPermittedServices(result, Properties.Role['Fn::GetAtt'][0])));
  expect([...new Set(permitted)].filter(service => !known.includes(service))).toEqual([]);
});

test('no function has a client without a permission, but those that it does not use', () => {
  const unused = Object.values(HANDLERS).map(handler => {
    const used = readTable().get(handler)!;
    return [handler, listClients(handler).filter(service => !used.has(COLUMNS[service] ?? service))];
  });
  expect(Object.fromEntries(unused.filter(([, clients]) => clients.length > 0))).toEqual({
    // Every bundle has the client of the table, by a common file. The operator's has that of S3, by the list of keys.
    keys: ['dynamodb'], leftovers: ['dynamodb'], operator: ['s3'], refresh: ['dynamodb'], scan: ['dynamodb'],
  });
});

test('docs/organisation.md lists the services that a permissions boundary must allow', () => {
  const page = readFileSync(join(ROOT, 'docs', 'organisation.md'), 'utf8');
  const listed = [.../A boundary must allow[^.]*\./.exec(page)![0].matchAll(/`(\w+)`/g)].map(([, service]) => service);
  const actions: string[] = results.flatMap(([, { all }]) => Object.values(all('AWS::IAM::Policy')))
    .filter(({ Properties }) => Properties.Roles)
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement.flatMap(({ Action }: any) => Action));
  expect(listed).toEqual([...new Set(actions.map(action => action.split(':')[0]))].sort());
});
