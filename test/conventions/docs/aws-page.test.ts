import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { METRICS } from '../../../src/contract';
import { createLocalServerEnvironment } from '../../environments/local-server';
import { ROOT } from '../compiled';

jest.setTimeout(120_000);

const PAGE = readFileSync(join(ROOT, 'docs', 'aws.md'), 'utf8');
const BLOCKS = [...PAGE.matchAll(/^```bash\n([\s\S]*?)^```/gm)].map(([, block]) => block);

const ASKS =
  /(^|\$\(| )(aws [a-z]|curl |api -|api "|put( |$)|show |npx (cdk (deploy|destroy|bootstrap)|cdk-image-service))/;

interface Template {
  readonly Resources: Readonly<Record<string, {
    readonly Type: string;
    readonly DeletionPolicy?: string;
    readonly Properties: Readonly<Record<string, unknown>>;
  }>>;
  readonly Outputs: Readonly<Record<string, unknown>>;
}

const folder = mkdtempSync(join(tmpdir(), 'aws-page-'));
let template: Template;

beforeAll(() => {
  execFileSync('npx', ['tsx', 'app.ts'], {
    cwd: join(ROOT, 'examples', 'quickstart'),
    stdio: 'pipe',
    env: { ...process.env, CDK_OUTDIR: join(folder, 'assembly') },
  });
  template = JSON.parse(readFileSync(join(folder, 'assembly', 'Quickstart.template.json'), 'utf8')) as Template;
});
afterAll(() => rmSync(folder, { recursive: true }));

test('every file that the page names is there', () => {
  const named = [...PAGE.matchAll(/`((?:test|integ|local|src|lambda|decisions|benchmarks)\/[^` ]*|Dockerfile\.\w+)`/g)]
    .map(([, path]) => path);
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter(path => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('every line that asks AWS says that it needs an account', () => {
  const lines = BLOCKS.flatMap(block => block.replace(/\\\n/g, '').split('\n'));
  // Definitions of shell functions send no requests.
  const asking = lines.filter(line => ASKS.test(line) && !/^\w+\(\) \{.*\}$/.test(line));
  expect(asking.length).toBeGreaterThan(30);
  expect(asking.filter(line => !line.endsWith('# needs an account'))).toEqual([]);
});

test('the outputs and resources that it looks for are those of the quickstart', () => {
  const outputs = [...PAGE.matchAll(/\$\(output (\w+)\)/g)].map(([, name]) => name);
  expect(outputs.filter(name => !Object.keys(template.Outputs).some(output => output.startsWith(name)))).toEqual([]);
  const resources = [...PAGE.matchAll(/\$\(resource (AWS::\w+::\w+) ?(\w*)\)/g)].map(
    ([, type, part]) => ({ type, part }),
  );
  expect(resources.length).toBeGreaterThan(5);
  const made = Object.entries(template.Resources);
  const hasResource = ({ type, part }: { type: string; part: string }) =>
    made.some(([id, { Type }]) => Type === type && id.includes(part));
  expect(resources.filter(resource => !hasResource(resource))).toEqual([]);
});

test('the log groups, metrics and alarms that it names are those of the service', () => {
  const groups = Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::Logs::LogGroup').map(
    ([id]) => id,
  );
  const [, table] = /\| log group \|[^\n]*\n([\s\S]*?)\n\n/.exec(PAGE)!;
  const named = [...table.matchAll(/`…(\w+)…`/g)].map(([, part]) => part);
  expect(named).toHaveLength(8);
  expect(named.filter(part => groups.filter(id => id.includes(part)).length !== 1)).toEqual([]);
  const metrics = [...PAGE.matchAll(/`((?:Uploads|Images|Records|Sweep|Decoders)[A-Z]\w+)`/g)].map(([, name]) => name);
  const alarms = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm').map(
    ({ Properties }) => (Properties.AlarmName as string).split('-').at(-1)!,
  );
  const known = [...Object.values(METRICS) as string[], ...alarms];
  expect(metrics.filter(name => !known.includes(name))).toEqual([]);
  expect(metrics.length).toBeGreaterThan(5);
});

test('the resources that stay by default are those that it lists', () => {
  const kept = Object.values(template.Resources).filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith('Retain'));
  expect(kept.map(({ Type }) => Type).sort()).toEqual([
    'AWS::ApiGateway::Account', 'AWS::DynamoDB::Table', 'AWS::IAM::Role', 'AWS::S3::Bucket', 'AWS::S3::BucketPolicy',
  ]);
});

/** The local server replaces AWS, and shell functions replace the AWS command line. */
const INSTEAD = `
aws() { case "$1 $2" in "sts assume-role") echo '{"AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c"}' ;; *) echo "aws $*" ;; esac; }
npx() { echo "npx $*"; }
npm() { :; }
sleep() { command sleep 0.3; }
`;

/** All steps except the first, which the test has done. */
async function follow(origin: string): Promise<string> {
  const outputs = Object.fromEntries(
    Object.keys(template.Outputs).map(name => [name, name.startsWith('ImagesApiUrl') ? `${origin}/` : name]),
  );
  const resources = Object.entries(template.Resources)
    .map(([id, { Type }]) => ({ LogicalResourceId: id, ResourceType: Type, PhysicalResourceId: id }));
  mkdirSync(join(folder, 'cdk.out'), { recursive: true });
  writeFileSync(join(folder, 'cdk.out', 'outputs.json'), JSON.stringify({ Quickstart: outputs }));
  const listed = JSON.stringify({ StackResourceSummaries: resources });
  const script = `${INSTEAD}export AWS_REGION=eu-central-1\n${BLOCKS.slice(1).join('\n')}`
    .replace(/^aws cloudformation list-stack-resources.*$/m, `cat > cdk.out/resources.json <<'EOT'\n${listed}\nEOT`);
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder });
  return stdout;
}

test('its commands get the answers that it expects, from the local server', async () => {
  const server = createLocalServerEnvironment({ processing: true });
  await server.start();
  try {
    const stdout = await follow(server.url());
    const statuses = [...stdout.matchAll(/^(?:HTTP\/1\.1|PUT|CDN) (\d{3})/gm)]
      .map(([, status]) => Number(status))
      .join(' ');
    // Unsigned requests; three PUTs; the variant twice and once without its signature; three on demand; the deletion,
    // and then the CDN.
    expect(statuses).toMatch(/^200 401 405 404 403 200 412 200 200 403 200 200 200 204( 200)* 404$/);
    for (const code of ['unauthenticated', 'method-not-allowed', 'no-such-route', 'forbidden']) {
      expect(stdout).toContain(`"code":"${code}"`);
    }
    expect(stdout).toMatch(
      /x-cache: Miss from cloudfront[\s\S]*x-cache: Hit from cloudfront[\s\S]*x-cache: Error from cloudfront/,
    );
    expect(stdout.match(/content-type: image\/\w+/gi)).toEqual(
      ['avif', 'avif', 'avif', 'webp', 'jpeg'].map(format => expect.stringMatching(new RegExp(format))),
    );
    expect(stdout).toContain('cache-control: private, max-age=31536000, immutable');
    expect(stdout).toMatch(/"status":"ready".*"format":"png"/);
    expect(stdout).toMatch(/aws cloudfront list-invalidations --distribution-id ImagesDeliveryCdnDistribution\w+/);
  } finally {
    await server.stop();
  }
});
