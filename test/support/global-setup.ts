/** Jest runs this once, before all tests. */
import { openDoor } from './shared-server';

export default openDoor;
