import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * An operator's "session expired" endpoint on the JDK's own HTTP server, Java 17, no dependency: java Operator.java
 *
 * The ids in the comments (AUTH-2, VAL-4, D15, ...) are those of the Lucky Monaco contract page.
 * Order of checks: media type, credentials, body syntax, all fields at once, request hash.
 */
public class Operator {
    static final String PATH = "/V4/sessionexpired";
    static final String[] REQUIRED = {"providerId", "sessionId", "playerId", "hash"};
    static final int BODY_LIMIT = 256 * 1024;

    static final String PARTNER_ID = setting("PARTNER_ID", "demo-partner");
    static final String PARTNER_TOKEN = setting("PARTNER_TOKEN", "demo-Token-7Kq2Vx9b");
    static final String HASH_SECRET = setting("HASH_SECRET", ""); // D07: empty means that the hash is not checked

    /** A failure to be sent in the contract's envelope. Its text is ours alone: nothing received is quoted (ERR-7). */
    static class Refusal extends Exception {
        final int status;
        final String code;

        Refusal(int status, String code, String message) {
            super(message);
            this.status = status;
            this.code = code;
        }
    }

    public static void main(String[] args) throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // else a chunked answer may wait 40 ms
        System.setProperty("sun.net.httpserver.maxReqTime", "30"); // a client that stops sending does not keep a thread
        int port = Integer.parseInt(setting("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 128);
        server.createContext("/", Operator::serve);
        server.setExecutor(Executors.newFixedThreadPool(16));
        server.start(); // SIGTERM ends the virtual machine, no hook needed
        System.out.println("operator (Java) listens on http://127.0.0.1:" + port);
    }

    static void serve(HttpExchange exchange) throws IOException {
        try {
            byte[] body = readToTheEnd(exchange.getRequestBody());
            handle(exchange, body);
            answer(exchange, 200, "{\n  \"error\": 0,\n  \"description\": \"Sitzung beendet – danke ✓\"\n}\n");
        } catch (Refusal refusal) {
            failure(exchange, refusal.status, refusal.code, refusal.getMessage());
        } catch (RuntimeException | Error error) {
            error.printStackTrace(); // to the log; without this catch the server would drop the connection (ERR-7)
            failure(exchange, 500, "G.00", "Internal error");
        } finally {
            exchange.close();
        }
    }

    static void handle(HttpExchange exchange, byte[] bytes) throws Refusal {
        if (!exchange.getRequestURI().getRawPath().equals(PATH)) throw new Refusal(404, "G.40", "No such path");
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().set("Allow", "POST");
            throw new Refusal(405, "G.41", "Use POST");
        }
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type == null || !type.split(";", 2)[0].trim().equalsIgnoreCase("application/json")) {
            throw new Refusal(415, "G.42", "Use application/json"); // VAL-5, VAL-6
        }
        Map<String, String> query = parseQuery(exchange.getRequestURI().getRawQuery());
        checkCredential("MEMB_ID", query, PARTNER_ID);
        checkCredential("HASH", query, PARTNER_TOKEN);

