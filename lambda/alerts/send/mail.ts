/** Sends e-mail by SES. */
import { SendEmailCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import { reasonOf } from '../../../app/contract/reason';
import type { Outcome } from './http';

/** SES throws these for what will not be otherwise at the next try. */
const FOR_GOOD = new Set([
  'MessageRejected',
  'MailFromDomainNotVerifiedException',
  'BadRequestException',
  'NotFoundException',
]);

/** `sender`: an address whose domain is verified in SES. */
export function mailWith(client: SESv2Client, sender: string) {
  return async (to: string[], subject: string, text: string): Promise<Outcome> => {
    try {
      await client.send(
        new SendEmailCommand({
          FromEmailAddress: sender,
          Destination: { ToAddresses: to },
          Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text) } } },
        }),
      );
      return { kind: 'taken' };
    } catch (error) {
      const why = reasonOf(error);
      const isFinal = error instanceof Error && FOR_GOOD.has(error.name);
      return isFinal ? { kind: 'refused', why } : { kind: 'later', why, afterSeconds: null };
    }
  };
}

function utf8(Data: string): { Data: string; Charset: string } {
  return { Data, Charset: 'UTF-8' };
}
