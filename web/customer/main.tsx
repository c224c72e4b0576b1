/** The customer's site. */
import { startSite } from '../shared/start-site';
import { Pages } from './pages';
import { en, zhHant } from './strings';

startSite({ name: 'customer', texts: { en, zhHant }, Pages });
