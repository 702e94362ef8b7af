import { join } from 'node:path';
import type { Emulator } from './emulator';
import { run, withoutAwsSettings } from './processes';
import type { Progress } from './progress';
import { EMULATOR, LOCAL } from '../../local/names';

const ROOT = join(__dirname, '..', '..');
export const QUICKSTART = join(ROOT, 'examples', 'quickstart');
export const { REGION } = LOCAL;
export const { CREDENTIALS } = EMULATOR;

/** A context of the quickstart. The suites of the contract send bytes that only begin as images do, which a worker would reject. */
export const WITHOUT_PROCESSING = { processing: 'none' };

/** MiniStack knows no public keys, and LocalStack no CloudFront. */
export const WITH_CDN = { delivery: 'anyone' };

/** Settings that every client of the emulator needs, without the developer's own AWS settings. */
export function clientEnvironment({ endpoint, certificate }: Emulator): NodeJS.ProcessEnv {
  return {
    ...withoutAwsSettings(),
    AWS_ENDPOINT_URL: endpoint,
    // cdklocal would look for buckets at `<bucket>.<host>` otherwise.
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...(certificate && { NODE_EXTRA_CA_CERTS: certificate }),
  };
}

/** `cdklocal` on the quickstart, as its README says, its assembly in a folder of this run. */
export class CdkLocal {
  readonly assembly: string;

  constructor(private readonly emulator: Emulator, private readonly progress: Progress) {
    this.assembly = join(progress.folder, 'cdk.out');
  }

  async bootstrap(): Promise<void> {
    await this.call('bootstrap');
  }

  async deploy(context: Record<string, string> = {}): Promise<void> {
    await this.call('deploy', '--require-approval', 'never', ...contextArguments(context));
  }

  async destroy(): Promise<void> {
    await this.call('destroy', '--force', ...contextArguments({}));
  }

  private async call(command: string, ...args: string[]): Promise<void> {
    const { path, write } = this.progress.log('cdklocal.log');
    write(`\n$ cdklocal ${command} ${args.join(' ')}\n`);
    // The certificate of an emulator with TLS is its own, and the CDK CLI has no other way to accept it.
    const env = { ...clientEnvironment(this.emulator), ...(this.emulator.certificate && { NODE_TLS_REJECT_UNAUTHORIZED: '0' }) };
    await run('npx', ['cdklocal', command, '--no-notices', '--output', this.assembly, ...args], { cwd: QUICKSTART, env }, write)
      .catch(error => { throw new Error(`${(error as Error).message}\nall of it: ${path}`); });
  }
}

function contextArguments(context: Record<string, string>): string[] {
  return Object.entries({ emulator: 'true', ...context }).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
}
