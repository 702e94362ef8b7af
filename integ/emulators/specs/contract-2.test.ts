import { describeContract } from '../../../test/acceptance/suite';
import { createContractEnvironment } from '../deployment';

describeContract(createContractEnvironment, { part: 2, of: 4 });
