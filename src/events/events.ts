import type { EventBridgeOptions } from './event-bridge-options';
import type { EventSettings } from './settings';
import { checkBoolean, checkResource, listOptionNames, makeFromOptions } from '../private/validate';

const OPTIONS = listOptionNames<EventBridgeOptions>({ bus: true, includeUserId: true });

const BUS_KIND = {
  kind: 'events.IEventBus',
  member: 'eventBusName',
  example: "events.EventBus.fromEventBusName(this, 'Bus', 'photos')",
};

/** Events about images: whether and where they are published. */
export class Events {
  /**
   * Publishes an event to Amazon EventBridge when an image becomes ready, rejected or failed, is shared, or is
   * deleted. Events arrive at least once and in any order. docs/events.md describes them. `onImageReady()` and the like
   * make rules, and turn events on without this prop.
   *
   * It costs the table's stream, the publisher function and one PutEvents call for up to 10 events.
   * @throws if an option has the wrong type; the error names the option, the rule, the value and the fix
   */
  public static eventBridge(options: EventBridgeOptions = {}): Events {
    return makeFromOptions('events', 'Events.eventBridge()', options, OPTIONS, () => {
      checkResource('bus', options.bus, BUS_KIND);
      checkBoolean('includeUserId', options.includeUserId);
      return new Events({ bus: options.bus, includeUserId: options.includeUserId ?? false });
    });
  }

  /** Publishes no events. The table has no stream, and a rule for an event is an error. */
  public static none(): Events {
    return new Events();
  }

  /**
   * Undefined with `Events.none()`.
   * @internal
   */
  public readonly _settings?: EventSettings;

  private constructor(settings?: EventSettings) {
    this._settings = settings;
  }
}
