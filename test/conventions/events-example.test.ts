import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './compiled';

interface Resource { readonly Type: string; readonly Properties: Record<string, any> }

const FOLDER = join(ROOT, 'examples', 'events');

function synthesizeExample(): Resource[] {
  const { app } = JSON.parse(readFileSync(join(FOLDER, 'cdk.json'), 'utf8')) as { app: string };
  const [command, ...args] = app.split(' ');
  const outdir = mkdtempSync(join(tmpdir(), 'events-example-'));
  try {
    execFileSync(command, args, { cwd: FOLDER, stdio: 'pipe', env: { ...process.env, CDK_OUTDIR: outdir } });
    const template = JSON.parse(readFileSync(join(outdir, 'EventsExample.template.json'), 'utf8')) as {
      Resources: Record<string, Resource>;
    };
    return Object.values(template.Resources);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

test('the example sends each event to a target that loses none', () => {
  const rules = synthesizeExample().filter(({ Type, Properties }) => Type === 'AWS::Events::Rule' && Properties.EventPattern);
  const targets = rules.map(({ Properties: { EventPattern, Targets } }) => ({
    event: EventPattern['detail-type'][0],
    to: JSON.stringify(Targets[0].Arn).match(/ReadyImages|Webhook|ForgetImage/)?.[0],
    keepsLost: JSON.stringify(Targets[0].DeadLetterConfig).includes('LostEvents'),
  }));
  expect(targets.sort((a, b) => a.event.localeCompare(b.event))).toEqual([
    { event: 'Image Deleted', to: 'ForgetImage', keepsLost: true },
    { event: 'Image Failed', to: 'Webhook', keepsLost: true },
    { event: 'Image Ready', to: 'ReadyImages', keepsLost: true },
    { event: 'Image Rejected', to: 'Webhook', keepsLost: true },
  ]);
}, 60_000);
