import { devNull } from 'node:os';

/** The local service must not use the developer's AWS account. */
export function isolate(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment)) if (name.startsWith('AWS_')) delete environment[name];
  // A profile could disable the endpoints that are set here (`ignore_configured_endpoint_urls`).
  environment.AWS_CONFIG_FILE = devNull;
  environment.AWS_SHARED_CREDENTIALS_FILE = devNull;
  environment.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
}
