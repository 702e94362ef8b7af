import type { Construct } from 'constructs';
import { COMMON_ENV } from './contract';
import { EventPublishing } from './events/event-publishing';
import { Events } from './events/events';
import type { Metadata } from './metadata/metadata';
import type { ServiceMonitoring } from './monitoring/service-monitoring';
import type { FunctionSettings } from './private/function-settings';
import { checkEnvironment } from './private/owned';
import { buildServiceName } from './private/service-name';
import { throwOptionError } from './private/validate';

export interface EventParts {
  /** Undefined: a rule turns events on. */
  readonly events?: Events;
  readonly functionSettings: FunctionSettings;
  readonly metadata: Metadata;
  /** Undefined with `Monitoring.none()`. */
  readonly monitoring?: ServiceMonitoring;
}

/** Makes the stream, the publisher, the queue of undelivered events and their alarms. */
export function makeEventPublishing(
  scope: Construct, { events = Events.eventBridge(), functionSettings, metadata, monitoring }: EventParts,
): EventPublishing {
  const { _settings: settings } = events;
  if (!settings) {
    throwOptionError(
      'events', 'must publish events if the service has rules for them', 'Events.none()',
      'use Events.eventBridge(), or leave it out',
    );
  }
  if (settings.bus) checkEnvironment('events.bus', settings.bus, scope);
  const publishing = new EventPublishing(scope, 'Events', {
    settings, functionSettings, metadata, tableArn: metadata.table.tableArn,
  });
  const { function: publisher, undelivered } = publishing;
  publisher.addEnvironment(COMMON_ENV.SERVICE_NAME, buildServiceName(scope));
  monitoring?.addEvents({ publisher, undelivered });
  return publishing;
}
