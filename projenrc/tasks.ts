import type { awscdk, Task } from 'projen';

/** The commands of CONTRIBUTING.md. `npm run <name>` runs each. */
export function addTasks(project: awscdk.AwsCdkConstructLibrary): void {
  const bundle = project.addTask('bundle', {
    description: 'Bundles the Lambda handlers into assets/, the worker as one zip file for each processor too, and the operator\'s command into bin/',
    exec: 'tsx projenrc/bundle-handlers.ts',
  });
  bundle.exec('tsx projenrc/bundle-cli.ts');
  project.preCompileTask.spawn(bundle);

  const bundleLocal = project.addTask('bundle:local', {
    description: 'Bundles the local server into tmp/local-server, as the Dockerfile does',
  });
  bundleLocal.spawn(bundle);
  bundleLocal.exec('tsx projenrc/bundle-local-server.ts');

  const openapi = project.addTask('openapi', {
    description: 'Writes docs/openapi.json from the route table',
    exec: 'tsx projenrc/openapi/main.ts',
  });
  project.postCompileTask.spawn(openapi);

  // Not tasks: projen passes arguments through a shell again, which splits folder names at spaces.
  project.setScript('start', 'tsx local/main.ts');
  project.setScript('token', 'tsx local/token/main.ts');
  project.setScript('demo', 'tsx local/demo/main.ts');
  project.setScript('benchmark', 'tsx benchmarks/main.ts');
  project.setScript('integ:local', 'tsx integ/emulators/main.ts');
  project.setScript('local:create-resources', 'tsx local/resources/main.ts');
  project.setScript('corpus', 'tsx test/corpus/main.ts');
  project.setScript('colour', 'tsx test/colour/main.ts');
  project.setScript('picture:dashboard', 'tsx test/dashboard-picture/main.ts');
  project.setScript('test:newest-cdk', 'tsx test/newest-cdk/main.ts');
  project.setScript('docker:check', 'tsx test/docker/run-steps.ts');
  const typecheck = project.addTask('typecheck', {
    description: 'Type-checks everything that jsii does not compile',
    exec: 'tsc -p tsconfig.dev.json',
  });

  project.addTask('lint', {
    description: 'Checks style and import rules without changing anything',
    env: { ESLINT_USE_FLAT_CONFIG: 'false', NODE_NO_WARNINGS: '1' },
    exec: 'eslint --ext .ts --max-warnings 0 --no-error-on-unmatched-pattern src lambda local cli test projenrc benchmarks examples integ .projenrc.ts',
  });

  const checkTemplates = project.addTask('check:templates', {
    description:
      'Checks the templates of all combinations of props and all examples with cfn-lint and checkov (needs Python)',
  });
  checkTemplates.spawn(bundle);
  checkTemplates.exec('tsx test/templates/main.ts');

  addAccountTests(project, bundle);

  project.testTask.reset();
  project.testTask.spawn(bundle);
  project.testTask.spawn(typecheck);
  project.testTask.exec('jest --passWithNoTests', { receiveArgs: true });
}

/**
 * Runs `integ/integ.*.ts` with integ-runner. Only files in that folder itself: the folders below it have their own
 * runner.
 */
function addAccountTests(project: awscdk.AwsCdkConstructLibrary, bundle: Task): void {
  const runner = "integ-runner --directory integ --test-regex '/integ/integ\\.[^/]+\\.ts$' --app 'npx tsx {filePath}'";
  const add = (name: string, description: string, options: string): void => {
    const task = project.addTask(name, { description });
    task.spawn(bundle);
    task.exec(`${runner} ${options}`, { receiveArgs: true });
  };
  add('integ:snapshot', 'Compares the templates of the account tests with their snapshots', '--dry-run');
  add(
    'integ:snapshot:update',
    'Writes the snapshots of the account tests, without deploying anything',
    '--dry-run --force',
  );
  add('integ:deploy', 'Deploys, tests and destroys the service in an AWS account', '--force');
}
