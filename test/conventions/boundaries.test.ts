import { join } from 'node:path';
import type { ESLint } from 'eslint';
import { ROOT } from './compiled';

jest.setTimeout(60_000);

/** Rules that need types or check something else would only slow this down. */
const RULES = ['import/no-restricted-paths', 'no-restricted-imports'];

let eslint: Pick<ESLint, 'lintText'>;
beforeAll(async () => {
  const { loadESLint } = jest.requireActual<typeof import('eslint')>('eslint');
  const LegacyESLint = await loadESLint({ useFlatConfig: false });
  const configured = new LegacyESLint({ cwd: ROOT });
  const { rules } = await configured.calculateConfigForFile(join(ROOT, 'lambda/domain/planted.ts')) as {
    rules: Record<string, unknown>;
  };
  const others = Object.keys(rules).filter(rule => !RULES.includes(rule));
  eslint = new LegacyESLint({
    cwd: ROOT,
    overrideConfig: {
      parserOptions: { projectService: false },
      rules: Object.fromEntries(others.map(rule => [rule, 'off' as const])),
    },
  });
});

/** The lint messages for a file with one import. The file is not written to disk. */
async function lint(file: string, imported: string): Promise<string[]> {
  const [{ messages }] = await eslint.lintText(
    `import type * as planted from '${imported}';\nexport type Planted = typeof planted;\n`,
    { filePath: join(ROOT, file) },
  );
  return messages.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

test.each([
  ['src/planted.ts', '../lambda/domain/ports', 'src is compiled by jsii'],
  ['src/storage/planted.ts', '../metadata/metadata', 'Parts of the construct import each other only through'],
  ['src/metadata/planted.ts', '../storage/storage', 'Parts of the construct import each other only through'],
  ['src/api/planted.ts', '../image-service', 'Parts of the construct import each other only through'],
  ['src/contract/planted.ts', '../private/validate', 'Construct and handlers share the contract'],
  ['src/private/planted.ts', '../storage/interfaces', 'Helpers know no part'],
  ['lambda/http/planted.ts', '../../src/image-service', 'Handlers know the contract'],
  ['lambda/domain/planted.ts', '../runtime/config', 'The domain is pure'],
  ['lambda/domain/planted.ts', '@aws-sdk/client-s3', 'The domain is pure'],
  ['lambda/aws/planted.ts', '../runtime/config', 'lambda/aws knows the domain only'],
  ['lambda/clamav/planted.ts', '../aws/definitions-bucket', 'lambda/clamav knows the domain only'],
  ['lambda/domain/planted.ts', '../wiring/common', 'The domain is pure'],
  ['lambda/wiring/planted.ts', '../api.lambda', 'Handlers import their wiring'],
  ['lambda/planted.ts', '../local/main', 'Only a laptop runs local/'],
  ['local/planted.ts', '../src/image-service', 'The local server knows the contract'],
  ['local/planted.ts', '../lambda/domain/ports', 'The local server runs the built handlers'],
  ['local/http/planted.ts', '../names', 'local/http is shared by all other folders of local'],
  ['local/engines/planted.ts', '../server/front', 'The engines imitate S3, DynamoDB and SQS'],
  ['local/engines/planted.ts', '../backends/backend', 'The engines imitate S3, DynamoDB and SQS'],
  ['local/engines/planted.ts', '../options', 'The engines imitate S3, DynamoDB and SQS'],
  ['local/auth/planted.ts', '../server/front', 'The development issuer knows its key'],
  ['local/functions/planted.ts', '../server/front', 'local/functions runs the built handlers'],
  ['local/cdn/planted.ts', '../server/front', 'The simulated CDN knows engines and functions'],
  ['local/cdn/planted.ts', '../backends/backend', 'The simulated CDN knows engines and functions'],
  ['local/cdn/planted.ts', '../options', 'The simulated CDN knows engines and functions'],
  ['local/resources/planted.ts', '../backends/backend', 'local/resources creates the bucket'],
  ['local/backends/planted.ts', '../server/front', 'The server opens a backend'],
  ['local/backends/planted.ts', '../options', 'Only the commands read options'],
])('%s may not import %s', async (file, imported, reason) => {
  const messages = await lint(file, imported);
  expect(messages.join('\n')).toContain(reason);
});

test.each([
  ['src/metadata/planted.ts', '../storage/interfaces'],
  ['src/api/planted.ts', '../contract'],
  ['src/api/planted.ts', '../private/validate'],
  ['src/planted.ts', './storage/storage'],
  ['lambda/domain/planted.ts', '../../src/contract'],
  ['lambda/planted.ts', './runtime/config'],
  ['lambda/planted.ts', './wiring/common'],
  ['lambda/wiring/planted.ts', '../aws/clients'],
  ['local/planted.ts', '../src/contract'],
  ['local/engines/planted.ts', '../http/raw-headers'],
  ['local/cdn/planted.ts', '../engines/aws-json'],
  ['local/resources/planted.ts', '../place'],
])('%s may import %s', async (file, imported) => {
  expect(await lint(file, imported)).toEqual([]);
});
