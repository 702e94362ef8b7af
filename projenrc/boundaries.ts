/**
 * Allowed imports (ARCHITECTURE.md): local → handlers → wiring → {http, imaging, aws, clamav, tokens, runtime} →
 * domain → contract ← parts of the construct ← image-service.
 */
interface Zone {
  readonly target: string | string[];
  readonly from: string;
  readonly except?: string[];
  readonly message: string;
}

/** The parts of the construct: one folder each. */
const PARTS = ['storage', 'metadata', 'api', 'processing', 'delivery', 'events', 'monitoring'];

/** The parts that others import, through `interfaces.ts`. */
const IMPORTED_PARTS = ['storage', 'metadata', 'processing'];

/** The layers of the handlers, and the folders that each may import besides the domain. */
const HANDLER_LAYERS: Record<string, string[]> = {
  http: [],
  imaging: [],
  aws: [],
  // Code that only the functions with ClamAV include; like all other code, it reaches S3 through the domain's ports.
  clamav: [],
  // Code that only the authorizer includes: it calls the issuer of tokens, and nothing of AWS.
  tokens: [],
  runtime: ['./http/messages.ts'],
};

function partZones(): Zone[] {
  return PARTS.map(part => ({
    target: `src/${part}`,
    from: 'src',
    except: [
      `./${part}`, './private', './contract',
      ...IMPORTED_PARTS.filter(other => other !== part).map(other => `./${other}/interfaces.ts`),
    ],
    message:
      'Parts of the construct import each other only through interfaces.ts, so that one can change without the others.',
  }));
}

function layerZones(): Zone[] {
  return Object.entries(HANDLER_LAYERS).map(([layer, known]) => ({
    target: `lambda/${layer}`,
    from: 'lambda',
    except: [`./${layer}`, './domain', ...known],
    message: `lambda/${layer} knows the domain only; handlers (*.lambda.ts) and lambda/wiring put the layers together.`,
  }));
}

export const ZONES: Zone[] = [
  {
    target: 'src',
    from: 'lambda',
    message: 'src is compiled by jsii with rootDir src: nothing from lambda can be imported, not even types (TS6059). Put what both need into src/contract.',
  },
  { target: ['src', 'lambda'], from: 'local', message: 'Only a laptop runs local/: what ships may not depend on it.' },
  {
    target: 'src/contract',
    from: 'src',
    except: ['./contract'],
    message: 'Construct and handlers share the contract: it imports nothing.',
  },
  {
    target: 'src/private',
    from: 'src',
    except: ['./private', './contract'],
    message: 'Helpers know no part of the construct.',
  },
  { target: 'lambda', from: 'src', except: ['./contract'], message: 'Handlers know the contract, not the construct.' },
  {
    target: 'lambda/domain',
    from: 'lambda',
    except: ['./domain'],
    message: 'The domain is pure: it defines ports, adapters implement them.',
  },
  {
    target: 'lambda/wiring',
    from: 'lambda/*.lambda.ts',
    message: 'Handlers import their wiring, not the other way round.',
  },
  {
    target: 'local',
    from: 'src',
    except: ['./contract'],
    message: 'The local server knows the contract, not the construct.',
  },
  {
    target: 'local',
    from: 'lambda',
    message: 'The local server runs the built handlers (assets/), exactly as AWS does.',
  },
  {
    target: 'local/http',
    from: 'local',
    except: ['./http'],
    message: 'local/http is shared by all other folders of local: it imports nothing from them.',
  },
  {
    target: 'local/engines',
    from: 'local',
    except: ['./engines', './http', './names.ts'],
    message: 'The engines imitate S3, DynamoDB and SQS: they know HTTP, and neither the server nor its options.',
  },
  {
    target: 'local/auth',
    from: 'local',
    except: ['./auth', './kept-file.ts'],
    message: 'The development issuer knows its key and its tokens, and neither the server nor its options.',
  },
  {
    target: 'local/functions',
    from: 'local',
    except: ['./functions', './http', './bundle.ts', './place.ts'],
    message: 'local/functions runs the built handlers as Lambda does: it knows where their resources are, and no server.',
  },
  {
    target: 'local/cdn',
    from: 'local',
    except: ['./cdn', './engines', './functions', './http', './kept-file.ts', './place.ts'],
    message: 'The simulated CDN knows engines and functions, and neither the server, nor its backends, nor its options.',
  },
  {
    target: 'local/events',
    from: 'local',
    except: ['./events', './engines', './functions', './http', './place.ts'],
    message: 'The local event bus knows engines and functions, and neither the server, nor its backends, nor its options.',
  },
  {
    target: 'local/resources',
    from: 'local',
    except: ['./resources', './emulator.ts', './isolate.ts', './names.ts', './options.ts', './place.ts', './step.ts',
      './terminal.ts'],
    message: 'local/resources creates the bucket, the table and the queues: it knows no server, backend or engine.',
  },
  {
    target: 'local/backends',
    from: 'local/server',
    message: 'The server opens a backend, not the other way round.',
  },
  {
    target: 'local/backends',
    from: 'local/options.ts',
    message: 'Only the commands read options: a backend gets its values as arguments.',
  },
  {
    target: ['src', 'lambda', 'local'],
    from: 'cli',
    message: 'The command asks the operator\'s function from outside: nothing of the service may depend on it.',
  },
  { target: 'cli', from: 'src', except: ['./contract'], message: 'The command knows the contract, not the construct.' },
  {
    target: 'cli',
    from: 'lambda',
    message: 'The command asks the operator\'s function over the network: what they agree on is in src/contract.',
  },
  { target: 'cli', from: 'local', message: 'Only a laptop runs local/: what ships may not depend on it.' },
  ...partZones(),
  ...layerZones(),
];

/** The domain is plain TypeScript: no SDK, no events, no sharp. */
export const DOMAIN_BANNED_PACKAGES = [
  '@aws-sdk/*', '@smithy/*', '@aws-lambda-powertools/*', 'aws-lambda', 'sharp', 'aws-cdk-lib', 'aws-cdk-lib/*',
];
