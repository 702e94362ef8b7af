/** A synthesized template, as CloudFormation gets it. */
export interface TemplateJson {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties: Record<string, any> }>;
}

export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** An alarm on one metric. Values that are known in a deployment only are the JSON of their intrinsic function. */
export interface TemplateAlarm {
  /** Without the name of the service. */
  readonly name: string;
  readonly fullName: string;
  readonly description: string;
  readonly metric: MetricId;
  readonly statistic: string;
  readonly periodSeconds: number;
  readonly periods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: string;
  readonly missingData: string;
}

export interface TemplateFilter {
  readonly logGroup: string;
  readonly pattern: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly value: string;
  /** JSON selectors by dimension. */
  readonly dimensions: Readonly<Record<string, string>>;
}

interface Dimension {
  readonly Name: string;
  readonly Value: unknown;
}

function listResources({ Resources }: TemplateJson, type: string): Record<string, any>[] {
  return Object.values(Resources).filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
}

/** Text stays text, so that a literal differs from a reference with the same letters. */
export function render(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function readAlarms(template: TemplateJson): TemplateAlarm[] {
  return listResources(template, 'AWS::CloudWatch::Alarm').map(alarm => ({
    name: (alarm.AlarmName as string).split('-').at(-1)!,
    fullName: alarm.AlarmName,
    description: alarm.AlarmDescription,
    metric: {
      namespace: alarm.Namespace,
      name: alarm.MetricName,
      dimensions: Object.fromEntries(
        (alarm.Dimensions as Dimension[] | undefined ?? []).map(({ Name, Value }) => [Name, render(Value)]),
      ),
    },
    statistic: alarm.Statistic ?? alarm.ExtendedStatistic,
    periodSeconds: alarm.Period,
    periods: alarm.EvaluationPeriods,
    datapointsToAlarm: alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods,
    threshold: alarm.Threshold,
    comparison: alarm.ComparisonOperator,
    missingData: alarm.TreatMissingData ?? 'missing',
  }));
}

export function readFilters(template: TemplateJson): TemplateFilter[] {
  return listResources(template, 'AWS::Logs::MetricFilter').flatMap(
    ({ LogGroupName, FilterPattern, MetricTransformations }) =>
      (MetricTransformations as Record<string, any>[]).map(transformation => ({
        logGroup: render(LogGroupName),
        pattern: FilterPattern,
        namespace: transformation.MetricNamespace,
        metricName: transformation.MetricName,
        value: transformation.MetricValue,
        dimensions: Object.fromEntries(
          ((transformation.Dimensions ?? []) as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
        ),
      })),
  );
}

/** The format of the access log, and the log group that it goes to. */
export function readAccessLog(template: TemplateJson): { readonly format: string; readonly logGroup: string } {
  const [{ AccessLogSetting: { Format, DestinationArn } }] = listResources(template, 'AWS::ApiGateway::Stage');
  const [logGroup] = (DestinationArn as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'];
  return { format: Format, logGroup: render({ Ref: logGroup }) };
}

/** The variables that Powertools reads, of the function with a text in its logical id. */
export function readPowertools(template: TemplateJson, idPart: string): Record<string, string> {
  const found = Object.entries(template.Resources).filter(
    ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.includes(idPart),
  );
  if (found.length !== 1) throw new Error(`expected one function like ${idPart}, got: ${found.length}`);
  const { Variables } = found[0][1].Properties.Environment as { Variables: Record<string, string> };
  return Object.fromEntries(Object.entries(Variables).filter(([name]) => name.startsWith('POWERTOOLS_')));
}
