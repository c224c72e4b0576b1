import Fastify from 'fastify';
import { answerProblems } from '../../../app/http/errors';
import { secureAnswers } from '../../../app/http/security-headers';

test('no answer is kept on its way or taken for another type, unless its route says otherwise', async () => {
  const server = Fastify();
  answerProblems(server);
  secureAnswers(server);
  server.get('/public', (_request, reply) => reply.header('cache-control', 'public, max-age=60').send('text'));
  for (const url of ['/public', '/nothing']) {
    const { headers } = await server.inject(url);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['strict-transport-security']).toMatch(/^max-age=\d{8}/);
    expect(headers['cache-control']).toBe(url === '/public' ? 'public, max-age=60' : 'no-store');
  }
});
