import { describeContract } from '../../../test/acceptance/suite';
import { createContractEnvironment } from '../deployment';

describeContract(createContractEnvironment, { part: 3, of: 4 });
