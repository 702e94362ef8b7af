import {
  CloudWatchClient, DescribeAlarmsCommand, GetDashboardCommand, type AlarmType, type DescribeAlarmsCommandOutput,
} from '@aws-sdk/client-cloudwatch';
import type { Resource } from './inspector';
import { buildClientOptions, readDeployment } from '../deployment';

const client = new CloudWatchClient(buildClientOptions(readDeployment()));

async function describe(name: string, type: AlarmType): Promise<DescribeAlarmsCommandOutput> {
  return client.send(new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: [type] }));
}

export async function inspectAlarm({ id }: Resource) {
  const { MetricAlarms: [alarm] = [] } = await describe(id, 'MetricAlarm');
  if (!alarm) throw new Error(`there is no alarm ${id}`);
  return {
    ActionsEnabled: alarm.ActionsEnabled === false ? false : undefined,
    AlarmActions: listSome(alarm.AlarmActions),
    AlarmDescription: alarm.AlarmDescription,
    AlarmName: alarm.AlarmName,
    ComparisonOperator: alarm.ComparisonOperator,
    Dimensions: listSome(alarm.Dimensions?.map(({ Name, Value }) => ({ Name, Value }))),
    EvaluationPeriods: alarm.EvaluationPeriods,
    ExtendedStatistic: alarm.ExtendedStatistic,
    InsufficientDataActions: listSome(alarm.InsufficientDataActions),
    MetricName: alarm.MetricName,
    Namespace: alarm.Namespace,
    OKActions: listSome(alarm.OKActions),
    Period: alarm.Period,
    // MiniStack adds `Average` to an alarm on a percentile. CloudWatch has one of both.
    Statistic: alarm.ExtendedStatistic === undefined ? alarm.Statistic : undefined,
    Threshold: alarm.Threshold,
    TreatMissingData: alarm.TreatMissingData,
  };
}

export async function inspectCompositeAlarm({ id }: Resource) {
  const { CompositeAlarms: [alarm] = [] } = await describe(id, 'CompositeAlarm');
  if (!alarm) throw new Error(`there is no composite alarm ${id}`);
  return {
    AlarmActions: listSome(alarm.AlarmActions),
    AlarmDescription: alarm.AlarmDescription,
    AlarmName: alarm.AlarmName,
    AlarmRule: alarm.AlarmRule,
    OKActions: listSome(alarm.OKActions),
  };
}

/** Empty if there is none: `ignored.ts` has the emulator that ignores dashboards. */
export async function inspectDashboard({ written: { DashboardName } }: Resource) {
  return client.send(new GetDashboardCommand({ DashboardName })).then(
    dashboard => ({ DashboardBody: dashboard.DashboardBody, DashboardName: dashboard.DashboardName }),
    (error: Error) => {
      if (error.message.includes('does not exist')) return {};
      throw error;
    },
  );
}

/** The template has no empty lists. */
function listSome<T>(list: readonly T[] = []): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}
