import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pythonTool, type PythonTool } from '../python-tools';

/** What a checker has against a resource, after the reasons that the template itself gives. */
export interface Finding {
  readonly template: string;
  readonly rule: string;
  readonly resource: string;
  readonly message: string;
}

export interface Checker {
  readonly name: PythonTool;
  /** Checks all templates of a folder, given by their file names, in one process: starting one takes seconds. */
  check(folder: string, templates: readonly string[]): Promise<Finding[]>;
}

interface LintMatch {
  readonly Filename: string;
  readonly Message: string;
  readonly Location: { readonly Path: (string | number)[] | null };
  readonly Rule: { readonly Id: string };
}

/** A template that cannot be read is a finding to cfn-lint (E0000). */
export const cfnLint: Checker = {
  name: 'cfn-lint',
  async check(folder, templates) {
    const matches = JSON.parse(await run('cfn-lint', folder, ['--format', 'json', '--', ...templates])) as LintMatch[];
    return matches.map(({ Filename, Message, Location, Rule }) => ({
      template: Filename,
      rule: Rule.Id,
      resource: `${Location.Path?.[1] ?? ''}`,
      message: Message,
    }));
  },
};

interface CheckovCheck {
  readonly check_id: string;
  readonly check_name: string;
  readonly file_path: string;
  readonly resource: string;
}

interface CheckovReport {
  readonly results: Record<'passed_checks' | 'failed_checks' | 'skipped_checks', CheckovCheck[]> & { readonly parsing_errors: string[] };
}

/** Checkov passes over what it cannot read: a template about which it says nothing at all has not been checked. */
export const checkov: Checker = {
  name: 'checkov',
  async check(folder, templates) {
    const options = ['--skip-download', '--framework', 'cloudformation', '--output', 'json', '--compact', '--directory', '.'];
    const { results } = JSON.parse(await run('checkov', folder, options)) as CheckovReport;
    const seen = new Set([...results.passed_checks, ...results.failed_checks, ...results.skipped_checks].map(readTemplate));
    const unseen = templates.filter(template => !seen.has(template));
    if (unseen.length > 0) throw new Error(`checkov must read every template, got: nothing about ${unseen.join(', ')}`);
    return results.failed_checks.map(check => ({
      template: readTemplate(check),
      rule: check.check_id,
      resource: check.resource.split('.').at(-1)!,
      message: check.check_name,
    }));
  },
};

/** Paths begin with a slash, for the folder that is checked. */
function readTemplate({ file_path: path }: CheckovCheck): string {
  return path.slice(1);
}

/** Both end with another code than 0 where they find something: only an answer that is none is an error. */
async function run(tool: PythonTool, cwd: string, args: readonly string[]): Promise<string> {
  const command = join(await pythonTool(tool, text => console.log(text)), tool);
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd, maxBuffer: 256 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (/^[[{]/.test(stdout)) resolve(stdout);
      else reject(new Error(`${tool} must answer in JSON, got: ${stdout}${stderr || error?.message}`));
    });
  });
}
