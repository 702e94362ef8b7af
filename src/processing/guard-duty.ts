import * as events from 'aws-cdk-lib/aws-events';
import * as guardduty from 'aws-cdk-lib/aws-guardduty';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { Leftovers } from './leftovers';
import type { UploadQueue } from './upload-queue';
import { PREFIXES, VALIDATION_OBJECT } from '../contract';
import type { FunctionSettings } from '../private/function-settings';
import { suppress } from '../private/nag';
import type { IStorage } from '../storage/interfaces';

const PRINCIPAL = 'malware-protection-plan.guardduty.amazonaws.com';

export interface GuardDutyProps {
  readonly storage: IStorage;
  readonly uploads: UploadQueue;
  readonly functionSettings: FunctionSettings;
}

/** GuardDuty scans and tags originals. Its results go to the queue of uploads, and the worker then reads the tag. */
export class GuardDuty extends Construct {
  public readonly role: iam.Role;
  public readonly leftovers: lambda.Function;

  constructor(scope: Construct, id: string, { storage, uploads, functionSettings }: GuardDutyProps) {
    super(scope, id);
    const { bucketName } = storage.bucket;
    this.role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal(PRINCIPAL) });
    storage.grantGuardDuty(this.role);
    const plan = new guardduty.CfnMalwareProtectionPlan(this, 'Plan', {
      role: this.role.roleArn,
      protectedResource: { s3Bucket: { bucketName, objectPrefixes: [PREFIXES.ORIGINALS] } },
      actions: { tagging: { status: 'ENABLED' } },
    });
    // GuardDuty tests the permissions of the role when the plan is made.
    plan.node.addDependency(this.role.node.findChild('DefaultPolicy'));
    const leftovers = new Leftovers(this, 'Leftovers', {
      functionSettings,
      bucket: storage.bucket,
      key: VALIDATION_OBJECT,
    });
    this.leftovers = leftovers.function;
    plan.node.addDependency(leftovers);
    uploads.allowRules();
    this.sendResults(bucketName, uploads);
  }

  /** https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html */
  private sendResults(bucketName: string, { queue, policy }: UploadQueue): void {
    const rule = new events.Rule(this, 'Results', {
      description: 'Image service: sends GuardDuty results to the queue of uploads',
      eventPattern: {
        source: ['aws.guardduty'],
        detailType: ['GuardDuty Malware Protection Object Scan Result'],
        detail: { s3ObjectDetails: { bucketName: [bucketName], objectKey: [{ prefix: PREFIXES.ORIGINALS }] } },
      },
    });
    // Not CDK's target: its statement in the queue policy names the rule (see `UploadQueue.allowRules`).
    rule.addTarget({ bind: () => ({ arn: queue.queueArn }) });
    rule.node.addDependency(policy);
    suppress(rule.node.defaultChild!, {
      rules: ['Serverless-EventBusDLQ'],
      reason: 'A lost result only delays the image: the sweeper announces images that stay in processing, and the worker reads the tag.',
    });
  }
}
