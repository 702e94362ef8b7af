/** @jest-environment-options {"deviations": "storage"} */
import { describeContract } from '../../../test/acceptance/suite';
import { corsOnSuite } from '../../../test/acceptance/suite/cors';
import { Client, expectStatus } from '../../../test/acceptance/support/client';
import { emulatedServerWorld } from '../../../test/worlds/emulated-server';
import type { WorldOptions } from '../../../test/worlds/world';

const { EMULATOR_URL: emulator } = process.env;
if (!emulator) throw new Error('EMULATOR_URL must be the address of an emulator that runs, such as http://127.0.0.1:4566, got: nothing');

const open = (options: WorldOptions = {}) => emulatedServerWorld({ ...options, emulator });

describeContract(open);
describe('the HTTP contract with origins, local server on an emulator', () => corsOnSuite(open));
