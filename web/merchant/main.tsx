/** The merchant's site. */
import { startSite } from '../shared/start-site';
import * as staff from '../staff/strings';
import { Pages } from './pages';
import { en, zhHant } from './strings';

startSite({ name: 'merchant', texts: { en, zhHant }, moreTexts: { staff }, Pages });
