import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleScripts } from '../../projenrc/bundle-scripts';
import { COMMAND } from '../../projenrc/scripts';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface FakeStack {
  readonly outputs?: Readonly<Record<string, string>>;
  /** Names of nested stacks. */
  readonly nested?: readonly string[];
  /** Pages of the list of resources that come before the nested stacks. */
  readonly pages?: number;
  readonly status?: string;
}

/** The built command, and one endpoint for Lambda and CloudFormation. */
export class FakeAws {
  stacks: Record<string, FakeStack> = {};
  /** The error of a CloudFormation action, by its name. */
  refused: Record<string, { status: number; code: string; message: string }> = {};
  /** Answers of functions, by name; the last one repeats. */
  functions: Record<string, object[]> = {};
  /** Called once, at the next request to a function. */
  onRequest?: (command: ChildProcess | undefined) => void;
  readonly actions: string[] = [];
  readonly requests: unknown[] = [];
  private child?: ChildProcess;
  private readonly folder = mkdtempSync(join(tmpdir(), 'command-'));
  private readonly server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const [, name] = /^\/2015-03-31\/functions\/(.+)\/invocations$/.exec(request.url ?? '') ?? [];
    if (name === undefined) {
      const { status, text } = this.answerCloudFormation(new URLSearchParams(body));
      response.writeHead(status, { 'content-type': 'text/xml' }).end(text);
      return;
    }
    const answers = this.functions[decodeURIComponent(name)];
    if (answers === undefined) {
      response.writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException' }).end('{}');
      return;
    }
    this.requests.push(JSON.parse(body));
    this.onRequest?.(this.child);
    this.onRequest = undefined;
    response.writeHead(200).end(JSON.stringify(answers.length > 1 ? answers.shift() : answers[0]));
  });

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    await bundleScripts([COMMAND], this.folder);
    await new Promise<void>(resolve => { this.server.listen(0, '127.0.0.1', resolve); });
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
    rmSync(this.folder, { recursive: true });
  }

  reset(): void {
    [this.stacks, this.refused, this.functions, this.onRequest] = [{}, {}, {}, undefined];
    this.actions.length = this.requests.length = 0;
  }

  /** Runs the command against this endpoint. */
  async run(...args: string[]): Promise<Ended> {
    return this.runAnywhere(...args, '--endpoint', this.endpoint);
  }

  async runAnywhere(...args: string[]): Promise<Ended> {
    const child = spawn(process.execPath, [join(this.folder, COMMAND.outfile), ...args], {
      env: { PATH: '', HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' },
    });
    this.child = child;
    const text = { out: '', err: '' };
    child.stdout.on('data', chunk => { text.out += String(chunk); });
    child.stderr.on('data', chunk => { text.err += String(chunk); });
    return new Promise(resolve => { child.on('close', code => resolve({ code, ...text })); });
  }

  private answerCloudFormation(form: URLSearchParams): { status: number; text: string } {
    const [action, name] = [form.get('Action')!, form.get('StackName')!];
    this.actions.push(`${action} ${name}`);
    const refused = this.refused[action];
    if (refused) return buildError(refused.status, refused.code, refused.message);
    const stack = this.stacks[name];
    if (!stack) return buildError(400, 'ValidationError', `Stack with id ${name} does not exist`);
    const inner = action === 'DescribeStacks' ? describeStack(name, stack) : listResources(stack, form.get('NextToken'));
    return { status: 200, text: `<${action}Response><${action}Result>${inner}</${action}Result></${action}Response>` };
  }
}

function buildError(status: number, code: string, message: string): { status: number; text: string } {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, text: `<ErrorResponse>${error}</ErrorResponse>` };
}

function describeStack(name: string, { outputs = {}, status = 'CREATE_COMPLETE' }: FakeStack): string {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return `<Stacks><member><StackName>${name}</StackName><StackStatus>${status}</StackStatus>`
    + `<CreationTime>2026-11-30T12:00:00.000Z</CreationTime><Outputs>${members.join('')}</Outputs></member></Stacks>`;
}

/** The nested stacks are on the last page. */
function listResources({ nested = [], pages = 0 }: FakeStack, token: string | null): string {
  const page = Number(token ?? 0);
  const resources = page < pages
    ? [['AWS::S3::Bucket', `bucket-${page}`]]
    : nested.map(name => ['AWS::CloudFormation::Stack', name]);
  const members = resources.map(([type, id]) =>
    `<member><LogicalResourceId>R</LogicalResourceId><PhysicalResourceId>${id}</PhysicalResourceId>`
    + `<ResourceType>${type}</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>`);
  const next = page < pages ? `<NextToken>${page + 1}</NextToken>` : '';
  return `<StackResourceSummaries>${members.join('')}</StackResourceSummaries>${next}`;
}
