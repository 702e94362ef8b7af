import type { AlarmDefinition } from './alarm-definition';
import { listApiAlarms } from './api-alarms';
import { listDistributionAlarms } from './delivery-alarms';
import { buildAccountConcurrencyAlarm, listFunctionAlarms } from './function-alarms';
import type { MonitoredService } from './monitored-service';
import { listQueueAlarms } from './queue-alarms';
import { listServiceAlarms } from './service-alarms';
import { listBucketAlarms } from './storage-alarms';
import { listTableAlarms } from './table-alarms';

/** All alarms of a service. docs/runbook.md has a section for each heading. */
export function listAlarms(service: MonitoredService): AlarmDefinition[] {
  return [
    ...listApiAlarms(service),
    ...listTableAlarms(service),
    ...Object.entries(service.functions).flatMap(([name, handler]) => listFunctionAlarms(name, handler)),
    buildAccountConcurrencyAlarm(),
    ...service.requestMetricsId ? listBucketAlarms(service) : [],
    ...listQueueAlarms(service),
    ...listDistributionAlarms(service),
    ...listServiceAlarms(service),
  ];
}
