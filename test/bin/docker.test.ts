import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_PORT, HEALTH_PATH } from '../../app/contract/api';

const ROOT = join(__dirname, '../..');
const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
/** The stage that ships. */
const image = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));

describe('The image', () => {
  test('is Node 24 by its major version, without rights of its own', () => {
    expect(image).toMatch(/^FROM node:24-slim$/m);
    expect(image).toMatch(/^USER node$/m);
    expect(image.indexOf('\nCOPY')).toBeLessThan(image.indexOf('\nUSER'));
  });

  test('hears the signal to stop: no shell stands before the API', () => {
    expect(image).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(image).toMatch(/^CMD \["node", .*"bin\/main\.js"\]$/m);
  });

  test('knows by node alone whether it lives', () => {
    expect(image).toMatch(/HEALTHCHECK [^\n]*\\\n {2}CMD \["node", "-e", /);
    expect(image).toContain(`(process.env.PORT || ${API_PORT}) + '${HEALTH_PATH}'`);
    expect(image).toMatch(new RegExp(`^EXPOSE ${API_PORT}$`, 'm'));
  });
});
