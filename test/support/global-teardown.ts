/** Jest runs this once, after all tests. */
import { closeDoor } from './shared-server';

export default closeDoor;
