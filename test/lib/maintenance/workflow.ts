/** Walks a Step Functions definition as AWS would: the states that this platform uses, and an error for any other. */

interface State {
  Type: string;
  Next?: string;
  Resource?: string;
  Parameters?: Record<string, unknown>;
  Default?: string;
  Choices?: { Variable: string; StringEquals: string; Next: string }[];
  Catch?: { ErrorEquals: string[]; ResultPath: string; Next: string }[];
  Retry?: { ErrorEquals: string[]; MaxAttempts: number }[];
  Seconds?: number;
}

export interface Definition {
  StartAt: string;
  States: Record<string, State>;
}

export interface Walk {
  /** Names of the states, in the order in which they were entered. */
  path: string[];
  waitedSeconds: number;
  output: unknown;
}

/** `call` is the function behind every task; what it throws is retried or caught as the definition says. */
export async function walk(
  definition: Definition,
  call: (payload: Record<string, unknown>) => Promise<unknown>,
  maxStates = 200,
): Promise<Walk> {
  const path: string[] = [];
  let data: unknown = {};
  let waitedSeconds = 0;
  let name: string | undefined = definition.StartAt;
  while (name !== undefined) {
    if (path.length >= maxStates)
      throw new Error(`It did not end within ${maxStates} states: … ${path.slice(-6).join(' ')}`);
    const state: State | undefined = definition.States[name];
    if (!state) throw new Error(`There is no state ${name}`);
    path.push(name);
    switch (state.Type) {
      case 'Task': {
        const attempt = await tryTask(state, data, call);
        if ('answer' in attempt) {
          data = attempt.answer;
          name = state.Next;
        } else {
          const caught = state.Catch?.find(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'));
          if (!caught) throw attempt.error;
          const error = { Error: 'Error', Cause: JSON.stringify({ errorMessage: String(attempt.error) }) };
          data = { ...asObject(data), [caught.ResultPath.replace('$.', '')]: error };
          name = caught.Next;
        }
        break;
      }
      case 'Choice': {
        const chosen = state.Choices?.find(({ Variable, StringEquals }) => at(data, Variable) === StringEquals);
        name = chosen?.Next ?? state.Default;
        break;
      }
      case 'Wait':
        waitedSeconds += state.Seconds ?? 0;
        name = state.Next;
        break;
      case 'Succeed':
        return { path, waitedSeconds, output: data };
      default:
        throw new Error(`This walk does not know states of type ${state.Type}`);
    }
  }
  return { path, waitedSeconds, output: data };
}

async function tryTask(
  { Parameters = {}, Retry = [] }: State,
  data: unknown,
  call: (payload: Record<string, unknown>) => Promise<unknown>,
): Promise<{ answer: unknown } | { error: unknown }> {
  const payload = Object.fromEntries(
    Object.entries(Parameters).map(([key, value]) =>
      key.endsWith('.$') ? [key.slice(0, -2), at(data, String(value))] : [key, value],
    ),
  );
  const retries = Retry.find(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'))?.MaxAttempts ?? 0;
  let error: unknown;
  for (let attempt = 0; attempt <= retries; attempt++) {
    try {
      // A function takes and gives JSON.
      const answer: unknown = JSON.parse(JSON.stringify(await call(JSON.parse(JSON.stringify(payload)))));
      return { answer };
    } catch (thrown) {
      error = thrown;
    }
  }
  return { error };
}

/** `$` or `$.name`. */
function at(data: unknown, path: string): unknown {
  return path === '$' ? data : asObject(data)[path.replace('$.', '')];
}

function asObject(data: unknown): Record<string, unknown> {
  return typeof data === 'object' && data !== null ? Object.fromEntries(Object.entries(data)) : {};
}
