import { awscdk, javascript, JsonPatch } from 'projen';
import { DOMAIN_BANNED_PACKAGES, ZONES } from './boundaries';
import { addWorkflow, PULL_REQUEST_TEMPLATE } from './github';
import { addTasks } from './tasks';

const DEV_DEPS = [
  '@20minutes/s3rver@4.0.4', // 5.x needs Node 24
  '@aws-cdk/integ-runner@2.197.10', // reads cloud assemblies of our floor, not of newer versions
  '@aws-cdk/integ-tests-alpha@2.245.0-alpha.0',
  '@aws-lambda-powertools/event-handler', // a peer in benchmarks
  '@aws-lambda-powertools/logger',
  '@aws-lambda-powertools/metrics',
  '@aws-sdk/client-api-gateway', // this and those without a note: `integ/emulators` inspects the deployment
  '@aws-sdk/client-cloudformation',
  '@aws-sdk/client-cloudfront',
  '@aws-sdk/client-cloudwatch',
  '@aws-sdk/client-cloudwatch-logs',
  '@aws-sdk/client-dynamodb',
  '@aws-sdk/client-eventbridge',
  '@aws-sdk/client-iam',
  '@aws-sdk/client-lambda',
  '@aws-sdk/client-s3',
  '@aws-sdk/client-secrets-manager',
  '@aws-sdk/client-sns',
  '@aws-sdk/client-sqs',
  '@aws-sdk/client-sts',
  '@aws-sdk/lib-dynamodb',
  '@aws-sdk/s3-request-presigner',
  '@aws-sdk/util-dynamodb',
  // the oracle of signatures in tests (decisions/0011); 2.x is ESM only, which jest cannot load on Node 20
  '@noble/curves@1.9.7',
  '@opentelemetry/api@1.9.1', // works with layers of this minor version and later ones only (decisions/)
  '@opentelemetry/context-async-hooks@2.12.1', // this and the next stand in for a layer in tests
  '@opentelemetry/sdk-trace-base@2.12.1',
  '@seriousme/openapi-schema-validator',
  '@smithy/core',
  '@smithy/signature-v4',
  '@types/aws-lambda',
  '@types/cli-progress',
  'ajv@^8',
  'ajv-formats',
  'aws-cdk@2.1148.1', // `latest` on npm is a stray 3.0.0 that cannot read current cloud assemblies
  'aws-cdk-local@3.0.4',
  'aws-jwt-verify@^5.2.1', // the authorizer makes checks of its own around it (decisions/)
  'cdk-nag@^2', // 3.x needs aws-cdk-lib 2.257, above our floor
  'cli-progress',
  'cli-table3',
  'dclint@3.1.0', // carries the newest schema of compose files
  'dynalite@^4',
  'esbuild',
  'fast-check',
  'fflate@^0.8.3', // zip files that are the same bytes on every machine (decisions/)
  'ipx@3.1.1', // a peer in benchmarks (decisions/)
  'jest-environment-node@^30', // `integ/emulators` expects of known deviations that they fail
  'level@^10', // dynalite stores its data in it: one copy serves both
  'libheif-js@^1.23.2', // sharp's prebuilt binaries decode no HEIC
  'playwright-core', // drives the machine's own Chromium, and downloads no browser
  'sharp@0.35.5', // exactly: quality figures do not carry over between versions (benchmarks/README.md)
  'thumbhash@^0.1.1',
  'tsx',
  'valibot',
  'yaml',
  'zod', // a peer in benchmarks
];

/** Every folder that jsii does not compile and the package does not ship. */
const DEV_TREES = ['lambda', 'local', 'cli', 'benchmarks', 'examples', 'integ'];

function createProject(): awscdk.AwsCdkConstructLibrary {
  return new awscdk.AwsCdkConstructLibrary({
    name: 'cdk-image-service',
    description:
      'A complete image service for AWS in one CDK construct: direct uploads, metadata, listing and private delivery.',
    author: 'cdk-image-service contributors',
    authorOrganization: true,
    authorAddress: 'https://github.com/cdk-image-service/cdk-image-service',
    repositoryUrl: 'https://github.com/cdk-image-service/cdk-image-service.git',
    license: 'Apache-2.0',
    keywords: ['aws', 'cdk', 'image', 'upload', 'presigned-url', 's3', 'serverless'],
    defaultReleaseBranch: 'main',
    packageManager: javascript.NodePackageManager.NPM,
    projenrcTs: true,
    projenVersion: '0.103.25',
    cdkVersion: '2.250.0',
    constructsVersion: '10.5.1',
    jsiiVersion: '~6.0',
    typescriptVersion: '~6.0',
    minNodeVersion: '20.16.0',
    tsconfigDevFile: 'tsconfig.dev.json',
    devDeps: DEV_DEPS,
    sampleCode: false,
    autoDetectBin: false, // it would add the bundled command a second time, wherever it is built
    stability: 'experimental',
    release: false,
    depsUpgrade: false,
    buildWorkflow: false, // addWorkflow: CI is one script
    pullRequestTemplateContents: PULL_REQUEST_TEMPLATE,
    githubOptions: { mergify: false, pullRequestLint: false },
    eslintOptions: {
      dirs: ['src', 'lambda', 'local', 'cli'],
      devdirs: ['test', 'projenrc', 'benchmarks', 'examples', 'integ'],
      fileExtensions: ['.ts'],
    },
    jestOptions: {
      configFilePath: 'jest.config.json',
      junitReporting: false,
      jestConfig: {
        collectCoverage: false,
        testTimeout: 30_000,
        maxWorkers: '100%',
        setupFiles: ['<rootDir>/test/support/setup.ts'],
        setupFilesAfterEnv: ['<rootDir>/test/support/watch-output.setup.ts'],
        globalSetup: '<rootDir>/test/support/global-setup.ts',
        reporters: [new javascript.JestReporter('<rootDir>/test/support/skipped-tests-reporter.js')],
      },
    },
    gitignore: [
      '/assets/', '/bin/', '/tmp/', '/.local/', 'cdk.out/', '.DS_Store', '/integ/cdk-integ.out.*',
      '/integ/*.snapshot/asset.*', '/integ/*.snapshot/tree.json',
    ],
    npmIgnoreOptions: {},
  });
}

