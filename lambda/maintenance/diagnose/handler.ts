/** Invoked by `nailbook diagnose` and `nailbook repair end-session`: from inside the network, which people do not enter. */
import { need } from '../aws/settings';
import { readSecret } from '../aws/secrets';
import { loginFromEnvironment } from '../database/login';
import { withDatabase } from '../database/session';
import { unreachable } from './database';
import { diagnose, type DiagnosisRequest, isAway } from './diagnose';
import { endSession, type EndSessionOutcome, type EndSessionRequest } from './end-session';
import type { Diagnosis } from './finding';

const login = () => loginFromEnvironment(process.env, readSecret);
const cache = async () => ({ url: need('cacheUrl'), password: await readSecret(need('cacheSecretArn')) });

/** A database that is away is what was found, and no fault of the function. */
export async function handler(request: DiagnosisRequest | EndSessionRequest): Promise<Diagnosis | EndSessionOutcome> {
  try {
    if ('endSession' in request) return await withDatabase(login(), (client) => endSession(client, request));
    return await diagnose(request, login, cache);
  } catch (error) {
    if (!isAway(error)) throw error;
    const away = unreachable(error);
    return 'endSession' in request ? { refused: true, says: away.findings.map(({ text }) => text).join(' ') } : away;
  }
}
