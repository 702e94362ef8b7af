import { installLocked } from '../locked-packages';

/** Returns the `node_modules` with the newest aws-cdk-lib that the construct is tested with. */
export function newestCdk(): string {
  return installLocked({ manifest: __dirname, name: 'newest-cdk' });
}
