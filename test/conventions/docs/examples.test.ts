import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../compiled';

jest.setTimeout(60_000);

const EXAMPLES = join(ROOT, 'examples');

describe.each(readdirSync(EXAMPLES, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => name))('the example %s', example => {
  const folder = join(EXAMPLES, example);

  test('synthesizes by the command in its cdk.json', () => {
    const { app } = JSON.parse(readFileSync(join(folder, 'cdk.json'), 'utf8')) as { app: string };
    const outdir = mkdtempSync(join(tmpdir(), 'example-'));
    try {
      const [command, ...args] = app.split(' ');
      execFileSync(command, args, { cwd: folder, stdio: 'pipe', env: { ...process.env, CDK_OUTDIR: outdir } });
      const templates = readdirSync(outdir).filter(file => file.endsWith('.template.json'));
      const types = templates.flatMap(file => {
        const { Resources } = JSON.parse(readFileSync(join(outdir, file), 'utf8')) as {
          Resources: Record<string, { Type: string }>;
        };
        return Object.values(Resources).map(({ Type }) => Type);
      });
      expect(types).toContain('AWS::ApiGateway::RestApi');
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });

  test('has a README', () => {
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toMatch(/^# /);
  });
});
