import { describeContract } from '../../../test/acceptance/suite';
import { contractWorld } from '../deployment';

describeContract(contractWorld, { part: 4, of: 4 });
