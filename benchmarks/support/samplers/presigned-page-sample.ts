import { presignUrls } from '../../peers/presigned-urls';
import { FUNCTION_ENV } from '../create-request';
import { measurePages } from '../list/list-page';

Object.assign(process.env, FUNCTION_ENV);

void measurePages(presignUrls);
