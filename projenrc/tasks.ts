import { awscdk } from 'projen';

/** The commands of CONTRIBUTING.md. `npm run <name>` runs each. */
export function addTasks(project: awscdk.AwsCdkConstructLibrary): void {
  const bundle = project.addTask('bundle', {
    description: 'Bundles the Lambda handlers into assets/',
    exec: 'tsx projenrc/bundle-handlers.ts',
  });
  project.preCompileTask.spawn(bundle);

  const openapi = project.addTask('openapi', {
    description: 'Writes docs/openapi.json from the route table',
    exec: 'tsx projenrc/openapi/main.ts',
  });
  project.postCompileTask.spawn(openapi);

  project.addTask('start', {
    description: 'Runs the whole service on this machine',
    steps: [{ exec: 'tsx local/main.ts', receiveArgs: true }],
  });
  project.addTask('demo', {
    description: 'Uploads a folder of images through the public API',
    steps: [{ exec: 'tsx local/demo/main.ts', receiveArgs: true }],
  });
  project.addTask('benchmark', {
    description: 'Measures the figures of benchmarks/README.md',
    steps: [{ exec: 'tsx benchmarks/main.ts', receiveArgs: true }],
  });
  const typecheck = project.addTask('typecheck', {
    description: 'Type-checks everything that jsii does not compile',
    exec: 'tsc -p tsconfig.dev.json',
  });

  project.addTask('lint', {
    description: 'Checks style and import rules without changing anything',
    env: { ESLINT_USE_FLAT_CONFIG: 'false', NODE_NO_WARNINGS: '1' },
    exec: 'eslint --ext .ts --max-warnings 0 --no-error-on-unmatched-pattern src lambda local test projenrc benchmarks examples integ .projenrc.ts',
  });

  project.testTask.reset();
  project.testTask.spawn(bundle);
  project.testTask.spawn(typecheck);
  project.testTask.exec('jest --passWithNoTests', { receiveArgs: true });
}
