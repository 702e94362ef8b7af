import { join } from 'node:path';
import type { Emulator } from './emulator';
import { run, withoutAwsSettings } from './processes';
import type { Progress } from './progress';
import { EMULATOR, LOCAL } from '../../local/names';

const ROOT = join(__dirname, '..', '..');
const QUICKSTART = join(ROOT, 'examples', 'quickstart');
export const { REGION } = LOCAL;
export const { CREDENTIALS } = EMULATOR;

/**
 * Context values for the quickstart. The contract suites upload bytes that only begin like images; a worker would
 * reject them.
 */
export const WITHOUT_PROCESSING = { processing: 'none' };

/** The issuer that the tokens of a spec name. Nothing serves there: the spec serves the keys on this machine. */
export const TOKEN_ISSUER = 'https://login.example.com/';
export const WITH_TOKENS = { issuer: TOKEN_ISSUER, audience: 'images' };

/** MiniStack does not support CloudFront public keys; LocalStack does not support CloudFront. */
export const WITH_CDN = { delivery: 'anyone' };

/** Publishes events on the default bus of the account. */
export const WITH_EVENTS = { events: 'default' };

/** Publishes on a bus of the stack, so that the default bus is one on which the publisher has no rights. */
export const WITH_OWN_BUS = { events: 'own' };

/** The topic of all alarms. A spec creates it: a template can name a topic that does not exist yet. */
export const ALARM_TOPIC = `arn:aws:sns:${REGION}:000000000000:quickstart-alarms`;

/** Settings that every client of the emulator needs, without the developer's own AWS settings. */
export function buildClientEnvironment({ endpoint, certificate }: Emulator): NodeJS.ProcessEnv {
  return {
    ...withoutAwsSettings(),
    AWS_ENDPOINT_URL: endpoint,
    // Without this setting, cdklocal looks for buckets at `<bucket>.<host>`.
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...(certificate && { NODE_EXTRA_CA_CERTS: certificate }),
  };
}

/** Runs `cdklocal` on the quickstart, as its README says, with the assembly in a folder of this run. */
export class CdkLocal {
  readonly assembly: string;

  constructor(private readonly emulator: Emulator, private readonly progress: Progress) {
    this.assembly = join(progress.folder, 'cdk.out');
  }

  async bootstrap(): Promise<void> {
    await this.call('bootstrap');
  }

  async deploy(context: Record<string, string> = {}): Promise<void> {
    await this.call('deploy', '--require-approval', 'never', ...listContextArguments(context));
  }

  async destroy(): Promise<void> {
    await this.call('destroy', '--force', ...listContextArguments({}));
  }

  private async call(command: string, ...args: string[]): Promise<void> {
    const { path, write } = this.progress.log('cdklocal.log');
    write(`\n$ cdklocal ${command} ${args.join(' ')}\n`);
    // An emulator with TLS makes its own certificate; the CDK CLI has no other way to accept it.
    const env = {
      ...buildClientEnvironment(this.emulator),
      ...(this.emulator.certificate && { NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
    };
    await run(
      'npx', ['cdklocal', command, '--no-notices', '--output', this.assembly, ...args], { cwd: QUICKSTART, env }, write,
    )
      .catch(error => { throw new Error(`${(error as Error).message}\nall of it: ${path}`); });
  }
}

function listContextArguments(context: Record<string, string>): string[] {
  return Object.entries({ emulator: 'true', alarmTopic: ALARM_TOPIC, ...context }).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
}
