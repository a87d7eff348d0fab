<?php

/**
 * An operator's "session expired" endpoint on plain PHP, as the router of PHP's own server.
 *
 * The ids in the comments (AUTH-2, VAL-4, D15, ...) are those of the Lucky Monaco contract page.
 * Order of checks: path, method, size, body syntax, fields, credentials, request hash.
 * The media type is not looked at: VAL-6 is a SHOULD, and a form fails as malformed JSON (VAL-5).
 */

declare(strict_types=1);

const PATH = '/V4/sessionexpired';
const REQUIRED = ['providerId', 'sessionId', 'playerId', 'hash'];
const BODY_LIMIT = 1024 * 1024;
const DEPTH_LIMIT = 50; // ROB-1: json_decode refuses what is nested deeper

final class Refusal extends Exception
{
    /** @param string $errorCode a code of the contract; Exception's own $code is an integer */
    public function __construct(public readonly int $status, public readonly string $errorCode, string $message)
    {
        parent::__construct($message); // our own words only, nothing that was received (ERR-7)
    }
}

function setting(string $name, string $default): string
{
    $value = getenv($name);

    return $value === false || $value === '' ? $default : $value;
}

function notification(string $raw): array
{
    try {
        $body = json_decode($raw, false, DEPTH_LIMIT, JSON_THROW_ON_ERROR);
    } catch (JsonException) {
        throw new Refusal(400, 'V.51', 'Malformed JSON');
    }
    // An object must come out as an object: decoded to arrays, {} and [] would look the same (VAL-4).
    if (!$body instanceof stdClass) {
        throw new Refusal(400, 'V.52', 'Not a JSON object');
    }
    $fields = get_object_vars($body);
    foreach (REQUIRED as $name) {
        // is_string and === '', not empty(): the string "0" is a fine playerId, the number 0 is none (VAL-2, OK-6)
        if (!array_key_exists($name, $fields) || !is_string($fields[$name]) || $fields[$name] === '') {
            throw new Refusal(400, 'V.53', "Field $name: a non-empty string is required");
        }
    }
    // array_key_exists, not isset: isset is false for null, and a null token is refused (VAL-3)
    if (array_key_exists('token', $fields) && !is_string($fields['token'])) {
        throw new Refusal(400, 'V.54', 'Field token: a string is required');
    }

    return $fields;
}

/** The query as it stands. $_GET would also take "MEMB.ID" and "MEMB ID" for MEMB_ID, and make arrays of "HASH[]". */
function query(): array
{
    $query = [];
    foreach (explode('&', $_SERVER['QUERY_STRING'] ?? '') as $pair) {
        [$name, $value] = explode('=', $pair, 2) + [1 => ''];
        $query[urldecode($name)] = urldecode($value);
    }

    return $query;
}

function check_credentials(array $query): void
{
    $expected = ['MEMB_ID' => setting('PARTNER_ID', 'demo-partner'), 'HASH' => setting('PARTNER_TOKEN', 'demo-Token-7Kq2Vx9b')];
    foreach ($expected as $name => $value) {
        // hash_equals for constant time; and == would take "0e1" and "0e2" for equal numbers
        if (!hash_equals($value, $query[$name] ?? '')) {
            throw new Refusal(401, 'G.51', 'Invalid credentials');
        }
    }
}

function check_hash(array $fields): void
{
    $secret = setting('HASH_SECRET', ''); // D07: unset means that the request hash is not checked
    if ($secret === '') {
        return;
    }
    $given = $fields['hash'];
    unset($fields['hash']);
    // strict comparisons again, and no bare array_filter: that would drop "0" as well as ""
    $signed = array_filter($fields, fn ($value) => is_string($value) && $value !== '');
    uksort($signed, fn ($a, $b) => strcmp((string) $a, (string) $b)); // bytes, and "10" is no number here
    $pairs = array_map(fn ($name, $value) => "$name=$value", array_keys($signed), $signed);
    // not http_build_query: it escapes the values
    if (!hash_equals(md5(implode('&', $pairs) . $secret), strtolower($given))) {
        throw new Refusal(400, 'V.55', 'Field hash: the value does not match');
    }
}

function close_session(array $notification): void
{
    // Your own work goes here. With a database use bound parameters: ids may hold quotes (OK-6).
    // Make it idempotent: the same notification may come twice (OK-8).
}

function handle(): array
{
    if (explode('?', $_SERVER['REQUEST_URI'], 2)[0] !== PATH) {
        throw new Refusal(404, 'G.52', 'Not found');
    }
    if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
        header('Allow: POST');
        throw new Refusal(405, 'G.53', 'Method not allowed');
    }
    $raw = file_get_contents('php://input');
    if (strlen($raw) > BODY_LIMIT) {
        throw new Refusal(413, 'V.56', 'The body is too large');
    }
    $notification = notification($raw);
    check_credentials(query());
    check_hash($notification);
    close_session($notification);

    return ['error' => 0, 'description' => 'Sesión cerrada'];
}

// Warnings become exceptions, and every exception an answer in the envelope (ERR-2).
set_error_handler(fn (int $level, string $text, string $file, int $line) => throw new ErrorException($text, 0, $level, $file, $line));

try {
    $status = 200;
    $answer = handle();
} catch (Refusal $refusal) {
    $status = $refusal->status;
    $answer = ['error' => ['code' => $refusal->errorCode, 'message' => $refusal->getMessage()]];
} catch (Throwable $error) {
    error_log((string) $error); // the trace stays in the log (ERR-7)
    $status = 500;
    $answer = ['error' => ['code' => 'G.59', 'message' => 'Internal error']];
}
http_response_code($status);
header('Content-Type: application/json');
echo json_encode($answer, JSON_PRETTY_PRINT), "\n";
