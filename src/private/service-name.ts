import { Names } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Builds the name of a service in logs, in the dimension of its metrics and in the names of its alarms. It comes from
 * the construct's path, so it differs between the services of an app. Letters, digits and hyphens, 128 at
 * most: the names of alarms may have 255 characters.
 */
export function buildServiceName(service: IConstruct): string {
  return Names.uniqueResourceName(service, { maxLength: 128, separator: '-' });
}
