import type { Bug } from './bug';
import { type Change, describeChange, type DescribeOptions } from '../../../lambda/domain/events/describe-change';
import { publishEvents, type PublishDeps } from '../../../lambda/domain/events/publish-events';
import type { EventDetail } from '../../../src/contract';

/** Bugs of the publisher. */
export const EVENT_BUGS: readonly Bug[] = [
  {
    name: 'an unchanged status is an event',
    breaks: /^I12 .*ready,ready/m,
    module: 'events/describe-change',
    functions: {
      describeChange: ({ before, after }: Change, options: DescribeOptions) =>
        describeChange({ before: before && { ...before, status: 'processing' }, after }, options),
    },
  },
  {
    name: 'events that fail are not tried again',
    breaks: /^I12 .*has the events/m,
    module: 'events/publish-events',
    functions: {
      publishEvents: async (deps: PublishDeps, events: readonly EventDetail[]) => {
        await publishEvents(deps, events);
        return events.length;
      },
    },
  },
  {
    name: 'the stream goes on behind the first failed event',
    breaks: /^I12 .*has the events/m,
    module: 'events/publish-events',
    functions: {
      publishEvents: async (deps: PublishDeps, events: readonly EventDetail[]) => {
        const published = await publishEvents(deps, events);
        return published === events.length ? published : published + 1;
      },
    },
  },
  {
    name: 'the id of an event lacks the version',
    breaks: /^I12 .*(event_id|has the events)/m,
    module: 'events/describe-change',
    functions: {
      describeChange: (change: Change, options: DescribeOptions) => {
        const event = describeChange(change, options);
        return event && { ...event, event_id: `${event.image_id}:1:${event.status}` };
      },
    },
  },
];
