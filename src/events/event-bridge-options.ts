import type * as events from 'aws-cdk-lib/aws-events';

/** Options of `Events.eventBridge()`. All are optional. */
export interface EventBridgeOptions {
  /**
   * The event bus, in the account and region of the service. To reach a bus elsewhere, add a rule that has it as its
   * target.
   * @default - the default event bus of the account
   */
  readonly bus?: events.IEventBus;

  /**
   * Whether events hold the id of the user who owns the image, as `user_id`. All readers of the bus, its archives and
   * its targets see it. Without it, `owner` identifies the user by an opaque hash.
   * @default false
   */
  readonly includeUserId?: boolean;
}
