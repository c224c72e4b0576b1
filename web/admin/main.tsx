/** The admin's site. */
import { startSite } from '../shared/start-site';
import * as staff from '../staff/strings';
import { Pages } from './pages';
import { en, zhHant } from './strings';

startSite({ name: 'admin', texts: { en, zhHant }, moreTexts: { staff }, Pages });
