import type * as events from 'aws-cdk-lib/aws-events';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EventPublishing } from './event-publishing';
import type { EventType } from '../contract';
import { describeValue, locate, throwOptionError } from '../private/validate';

/**
 * The events of an image service, as rules of Amazon EventBridge. The first rule turns events on. docs/events.md
 * describes the events.
 */
export abstract class ImageEventSource extends Construct {
  private publishing?: EventPublishing;

  /** The function that publishes events. Undefined while no events are published. */
  public get publisherFunction(): lambda.IFunction | undefined {
    return this.publishing?.function;
  }

  /**
   * The queue of events that could not be published for 12 hours. Its messages name positions in the table's stream.
   * Undefined while no events are published.
   */
  public get undeliveredEventsQueue(): sqs.IQueue | undefined {
    return this.publishing?.undelivered;
  }

  /**
   * Makes a rule for images that become ready: their variants are made, or they are confirmed in a service without
   * processing. Reprocessing a ready image is no such event.
   * @throws if the service has `Events.none()`, or its own table has no stream
   */
  public onImageReady(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this.makeRule(id, 'ready', options);
  }

  /**
   * Makes a rule for images whose bytes are rejected.
   * @throws if the service has `Events.none()`, or its own table has no stream
   */
  public onImageRejected(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this.makeRule(id, 'rejected', options);
  }

  /**
   * Makes a rule for images whose processing failed after all tries. An operator can redrive them.
   * @throws if the service has `Events.none()`, or its own table has no stream
   */
  public onImageFailed(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this.makeRule(id, 'failed', options);
  }

  /**
   * Makes a rule for images that a client deletes, at the moment when the API answers 404 for them. Uploads that expire
   * without bytes have no event.
   * @throws if the service has `Events.none()`, or its own table has no stream
   */
  public onImageDeleted(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this.makeRule(id, 'deleted', options);
  }

  /**
   * Makes a rule for ready images whose owner changes `visibility` or `shared_with`, in either direction. `Image Ready`
   * tells how an image is shared when it becomes ready.
   * @throws if the service has `Events.none()`, or its own table has no stream
   */
  public onImageShared(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this.makeRule(id, 'shared', options);
  }

  /**
   * Turns events on, once.
   * @internal
   */
  protected _publishEvents(): EventPublishing {
    return this.publishing ??= this._makeEventPublishing();
  }

  /** @internal */
  protected abstract _makeEventPublishing(): EventPublishing;

  private makeRule(id: string, type: EventType, options: events.OnEventOptions): events.Rule {
    locate(this);
    checkTarget(options.target);
    return this._publishEvents().makeRule(this, id, type, options);
  }
}

/** Plain JavaScript can pass a queue or a function itself. */
function checkTarget(target?: events.IRuleTarget): void {
  if (target === undefined || typeof target.bind === 'function') return;
  const fix = 'write it like new SqsQueue(queue), with SqsQueue of aws-cdk-lib/aws-events-targets';
  throwOptionError('target', 'must be a target of a rule', describeValue(target), fix);
}
