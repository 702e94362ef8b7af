import { randomUUID } from 'node:crypto';
import {
  type Input, type Listener, listenForJson, type Output, type Unreadable, type WireError,
} from '../engines/aws-json';
import type { Credentials } from '../engines/request-signature';

/** Amazon EventBridge API Reference, PutEvents. */
const MOST_ENTRIES = 10;
const MAX_REQUEST_BYTES = 2 ** 20;
/**
 * The publisher waits 4 seconds for an answer, and one delivery takes 2 at most. Events that wait longer count as
 * refused, and come again.
 */
const LONGEST_CALL_MS = 1500;

/** An event as its targets receive it (Amazon EventBridge User Guide, "Event structure reference"). */
export interface BusEvent {
  readonly 'version': '0';
  readonly 'id': string;
  readonly 'detail-type': string;
  readonly 'source': string;
  readonly 'account': string;
  readonly 'time': string;
  readonly 'region': string;
  readonly 'resources': readonly string[];
  readonly 'detail': Record<string, unknown>;
}

export interface EventBusApiOptions {
  readonly region: string;
  readonly account: string;
  readonly credentials: Credentials;
  /** Delivers an event. False: it could not be delivered. */
  readonly deliver: (event: BusEvent) => Promise<boolean>;
}

class EventsError extends Error implements WireError {
  readonly statusCode = 400;
  readonly body: Output;

  constructor(type: string, message: string) {
    super(message);
    this.body = { __type: type, message };
  }
}

/**
 * Serves PutEvents of EventBridge. It accepts an event once it is delivered, so an event that a crash interrupts comes
 * again from the stream. AWS accepts at once and retries targets for 24 hours.
 */
export async function startEventBusApi(options: EventBusApiOptions): Promise<Listener> {
  return listenForJson({
    target: 'AWSEvents.',
    maxRequestBytes: MAX_REQUEST_BYTES,
    credentials: options.credentials,
    internalErrorType: 'InternalException',
    dispatch: async (operation, input) => {
      if (operation !== 'PutEvents') {
        throw new EventsError('UnknownOperationException', `${operation} is not implemented here`);
      }
      return putEvents(options, input);
    },
    buildUnreadableError,
    toWireError: error => error instanceof EventsError ? error : undefined,
  });
}

function buildUnreadableError(reason: Unreadable): EventsError {
  const type = reason === 'unsigned' ? 'MissingAuthenticationToken' : 'UnrecognizedClientException';
  return new EventsError(type, `The request is ${reason}`);
}

/** Delivers in order and stops at the first failure, since the stream repeats all events after it. */
async function putEvents(options: EventBusApiOptions, { Entries }: Input): Promise<Output> {
  const entries = Array.isArray(Entries) ? Entries as Input[] : [];
  if (entries.length < 1 || entries.length > MOST_ENTRIES) {
    throw new EventsError(
      'ValidationException', `Entries must hold 1 to ${MOST_ENTRIES} entries, got: ${entries.length}`,
    );
  }
  const results: Output[] = [];
  const end = performance.now() + LONGEST_CALL_MS;
  let isFailing = false;
  for (const entry of entries) {
    const event = buildEvent(options, entry);
    isFailing ||= performance.now() > end || !await options.deliver(event);
    results.push(isFailing ? { ErrorCode: 'InternalFailure', ErrorMessage: 'not delivered' } : { EventId: event.id });
  }
  return { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries: results };
}

function buildEvent({ region, account }: EventBusApiOptions, entry: Input): BusEvent {
  return {
    'version': '0',
    'id': randomUUID(),
    'detail-type': String(entry.DetailType),
    'source': String(entry.Source),
    account,
    // Seconds, as on AWS.
    'time': `${new Date(Number(entry.Time) * 1000).toISOString().slice(0, 19)}Z`,
    region,
    'resources': entry.Resources as string[],
    'detail': JSON.parse(String(entry.Detail)) as Record<string, unknown>,
  };
}