function addLintRules(project: awscdk.AwsCdkConstructLibrary): void {
  const eslint = project.eslint!;
  eslint.addRules({
    'import/no-restricted-paths': ['error', { zones: ZONES }],
    'no-restricted-syntax': [
      'error',
      {
        selector: 'CallExpression[callee.property.name=/^((with|keep)(Metadata|Exif|Xmp)|withExifMerge|keepIccProfile)$/]',
        message: 'Variants carry no metadata of the original: GPS positions leak with it.',
      },
      {
        selector: 'Property[key.name=/Expression$/] > TemplateLiteral[expressions.length>0]',
        message: 'Expression strings are constants: values travel in ExpressionAttributeValues only.',
      },
    ],
    'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
    '@stylistic/max-len': [
      'error', { code: 120, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true },
    ],
  });
  eslint.addOverride({
    files: ['lambda/domain/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: DOMAIN_BANNED_PACKAGES, message: 'The domain is pure: no SDK, no events, no sharp.' }] },
      ],
    },
  });
  eslint.addOverride({
    files: ['src/**/*.ts', 'lambda/**/*.ts', 'local/**/*.ts', 'cli/**/*.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }] },
  });
  // Handlers are bundled at build time and the local server never ships, so their packages are devDependencies.
  eslint.allowDevDeps('lambda/**');
  eslint.allowDevDeps('local/**');
  eslint.allowDevDeps('cli/**');
  eslint.allowDevDeps('benchmarks/**');
  eslint.allowDevDeps('examples/**');
  eslint.allowDevDeps('integ/**');
}

function shipOnlyWhatRuns(project: awscdk.AwsCdkConstructLibrary): void {
  for (const folder of [...DEV_TREES, 'decisions', '.ci', 'tmp', '.local']) project.addPackageIgnore(`/${folder}/`);
  // Dockerfile.lambda and Dockerfile.clamav ship: users build their images from them.
  for (const file of [
    '.npmrc', '.editorconfig', '.git-blame-ignore-revs', '.vscode', 'jest.config.json', 'CONTRIBUTING.md',
    'CODE_OF_CONDUCT.md', 'SECURITY.md', '.dockerignore', 'Dockerfile', 'docker-compose*.yml',
  ]) {
    project.addPackageIgnore(`/${file}`);
  }
  project.npmignore!.include('/assets/**', '/bin/**');
  // For the local server of a clone: without node_modules it finds no sharp. Lambda runs the code in the zip files.
  project.npmignore!.exclude('/assets/worker/', '/assets/transform/');
  // README shows the picture; its hash is for a test.
  project.npmignore!.exclude('/docs/images/*.sha256');
  project.package.addBin({ 'cdk-image-service': 'bin/cdk-image-service.js' });
}

function pinVersions(project: awscdk.AwsCdkConstructLibrary): void {
  // jsii-pacmak writes the installed versions into go.mod, and newer ones have no Go package.
  project.package.addField('overrides', {
    '@aws-cdk/cloud-assembly-schema': '53.0.0',
    '@aws-cdk/asset-node-proxy-agent-v6': '2.1.2',
    'constructs': '10.5.1',
    // A peer with the same decoding and encoding library as ours shows the cost of its approach alone. It also avoids a
    // second copy.
    'ipx': { sharp: '$sharp' },
    // Not all of 1.13.0's platform packages were published: `npm ci` of npm 11 rejects a lock file without them.
    'unrs-resolver': '1.12.2',
  });
}

export function buildProject(): awscdk.AwsCdkConstructLibrary {
  const project = createProject();
  addLintRules(project);
  shipOnlyWhatRuns(project);
  pinVersions(project);
  addTasks(project);
  addWorkflow(project);
  const npmrc = new javascript.NpmConfig(project);
  npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
  // esbuild, tsx and jest resolve like bundlers do; only the code that jsii compiles (tsconfig.json) must resolve like
  // Node.
  project.tsconfigDev!.file.patch(
    JsonPatch.add('/compilerOptions/module', 'commonjs'),
    JsonPatch.add('/compilerOptions/moduleResolution', 'bundler'),
  );
  project.tsconfigDev!.file.patch(
    JsonPatch.add('/exclude', ['node_modules', 'lib', 'dist', 'assets', 'cdk.out', 'tmp']),
  );
  return project;
}
