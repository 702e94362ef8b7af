import type * as events from 'aws-cdk-lib/aws-events';

/** The settings of `Events.eventBridge()`. */
export interface EventSettings {
  /** Undefined: the default bus of the account. */
  readonly bus?: events.IEventBus;
  readonly includeUserId: boolean;
}
