/** In which of the platform's languages a request wants its words. */
import type { FastifyRequest } from 'fastify';
import type { Language } from '../line/language';

export type { Language };

/** By `Accept-Language`: Chinese where it is the first of the two that is named, English otherwise. */
export function languageOf({ headers }: FastifyRequest): Language {
  const first = /\b(zh|en)\b/i.exec(headers['accept-language'] ?? '')?.[1];
  return first?.toLowerCase() === 'zh' ? 'zh-TW' : 'en';
}
