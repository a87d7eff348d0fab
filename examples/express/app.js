'use strict';

// An operator's "session expired" endpoint on Express 5, as a chain of small checks.
//
// The ids in the comments (AUTH-2, VAL-4, D15, ...) are those of the Lucky Monaco contract page.
// Order of checks: credentials, media type, body syntax, fields, request hash.

const crypto = require('node:crypto');
const express = require('express');

const PORT = Number(process.env.PORT || 8080);
const PARTNER_ID = process.env.PARTNER_ID || 'demo-partner';
const PARTNER_TOKEN = process.env.PARTNER_TOKEN || 'demo-Token-7Kq2Vx9b';
const HASH_SECRET = process.env.HASH_SECRET || ''; // D07: empty means that the request hash is not checked

class Refusal extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const app = express();
app.disable('x-powered-by');
app.enable('case sensitive routing'); // D21: /v4/SESSIONEXPIRED is another path
app.enable('strict routing');

app.post(
  '/V4/sessionexpired',
  checkCredentials,
  checkMediaType,
  express.json({ limit: '1mb' }),
  checkFields,
  checkHash,
  async (req, res) => {
    await closeSession(req.body);
    res.json({ error: 0, description: 'Success' });
  },
);

/** Your own work goes here. Make it idempotent: the same notification may come twice (OK-8). */
async function closeSession({ sessionId, playerId }) {}

// --- the checks -----------------------------------------------------------------------------------

function checkCredentials(req, res, next) {
  // 401 for what is missing, 403 for what is wrong (AUTH-3); one code, so that it tells little
  for (const [name, expected] of [['MEMB_ID', PARTNER_ID], ['HASH', PARTNER_TOKEN]]) {
    const given = req.query[name]; // an array where the name stands twice
    if (!given) throw new Refusal(401, 'G.20', `${name} is missing from the query`);
    if (typeof given !== 'string' || !same(given, expected)) throw new Refusal(403, 'G.20', `${name} is not valid`);
  }
  next();
}

function checkMediaType(req, res, next) {
  // express.json() skips other types in silence; they would come out as a missing body (VAL-5, VAL-6).
  // req.is() is null, not false, where there is no body at all: that is checkFields' business.
  if (req.is('application/json') === false) throw new Refusal(415, 'G.21', 'Content-Type must be application/json');
  next();
}

function checkFields(req, res, next) {
  const body = req.body;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Refusal(400, 'V.20', 'The body must be a JSON object'); // express.json() lets arrays through
  }
  for (const name of ['providerId', 'sessionId', 'playerId', 'hash']) {
    if (typeof body[name] !== 'string') throw new Refusal(400, 'V.21', `${name} must be a string`); // VAL-1, VAL-2
    if (!body[name]) throw new Refusal(400, 'V.22', `${name} must not be empty`);
  }
  if (body.token !== undefined && typeof body.token !== 'string') {
    throw new Refusal(400, 'V.21', 'token must be a string'); // VAL-3; JSON knows no undefined, so null ends here
  }
  next();
}

function checkHash(req, res, next) {
  if (HASH_SECRET) {
    const { hash, ...others } = req.body;
    const signed = Object.entries(others)
      .filter(([, value]) => typeof value === 'string' && value !== '')
      // by code point: bytes of UTF-8 sort that way, JavaScript's strings do not
      .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    const expected = crypto.createHash('md5').update(signed + HASH_SECRET).digest('hex');
    if (!same(hash.toLowerCase(), expected)) throw new Refusal(401, 'G.22', 'hash does not match the request');
  }
  next();
}

/** In constant time. timingSafeEqual throws on unequal lengths, hence the check before it. */
function same(given, expected) {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && crypto.timingSafeEqual(a, b);
}

// --- Express' own refusals, put in the contract's envelope (ERR-2) --------------------------------

// No route: every other path, and GET, PUT, PATCH, DELETE on ours. HTTP-2 would rather see 405; where you
// want that, put app.all('/V4/sessionexpired', ...) behind the app.post above.
app.use(() => {
  throw new Refusal(404, 'G.23', 'Not found');
});

// Four parameters make it an error handler. Without it Express answers in HTML, with the stack (ERR-7).
app.use((error, req, res, next) => {
  if (!(error instanceof Refusal)) error = translate(error);
  whenRead(req, () => res.status(error.status).json({ error: { code: error.code, message: error.message } }));
});

/** What body-parser threw. Its own messages quote the body, and the body holds hash and token (ERR-7). */
function translate(error) {
  switch (error.status) {
    case 400:
      return new Refusal(400, 'V.23', 'The body cannot be read as JSON');
    case 413:
      return new Refusal(413, 'V.24', 'The body is larger than 1 MB');
    case 415:
      return new Refusal(415, 'G.21', 'Charset or Content-Encoding is not supported');
    default:
      console.error(error);
      return new Refusal(500, 'G.29', 'Internal error');
  }
}

/** An answer to a client that is still sending can be lost with the connection, so the rest is read first. */
function whenRead(req, answer) {
  if (req.complete) return answer();
  req.once('end', answer);
  req.resume();
}

const server = app.listen(PORT, '127.0.0.1', () => {
  console.log(`operator (Express) listens on http://127.0.0.1:${PORT}`);
});

process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
