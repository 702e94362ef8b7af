import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pythonTool, type PythonTool } from '../python-tools';

/** A checker's findings about a resource, without those that the template itself justifies. */
export interface Finding {
  readonly template: string;
  readonly rule: string;
  readonly resource: string;
  readonly message: string;
}

export interface Checker {
  readonly name: PythonTool;
  /** Checks all templates of a folder, given by their file names, in one process: a start takes seconds. */
  check(folder: string, templates: readonly string[]): Promise<Finding[]>;
}

interface LintMatch {
  readonly Filename: string;
  readonly Message: string;
  readonly Location: { readonly Path: (string | number)[] | null };
  readonly Rule: { readonly Id: string };
}

/** cfn-lint reports an unreadable template as a finding (E0000). */
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
  readonly results: Record<'passed_checks' | 'failed_checks' | 'skipped_checks', CheckovCheck[]> & {
    readonly parsing_errors: string[];
  };
}

/** Checkov skips unreadable templates, so a template without any result is unchecked. */
export const checkov: Checker = {
  name: 'checkov',
  async check(folder, templates) {
    const options = [
      '--skip-download', '--framework', 'cloudformation', '--output', 'json', '--compact', '--directory', '.',
    ];
    const { results } = JSON.parse(await run('checkov', folder, options)) as CheckovReport;
    const seen = new Set(
      [...results.passed_checks, ...results.failed_checks, ...results.skipped_checks].map(readTemplate),
    );
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

/** Paths begin with a slash, which stands for the checked folder. */
function readTemplate({ file_path: path }: CheckovCheck): string {
  return path.slice(1);
}

/** Both exit with a nonzero code for findings, so only unreadable output is an error. */
async function run(tool: PythonTool, cwd: string, args: readonly string[]): Promise<string> {
  const command = join(await pythonTool(tool, text => console.log(text)), tool);
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd, maxBuffer: 256 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (/^[[{]/.test(stdout)) resolve(stdout);
      else reject(new Error(`${tool} must answer in JSON, got: ${stdout}${stderr || error?.message}`));
    });
  });
}
