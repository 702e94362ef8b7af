import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { readCompose, ROOT } from './compose';

/** The schema of the Compose Specification, from its newest package. */
const SCHEMA = join(ROOT, 'node_modules', 'dclint', 'schemas', 'compose.schema.json');
const FILES = ['docker-compose.yml', 'docker-compose.dev.yml'];

const validate = addFormats(new Ajv({ strict: false, allErrors: true })).compile(
  withoutDialect(JSON.parse(readFileSync(SCHEMA, 'utf8'))),
);

/** The schema names draft 7 by an https address, which Ajv does not know. */
function withoutDialect({ $schema, ...schema }: { $schema: string }): object {
  expect($schema).toContain('draft-07');
  return schema;
}

function faults(file: unknown): string[] {
  validate(file);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

describe.each(FILES)('%s', file => {
  const compose = readCompose(file);

  test('follows the schema', () => {
    expect(faults(compose)).toEqual([]);
  });

  test('and what does not is noticed', () => {
    const services = Object.fromEntries(
      Object.entries(compose.services).map(([name, service]) => [name, { ...service, enviroment: {} }]),
    );
    expect(faults({ ...compose, services }).join()).toMatch(/additional properties/);
    expect(faults({ ...compose, services: { 'image-service': { ports: { 8080: 8080 } } } }).join()).toMatch(/ports/);
  });

  test('mounts only what is there, and lets it be read only', () => {
    const volumes = Object.values(compose.services).flatMap(service => service.volumes ?? []);
    expect(volumes.filter(volume => !existsSync(join(ROOT, volume.split(':')[0])) || !volume.endsWith(':ro'))).toEqual(
      [],
    );
  });
});

describe('docker-compose.yml', () => {
  const { services } = readCompose('docker-compose.yml');

  test('has an emulator of a fixed version, and the server beside it once that is healthy', () => {
    expect(Object.keys(services)).toEqual(['localstack', 'image-service']);
    expect(services.localstack.image).toBe('localstack/localstack:4.14.0');
    expect(services['image-service'].depends_on!.localstack.condition).toBe('service_healthy');
    expect(services.localstack.healthcheck!.test).toContain('http://localhost:4566/_localstack/health');
  });

  test('opens ports to this machine only', () => {
    expect(Object.values(services).flatMap(({ ports }) => ports)).toEqual([
      '127.0.0.1:4566:4566', '127.0.0.1:8080:8080',
    ]);
  });

  test(
    'sends the server to the emulator by its name in the network, and clients by the port that is open to them', () => {
      expect(services['image-service'].environment).toMatchObject({
        AWS_ENDPOINT_URL: 'http://localstack:4566',
        PUBLIC_S3_ENDPOINT: 'http://localhost:4566',
      });
    },
  );
});

describe('docker-compose.dev.yml', () => {
  const { services } = readCompose('docker-compose.dev.yml');

  test('changes services of docker-compose.yml only', () => {
    expect(Object.keys(readCompose('docker-compose.yml').services)).toEqual(
      expect.arrayContaining(Object.keys(services)),
    );
  });

  test('listens on every address of the container', () => {
    expect(services['image-service'].command!.join(' ')).toContain('--host 0.0.0.0');
  });

  test('mounts the sources in the places where the image has them', () => {
    const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
    for (const volume of services['image-service'].volumes!) {
      const [from, to] = volume.split(':');
      const folder = from.replace('./', '');
      expect(to).toBe(`/app/${folder}`);
      expect(dockerfile).toContain(`COPY ${folder}/ ${folder}/`);
    }
  });
});
