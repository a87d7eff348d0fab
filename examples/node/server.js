// An operator's "session expired" endpoint on plain node:http, without a dependency.
//
// The ids in the comments (AUTH-2, VAL-4, D09, ...) are those of the Lucky Monaco contract page.
// Order of checks: media type, body, then credentials; a body fault is 422, and codes have one digit (D09).

import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';

const {
  PORT = '8080',
  PARTNER_ID = 'demo-partner',
  PARTNER_TOKEN = 'demo-Token-7Kq2Vx9b',
  HASH_SECRET = '', // D07: empty means that the request hash is not checked
} = process.env;

const PATH = '/V4/sessionexpired';
const REQUIRED = ['providerId', 'sessionId', 'playerId', 'hash'];
const LIMIT = 512 * 1024;

/** A failure to be sent in the contract's envelope. Messages never quote what was received (ERR-7). */
class Refusal extends Error {
  constructor(status, code, message, field) {
    super(message);
    Object.assign(this, { status, code, field });
  }
}

async function handle(request) {
  // Whatever the verdict will be, the body is read first: an answer to a client that is still
  // sending may be lost together with the connection.
  const { bytes, size } = await readToTheEnd(request);

  const [path, query = ''] = split(request.url, '?');
  if (path !== PATH) throw new Refusal(404, 'G.4', 'Unknown path');
  if (request.method !== 'POST') throw new Refusal(405, 'G.5', 'Only POST is served here');

  const [mediaType] = split(request.headers['content-type'] ?? '', ';');
  if (mediaType.trim().toLowerCase() !== 'application/json') {
    throw new Refusal(415, 'G.6', 'Only application/json is served here'); // VAL-5, VAL-6
  }
  if (size > LIMIT) throw new Refusal(413, 'G.7', 'The body is too large');

  const notification = parse(bytes);
  checkFields(notification);
  checkCredentials(new URLSearchParams(query)); // lenient: "%zz" is a wrong value, not an error
  if (HASH_SECRET) checkHash(notification);

  await closeSession(notification);
  return { error: 0, description: 'Session closed' };
}

/** Your own work goes here. Make it idempotent: the same notification may come twice (OK-8). */
async function closeSession({ sessionId, playerId }) {}

function parse(bytes) {
  let body;
  try {
    // fatal: Buffer.toString() would replace invalid UTF-8 in silence, and sign something else
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal(422, 'V.1', 'The body is not JSON');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Refusal(422, 'V.2', 'The body is not a JSON object');
  }
  return body;
}

function checkFields(body) {
  for (const name of REQUIRED) {
    if (!Object.hasOwn(body, name)) throw new Refusal(422, 'V.3', `${name} is required`, name);
    if (typeof body[name] !== 'string') throw new Refusal(422, 'V.4', `${name} must be a string`, name); // D15
    if (body[name] === '') throw new Refusal(422, 'V.5', `${name} must not be empty`, name);
  }
  // VAL-3: only a missing token is no token; null is refused
  if (Object.hasOwn(body, 'token') && typeof body.token !== 'string') {
    throw new Refusal(422, 'V.4', 'token must be a string', 'token');
  }
}

function checkCredentials(query) {
  const id = query.getAll('MEMB_ID');
  const token = query.getAll('HASH');
  if (id.length !== 1 || !same(id[0], PARTNER_ID)) throw new Refusal(401, 'G.2', 'MEMB_ID is missing or wrong');
  if (token.length !== 1 || !same(token[0], PARTNER_TOKEN)) throw new Refusal(401, 'G.3', 'HASH is missing or wrong');
}

function checkHash(body) {
  const signed = Object.keys(body)
    .filter((name) => name !== 'hash' && typeof body[name] === 'string' && body[name] !== '')
    // by code point; the default sort() compares UTF-16 units, which differ above U+FFFF
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map((name) => `${name}=${body[name]}`)
    .join('&');
  const expected = createHash('md5').update(signed + HASH_SECRET, 'utf8').digest('hex');
  if (!same(body.hash.toLowerCase(), expected)) throw new Refusal(422, 'V.6', 'The request hash is wrong', 'hash');
}

/** In constant time. timingSafeEqual throws on unequal lengths, so digests are compared (SIG-1). */
function same(given, expected) {
  const digest = (text) => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(digest(given), digest(expected));
}

async function readToTheEnd(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= LIMIT) chunks.push(chunk); // more is counted, not kept
  }
  return { bytes: Buffer.concat(chunks), size };
}

function split(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

// --- answers ---------------------------------------------------------------------------------

function envelope(error) {
  if (!(error instanceof Refusal)) {
    console.error(error); // the stack belongs in the log, never in the answer (ERR-7)
    error = new Refusal(500, 'G.9', 'Internal error');
  }
  const { status, code, message, field } = error;
  return { status, body: { error: { code, message, field } } }; // D18: readers ignore what they do not know
}

function answer(request, response, status, body) {
  let bytes = Buffer.from(JSON.stringify({ ...body, requestId: randomUUID() }));
  response.setHeader('Content-Type', 'application/json; charset=utf-8'); // OK-4 allows parameters
  if (status === 405) response.setHeader('Allow', 'POST');
  response.setHeader('Vary', 'Accept-Encoding');
  if (acceptsGzip(request.headers['accept-encoding'])) {
    bytes = gzipSync(bytes);
    response.setHeader('Content-Encoding', 'gzip');
  }
  response.setHeader('Content-Length', bytes.length);
  response.writeHead(status).end(bytes);
}

function acceptsGzip(header = '') {
  return header.split(',').some((item) => {
    const [coding, ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    return coding === 'gzip' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}

const server = createServer({ requestTimeout: 30_000 }, async (request, response) => {
  try {
    answer(request, response, 200, await handle(request));
  } catch (error) {
    if (request.destroyed && !request.complete) return; // the client went away
    const { status, body } = envelope(error);
    answer(request, response, status, body);
  }
});

// What Node's parser refuses never reaches the handler; it too gets the envelope (ERR-2).
server.on('clientError', (error, socket) => {
  if (!socket.writable) return;
  const status = { HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large', ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout' };
  const body = '{"error": {"code": "G.8", "message": "Malformed HTTP request"}}';
  socket.end(
    `HTTP/1.1 ${status[error.code] ?? '400 Bad Request'}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
});

process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});

server.listen(Number(PORT), '127.0.0.1', () => console.log(`operator (node:http) listens on http://127.0.0.1:${PORT}`));
