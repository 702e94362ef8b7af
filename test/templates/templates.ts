import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PLANTED } from './planted';
import { COMBINATIONS } from '../construct/combinations';
import { synthesize } from '../construct/synth';

const EXAMPLES = join(__dirname, '..', '..', 'examples');

/** Writes the template of every combination of props, of every example, and the planted one. Returns the file names. */
export function writeTemplates(folder: string): string[] {
  for (const [name, props] of Object.entries(COMBINATIONS)) {
    write(folder, `${name.replaceAll(' ', '-')}.json`, synthesize(props).template.toJSON());
  }
  for (const { name } of readdirSync(EXAMPLES, { withFileTypes: true }).filter(entry => entry.isDirectory())) {
    writeExample(folder, name);
  }
  write(folder, PLANTED.template, PLANTED.body);
  return readdirSync(folder);
}

/** Synthesizes an example as its cdk.json says. */
function writeExample(folder: string, name: string): void {
  const cwd = join(EXAMPLES, name);
  const outdir = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    const { app } = JSON.parse(readFileSync(join(cwd, 'cdk.json'), 'utf8')) as { app: string };
    execFileSync(app, {
      cwd,
      shell: true,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, CDK_OUTDIR: outdir },
    });
    for (const file of readdirSync(outdir).filter(entry => entry.endsWith('.template.json'))) {
      write(folder, `example-${name}-${file}`, JSON.parse(readFileSync(join(outdir, file), 'utf8')) as object);
    }
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function write(folder: string, file: string, template: object): void {
  writeFileSync(join(folder, file), JSON.stringify(template, undefined, 1));
}
