import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Checker, cfnLint, checkov, type Finding } from './checkers';
import { PLANTED } from './planted';
import { writeTemplates } from './templates';

/**
 * `npm run check:templates` runs cfn-lint and checkov on the template of every combination of props and every example.
 * A finding is accepted if the resource itself gives the reason (`suppress` in src/private/nag.ts), or `IN_EXAMPLES`
 * does. All others are printed, and the exit code is 1.
 */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'templates-'));
  try {
    const templates = writeTemplates(folder);
    const results = await Promise.all([cfnLint, checkov].map(checker => check(checker, folder, templates)));
    if (results.some(clean => !clean)) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function check(checker: Checker, folder: string, templates: readonly string[]): Promise<boolean> {
  const started = Date.now();
  const found = await checker.check(folder, templates);
  const unexplained = found.filter(
    ({ template, rule }) => template !== PLANTED.template && !(template.startsWith('example-') && rule in IN_EXAMPLES),
  );
  const looks = found.some(finding => isPlanted(checker, finding));
  for (const line of byTemplates(unexplained)) console.log(`${checker.name}: ${line}`);
  if (!looks) console.log(`${checker.name}: does not find the fault that was planted for it`);
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(
    `${checker.name}: ${unexplained.length} findings without a reason in ${templates.length - 1} templates (${seconds} s)`,
  );
  return looks && unexplained.length === 0;
}

/** Rules that resources of examples need not follow, with the reason. The service itself has no exceptions here. */
const IN_EXAMPLES: Readonly<Record<string, string>> = {
  CKV_AWS_27: 'SQS encrypts queues with its own key by default. A customer key costs money each month.',
  CKV_AWS_115: 'Reserved concurrency fails in accounts with a low limit.',
  CKV_AWS_116: 'The function is called synchronously, so no event can be lost.',
  CKV_AWS_117: 'The function needs no resource in a VPC.',
  CKV_AWS_119: 'DynamoDB encrypts tables with its own key. A customer key costs money each month.',
  CKV_AWS_158: 'CloudWatch Logs encrypts log groups with its own key. A customer key costs money each month.',
  CKV_AWS_173: 'The variables are names and URLs. Lambda encrypts them with its own key.',
  W3005: 'CDK makes a state machine depend on its role, because the policies of the role must exist first.',
};

/** Most findings occur in many templates. */
function byTemplates(findings: readonly Finding[]): string[] {
  const templates = new Map<string, string[]>();
  for (const { template, rule, resource, message } of findings) {
    const finding = `${rule} ${resource}: ${message}`;
    templates.set(finding, [...templates.get(finding) ?? [], template]);
  }
  return [...templates].map(([finding, names]) => `${finding} (${names.join(', ')})`);
}

function isPlanted({ name }: Checker, { template, rule, resource }: Finding): boolean {
  const fault = PLANTED.faults[name];
  return template === PLANTED.template && rule === fault.rule && resource === fault.resource;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
