/** Has the function that stands in an environment's network look, or end a session: nobody else reaches the database. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DIAGNOSE_PROGRAM, maintenanceName } from '../../app/contract/maintenance';
import type { DiagnosisRequest } from '../../lambda/maintenance/diagnose/diagnose';
import type { EndSessionOutcome, EndSessionRequest } from '../../lambda/maintenance/diagnose/end-session';
import type { Diagnosis, Finding } from '../../lambda/maintenance/diagnose/finding';
import type { EnvironmentName } from '../../lib/config/schema';
import { enter } from './release/place';
import { Failure } from './terminal';

/** Commands that can be carried out there too. */
const THERE = /^npx nailbook (?:diagnose|maintenance run|repair end-session) /;

/** The next steps it names are for the same environment. */
export async function diagnoseOnAws(
  environment: EnvironmentName,
  request: DiagnosisRequest,
  lambda?: LambdaClient,
): Promise<Diagnosis> {
  const { findings, figures }: Diagnosis = JSON.parse(await invoke(environment, request, lambda));
  const named = (finding: Finding) =>
    finding.next && THERE.test(finding.next)
      ? { ...finding, next: `${finding.next} --environment ${environment}` }
      : finding;
  return { findings: findings.map(named), figures };
}

export async function endSessionOnAws(
  environment: EnvironmentName,
  request: EndSessionRequest,
  lambda?: LambdaClient,
): Promise<EndSessionOutcome> {
  const outcome: EndSessionOutcome = JSON.parse(await invoke(environment, request, lambda));
  return outcome;
}

async function invoke(
  environment: EnvironmentName,
  request: DiagnosisRequest | EndSessionRequest,
  client?: LambdaClient,
): Promise<string> {
  const { region } = await enter(environment);
  const FunctionName = `${maintenanceName(environment)}-${DIAGNOSE_PROGRAM}`;
  const { Payload, FunctionError } = await (client ?? new LambdaClient({ region })).send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(request) }),
  );
  const answer = Payload === undefined ? '' : Buffer.from(Payload).toString();
  if (FunctionError !== undefined) throw new Failure(`${FunctionName} ended with an error: ${answer}`);
  return answer;
}
