import { FUNCTION_ENV } from './create-request';
import { measurePages } from './list-page';
import { presignedUrls } from '../peers/presigned-urls';

Object.assign(process.env, FUNCTION_ENV);

void measurePages(presignedUrls);