        if (bytes.length > BODY_LIMIT) throw new Refusal(413, "V.49", "The body is too large");
        Map<String, Object> body = parseBody(bytes);
        checkFields(body);
        if (!HASH_SECRET.isEmpty() && !same(((String) body.get("hash")).toLowerCase(), requestHash(body))) {
            throw new Refusal(400, "V.44", "hash: does not belong to this request");
        }
        // Your own work goes here: end the session, in such a way that a second time does no harm (OK-8).
    }

    static void checkCredential(String name, Map<String, String> query, String expected) throws Refusal {
        if (!same(query.getOrDefault(name, ""), expected)) throw new Refusal(403, "G.43", name + " was not accepted");
    }

    static Map<String, Object> parseBody(byte[] bytes) throws Refusal {
        try {
            // A decoder refuses invalid UTF-8; new String(bytes, UTF_8) would replace it in silence.
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            if (new Json(text).document() instanceof Map<?, ?> map) {
                @SuppressWarnings("unchecked") Map<String, Object> object = (Map<String, Object>) map;
                return object;
            }
            throw new Refusal(400, "V.41", "The body is not a JSON object");
        } catch (CharacterCodingException notUtf8) {
            throw new Refusal(400, "V.40", "The body is not UTF-8");
        } catch (Json.Malformed malformed) {
            throw new Refusal(400, "V.40", "The body is not JSON: " + malformed.getMessage());
        }
    }

    static void checkFields(Map<String, Object> body) throws Refusal {
        List<String> faults = new ArrayList<>();
        for (String name : REQUIRED) {
            if (!body.containsKey(name)) faults.add(name + ": missing");
            else if (!(body.get(name) instanceof String text)) faults.add(name + ": not a string"); // D15, null too
            else if (text.isEmpty()) faults.add(name + ": empty");
        }
        // VAL-3; an empty token is refused here too, which the contract leaves free
        if (body.containsKey("token") && (!(body.get("token") instanceof String text) || text.isEmpty())) {
            faults.add("token: not a string of at least one character");
        }
        if (!faults.isEmpty()) throw new Refusal(400, "V.42", String.join("; ", faults));
    }

    static String requestHash(Map<String, Object> body) {
        String signed = body.entrySet().stream()
            .filter(e -> !e.getKey().equals("hash") && e.getValue() instanceof String text && !text.isEmpty())
            // By code point, that is by UTF-8 byte; String.compareTo goes by UTF-16 unit.
            .sorted(Comparator.comparing(e -> e.getKey().getBytes(UTF_8), Arrays::compareUnsigned))
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining("&"));
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest((signed + HASH_SECRET).getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException impossible) { // every Java platform has MD5
            throw new IllegalStateException(impossible);
        }
    }

    /** In constant time. */
    static boolean same(String given, String expected) {
        return MessageDigest.isEqual(given.getBytes(UTF_8), expected.getBytes(UTF_8));
    }

    static Map<String, String> parseQuery(String query) throws Refusal {
        Map<String, String> values = new HashMap<>();
        if (query == null) return values;
        for (String pair : query.split("&")) {
            String[] halves = pair.split("=", 2);
            try {
                if (halves.length == 2) values.put(URLDecoder.decode(halves[0], UTF_8), URLDecoder.decode(halves[1], UTF_8));
            } catch (IllegalArgumentException badEscape) {
                throw new Refusal(403, "G.43", "The query was not accepted");
            }
        }
        return values;
    }

    /** All of it, though only so much is kept: an answer to a client that is still sending can get lost. */
    static byte[] readToTheEnd(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(BODY_LIMIT + 1);
        in.transferTo(OutputStream.nullOutputStream());
        return bytes;
    }

    static void failure(HttpExchange exchange, int status, String code, String message) throws IOException {
        answer(exchange, status, "{\"error\": {\"code\": \"%s\", \"message\": \"%s\"}}".formatted(code, message));
    }

    static void answer(HttpExchange exchange, int status, String json) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : 0); // 0 means: length unknown, chunked
        if (!head) exchange.getResponseBody().write(json.getBytes(UTF_8));
    }

    static String setting(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    /** A strict reader of JSON (RFC 8259). Objects become maps, arrays lists; a number's value is of no use here. */
    static class Json {
        static final int DEPTH_LIMIT = 100; // ROB-1: 30,000 opening brackets would overflow the stack
        static final Object NUMBER = new Object();

        static class Malformed extends Exception {
            Malformed(String message) {
                super(message);
            }
        }

        final String text;
        int at = 0;

        Json(String text) {
            this.text = text;
        }

        Object document() throws Malformed {
            Object value = value(0);
            if (peek() != 0 || at < text.length()) throw new Malformed("text after the end, at " + at);
            return value;
        }

        Object value(int depth) throws Malformed {
            if (depth > DEPTH_LIMIT) throw new Malformed("nested too deep");
            char c = peek();
            if (c == '{') return object(depth);
            if (c == '[') return array(depth);
            if (c == '"') return string();
            if (c == '-' || digit(c)) return number();
            if (word("true")) return true;
            if (word("false")) return false;
            if (word("null")) return null;
            throw new Malformed("no value at " + at);
        }

        Map<String, Object> object(int depth) throws Malformed {
            Map<String, Object> members = new HashMap<>();
            at++;
            if (accept('}')) return members;
            do {
                if (peek() != '"') throw new Malformed("no name at " + at);
                String name = string();
                if (!accept(':')) throw new Malformed("no colon at " + at);
                Object value = value(depth + 1);
                // Duplicate names are ours to judge; to refuse leaves no doubt which of the two was signed.
                if (members.containsKey(name)) throw new Malformed("a name stands twice, at " + at);
                members.put(name, value);
            } while (accept(','));
            if (!accept('}')) throw new Malformed("no comma or } at " + at);
            return members;
        }

        List<Object> array(int depth) throws Malformed {
            List<Object> items = new ArrayList<>();
            at++;
            if (accept(']')) return items;
            do {
                items.add(value(depth + 1));
            } while (accept(','));
            if (!accept(']')) throw new Malformed("no comma or ] at " + at);
            return items;
        }

        String string() throws Malformed {
            StringBuilder value = new StringBuilder();
            for (at++; at < text.length(); ) {
                char c = text.charAt(at++);
                if (c == '"') return value.toString();
                if (c < ' ') throw new Malformed("a control character at " + (at - 1));
                value.append(c == '\\' ? escape() : c);
            }
            throw new Malformed("a string without an end");
        }

        char escape() throws Malformed {
            char c = at < text.length() ? text.charAt(at++) : 0;
            int simple = "\"\\/bfnrt".indexOf(c);
            if (simple >= 0) return "\"\\/\b\f\n\r\t".charAt(simple);
            if (c != 'u' || at + 4 > text.length()) throw new Malformed("a bad escape at " + at);
            int unit = 0;
            for (int end = at + 4; at < end; at++) {
                char hex = text.charAt(at);
                int digit = hex < 128 ? Character.digit(hex, 16) : -1; // Character.digit also knows other scripts
                if (digit < 0) throw new Malformed("a bad escape at " + at);
                unit = unit * 16 + digit;
            }
            return (char) unit;
        }

        Object number() throws Malformed {
            if (next() == '-') at++;
            if (next() == '0') at++; // no further digit may follow
            else digits();
            if (next() == '.') {
                at++;
                digits();
            }
            if (next() == 'e' || next() == 'E') {
                at++;
                if (next() == '+' || next() == '-') at++;
                digits();
            }
            return NUMBER; // not parsed: 1e999999 and 5,000 digits cost nothing (ROB-1)
        }

        void digits() throws Malformed {
            if (!digit(next())) throw new Malformed("no digit at " + at);
            while (digit(next())) at++;
        }

        boolean word(String word) {
            if (!text.startsWith(word, at)) return false;
            at += word.length();
            return true;
        }

        boolean accept(char c) {
            if (peek() != c) return false;
            at++;
            return true;
        }

        /** The next character after white space; 0 at the end. */
        char peek() {
            while (" \t\r\n".indexOf(next()) >= 0) at++;
            return next();
        }

        char next() {
            return at < text.length() ? text.charAt(at) : 0;
        }

        static boolean digit(char c) {
            return c >= '0' && c <= '9';
        }
    }
}
