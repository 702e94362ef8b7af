import { ApiAccess } from './api/api-access';
import { Compute } from './api/compute';
import { Limits } from './api/request-limits';
import { DEFAULT_STAGE_NAME } from './api/stage-name';
import { Delivery } from './delivery/delivery';
import type { ImageServiceProps } from './image-service-props';
import { Monitoring } from './monitoring/monitoring';
import { Processing } from './processing/processing';
import { Retention } from './storage/retention';
import { UploadRules } from './storage/upload-rules';

/** The props that have a default for every service. */
type Defaulted =
  'access' | 'limits' | 'compute' | 'uploads' | 'retention' | 'processing' | 'delivery' | 'stageName' | 'monitoring';
type CompleteProps = ImageServiceProps & Required<Pick<ImageServiceProps, Defaulted>>;

/** Sets the defaults of props. */
export function completeProps(props: ImageServiceProps): CompleteProps {
  const { processing = Processing.queue() } = props;
  return {
    ...props,
    processing,
    access: props.access ?? ApiAccess.iam(),
    limits: props.limits ?? Limits.of(),
    compute: props.compute ?? Compute.zip(),
    uploads: props.uploads ?? UploadRules.of(),
    retention: props.retention ?? Retention.of(),
    // Without processing there are no variants that a CDN could deliver.
    delivery: props.delivery ?? (processing._queue ? Delivery.cloudFront() : Delivery.presignedOnly()),
    stageName: props.stageName ?? DEFAULT_STAGE_NAME,
    monitoring: props.monitoring ?? Monitoring.of(),
  };
}
