/** Has the function that stands in an environment's network look, or end a session: nobody else reaches the database. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { DIAGNOSE_PROGRAM, maintenanceName } from '../../app/contract/maintenance';
import type { DiagnosisRequest } from '../../lambda/maintenance/diagnose/diagnose';
import type { EndSessionOutcome, EndSessionRequest } from '../../lambda/maintenance/diagnose/end-session';
import type { Diagnosis, Finding } from '../../lambda/maintenance/diagnose/finding';
import type { EnvironmentName } from '../../lib/config/schema';
import { invoke } from './invoke';
import { enter } from './release/place';

/** Commands that can be carried out there too. */
const THERE = /^npx nailbook (?:diagnose|maintenance run|repair end-session) /;

/** The next steps it names are for the same environment. */
export async function diagnoseOnAws(environment: EnvironmentName, request: DiagnosisRequest): Promise<Diagnosis> {
  const { findings, figures } = await ask<Diagnosis>(environment, request);
  const named = (finding: Finding) =>
    finding.next && THERE.test(finding.next)
      ? { ...finding, next: `${finding.next} --environment ${environment}` }
      : finding;
  return { findings: findings.map(named), figures };
}

export async function endSessionOnAws(
  environment: EnvironmentName,
  request: EndSessionRequest,
): Promise<EndSessionOutcome> {
  return ask(environment, request);
}

async function ask<Answer>(
  environment: EnvironmentName,
  request: DiagnosisRequest | EndSessionRequest,
): Promise<Answer> {
  const { region } = await enter(environment);
  return invoke(new LambdaClient({ region }), `${maintenanceName(environment)}-${DIAGNOSE_PROGRAM}`, request);
}
