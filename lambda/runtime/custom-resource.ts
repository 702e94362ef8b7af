import * as http from 'node:http';
import * as https from 'node:https';
import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from 'aws-lambda';
import { ServiceError } from '../domain/errors';

/** A provided custom resource: its physical id, and its attributes. */
export interface Provided {
  readonly id: string;
  readonly data?: Readonly<Record<string, string>>;
}

export interface CustomResource {
  /** Name of the resource in the reason of a failure. */
  readonly name: string;
  /** Receives errors that are hidden from CloudFormation. */
  readonly onError: (error: unknown) => void;
  /** Handles creations and updates. */
  provide(event: CloudFormationCustomResourceEvent): Promise<Provided>;
  /** Handles deletions. Without it a deletion does nothing. */
  remove?(event: CloudFormationCustomResourceEvent): Promise<void>;
}

const ATTEMPTS = 5;
const TIMEOUT_MS = 10_000;
const PAUSE_MS = 500;

/**
 * Answers CloudFormation in any case: without an answer it waits for an hour.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
export async function answerCloudFormation(
  event: CloudFormationCustomResourceEvent, resource: CustomResource,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const outcome = await runRequest(event, resource);
  await send(event.ResponseURL, JSON.stringify({ StackId, RequestId, LogicalResourceId, ...outcome }), resource);
}

type ResponseOutcome = Pick<CloudFormationCustomResourceResponse, 'Status' | 'PhysicalResourceId' | 'Data'> & {
  readonly Reason?: string;
};

async function runRequest(
  event: CloudFormationCustomResourceEvent, resource: CustomResource,
): Promise<ResponseOutcome> {
  const known = 'PhysicalResourceId' in event ? event.PhysicalResourceId : event.LogicalResourceId;
  const isDeletion = event.RequestType === 'Delete';
  try {
    if (isDeletion) {
      await resource.remove?.(event);
      return { Status: 'SUCCESS', PhysicalResourceId: known };
    }
    const { id, data } = await resource.provide(event);
    return { Status: 'SUCCESS', PhysicalResourceId: id, Data: data && { ...data } };
  } catch (error) {
    resource.onError(error);
    return {
      Status: 'FAILED',
      PhysicalResourceId: known,
      Reason: describeFailure(`${resource.name} could not be ${isDeletion ? 'removed' : 'provided'}`, error),
    };
  }
}

/** Every viewer of the stack can read it: it names the kind of an error at most, not its text. */
function describeFailure(failure: string, error: unknown): string {
  const name = /^[A-Za-z]{1,64}$/.exec((error as Error | undefined)?.name ?? '')?.[0] ?? 'Error';
  return `${failure} (${name}): see the log of the function.`;
}

async function send(url: string, body: string, { onError }: CustomResource): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await put(url, body);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      onError(error);
      await new Promise(resolve => setTimeout(resolve, attempt * PAUSE_MS));
    }
  }
}

/** The URL is signed for an empty content type. Emulators have URLs without TLS. */
function put(url: string, body: string): Promise<void> {
  const { request } = url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method: 'PUT', headers, timeout: TIMEOUT_MS }, response => {
      response.resume();
      const { statusCode = 0 } = response;
      if (statusCode < 300) resolve();
      else reject(new ServiceError(`CloudFormation's bucket answered ${statusCode}`));
    });
    sent.on('timeout', () => sent.destroy(new ServiceError(`no answer within ${TIMEOUT_MS} ms`)));
    sent.on('error', reject);
    sent.end(body);
  });
}
