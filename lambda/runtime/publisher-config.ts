import { type Environment, readRequired } from './environment';
import { PUBLISHER_ENV } from '../../src/contract';

export interface PublisherConfig {
  readonly eventBus: string;
  readonly tableArn: string;
  readonly includeUserId: boolean;
}

export function readPublisherConfig(env: Environment): PublisherConfig {
  return {
    eventBus: readRequired(env, PUBLISHER_ENV.EVENT_BUS),
    tableArn: readRequired(env, PUBLISHER_ENV.TABLE_ARN),
    includeUserId: env[PUBLISHER_ENV.INCLUDE_USER_ID] === 'true',
  };
}
