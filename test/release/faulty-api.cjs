/**
 * Loaded before the API of a bad release (`node --require`): spoils what customers ask, as REHEARSAL_FAULT says. The smoke tests' own
 * salon is left alone unless `everybody` is set: a release that fails those never meets a customer.
 */
'use strict';

const { Server } = require('node:http');

/** `errors`: every so manieth request fails; `slow`: each waits so many milliseconds. */
const { errors = 0, slow = 0, everybody = false, spared = '' } = JSON.parse(process.env.REHEARSAL_FAULT ?? '{}');

// oxlint-disable-next-line typescript/unbound-method -- called with the server that it belongs to
const emit = Server.prototype.emit;
let seen = 0;

Server.prototype.emit = function emitSpoilt(name, ...args) {
  const [request, response] = args;
  const isSpoilt =
    name === 'request' && request.url.includes('/merchants/') && (everybody || !request.url.includes(spared));
  if (!isSpoilt) return emit.call(this, name, ...args);
  seen += 1;
  if (errors > 0 && seen % errors === 0) {
    request.resume();
    response.writeHead(500, { 'content-type': 'application/problem+json' }).end('{"code":"broken_release"}');
  } else if (slow > 0) {
    setTimeout(() => emit.call(this, name, ...args), slow);
  } else {
    return emit.call(this, name, ...args);
  }
  return true;
};
