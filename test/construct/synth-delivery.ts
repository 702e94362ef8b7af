import { synthesize, type Synthesized } from './synth';
import { Delivery, Viewers, type CloudFrontDeliveryOptions } from '../../src';

export function synthesizeDelivery(options: (stack: Synthesized['stack']) => CloudFrontDeliveryOptions): Synthesized {
  return synthesize(stack => ({ delivery: Delivery.cloudFront(options(stack)) }));
}

export function synthesizePublic(): Synthesized {
  return synthesizeDelivery(() => ({ viewers: Viewers.anyone() }));
}

export function getDistributionConfig({ one }: Synthesized): Record<string, any> {
  return one('AWS::CloudFront::Distribution').Properties.DistributionConfig;
}
