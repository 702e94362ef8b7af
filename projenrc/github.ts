import { type awscdk, github } from 'projen';

/** The oldest version of Node that the package supports, and the functions' version. */
const NODE_VERSIONS = ['20', '24'];

export const PULL_REQUEST_TEMPLATE = [
  '## What changes, and why',
  '',
  'Fixes #',
  '',
  '## How it is tested',
  '',
  'Name the test that failed before this change and passes now.',
  '',
  '## Checklist',
  '',
  '- [ ] `bash .ci/run` passes. Its list of skipped steps and tests:',
  '- [ ] A change that users notice has an entry in `CHANGELOG.md`, and the documents that mention it are up to date.',
  '- [ ] Generated files are committed: `npx projen`, `API.md`, `docs/openapi.json`, template snapshots.',
  '- [ ] A change of a template or of the HTTP contract is described above, with its effect on deployed stacks and clients.',
  '- [ ] A new dependency that ships has a record in `decisions/`.',
  '- [ ] The code and the files in this pull request are mine to contribute under the Apache License 2.0.',
];

/** CI runs `.ci/run`, on GitHub as on any machine. */
export function addWorkflow(project: awscdk.AwsCdkConstructLibrary): void {
  const workflow = new github.GithubWorkflow(project.github!, 'ci');
  workflow.on({ pullRequest: {}, push: { branches: ['main'] }, workflowDispatch: {} });
  workflow.addJob('ci', {
    name: 'Node ${{ matrix.node }}',
    runsOn: ['ubuntu-latest'],
    timeoutMinutes: 120,
    permissions: { contents: github.workflows.JobPermission.READ },
    // The runner's image has Google Chrome; Ubuntu has no package for Chromium.
    env: { CI: 'true', CHROMIUM: '/usr/bin/google-chrome' },
    strategy: { failFast: false, matrix: { domain: { node: NODE_VERSIONS } } },
    steps: [
      github.WorkflowSteps.checkout(),
      { name: 'Setup Node.js', uses: 'actions/setup-node@v7.0.0', with: { 'node-version': '${{ matrix.node }}' } },
      { name: 'Run all checks', run: 'bash .ci/run' },
    ],
  });
}
