/** The fake LINE's own paths: what somebody at this machine, or a test in another process, asks it and tells it. */
import { parseObject } from '../../../app/line/json';
import { type Endpoint, ENDPOINTS, FAULTS, type Faults } from './faults';
import type { Answer, FakeLineState } from './state';

export const PUSHES_PATH = '/pushes';

interface Controlled {
  state: FakeLineState;
  faults: Faults;
  calls: Record<Endpoint, number>;
}

/** `null`: the path is one of LINE's, or nobody's. */
export function answerControl(line: Controlled, method: string, url: URL, body: string): Answer | null {
  switch (`${method} ${url.pathname}`) {
    case 'GET /':
      return ok({
        what: 'A stand-in for LINE: it accepts what Nailbook sends and delivers nothing to anybody.',
        [`GET ${PUSHES_PATH}`]: 'the messages that it accepted, newest first',
        'GET /counts': 'calls by endpoint, messages accepted, and pushes that came again',
        'POST /id-tokens':
          'an ID token to sign in with: {"userId": "U…", "name": "…"}; "loginChannelId" for another than the first channel’s',
        'POST /faults': `the next calls fail: {"endpoint": "${ENDPOINTS.join(' | ')}", "fault": "${FAULTS.join(' | ')}", "times": 1}`,
      });
    case `GET ${PUSHES_PATH}`:
      return ok({ pushes: line.state.pushes.toReversed() });
    case 'GET /counts':
      return ok({ calls: line.calls, accepted: line.state.pushes.length, repeated: line.state.repeatedPushes });
    case 'POST /id-tokens': {
      const [first] = line.state.channels.values();
      const { userId, name = '', loginChannelId: aud = first?.loginChannelId } = parseObject(body);
      if (typeof userId !== 'string' || typeof name !== 'string' || typeof aud !== 'string') {
        return bad('userId is needed; userId, name and loginChannelId are text');
      }
      return ok({ idToken: line.state.issueIdToken({ sub: userId, name, aud }) });
    }
    case 'POST /faults': {
      const { endpoint, fault, times = 1 } = parseObject(body);
      const where = ENDPOINTS.find((name) => name === endpoint);
      const what = FAULTS.find((name) => name === fault);
      if (!where) return bad(`endpoint is ${JSON.stringify(endpoint)}: one of ${ENDPOINTS.join(', ')} is allowed`);
      if (!what) return bad(`fault is ${JSON.stringify(fault)}: one of ${FAULTS.join(', ')} is allowed`);
      if (typeof times !== 'number' || !(times >= 1 && times <= 1000)) {
        return bad(`times is ${JSON.stringify(times)}: a number from 1 to 1000 is allowed`);
      }
      line.faults.next(where, what, times);
      return ok({ endpoint: where, fault: what, times });
    }
    default:
      return null;
  }
}

function ok(body: Record<string, unknown>): Answer {
  return { status: 200, body };
}

function bad(message: string): Answer {
  return { status: 400, body: { message } };
}
