import { makeEach, measure } from './imaging-process';
import { makeOutput } from '../../peers/naive-pipeline';

void measure(async (bytes, task) => () => makeEach(task, (side, format) => makeOutput(bytes, side, format)));
