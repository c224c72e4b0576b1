/** The merchant's site. */
import { startSite } from '../shared/start-site';
import { Pages } from './pages';
import { en, zhHant } from './strings';

startSite({ name: 'merchant', texts: { en, zhHant }, Pages });
