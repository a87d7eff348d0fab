// Command operator is an operator's "session expired" endpoint on Go's standard library.
//
// The ids in the comments (AUTH-2, VAL-4, D15, ...) are those of the Lucky Monaco contract page.
// Order of checks: path, method, credentials, media type, body syntax, fields, request hash.
// Who lacks the credentials is told 404 (legal: AUTH-3 is a SHOULD); every other fault is 400.
package main

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"runtime/debug"
	"sort"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"
)

const (
	path      = "/V4/sessionexpired"
	bodyLimit = 768 << 10
	readLimit = 64 << 20 // a client that sends more is cut off
)

var (
	partnerID    = setting("PARTNER_ID", "demo-partner")
	partnerToken = setting("PARTNER_TOKEN", "demo-Token-7Kq2Vx9b")
	hashSecret   = setting("HASH_SECRET", "") // D07: empty means that the request hash is not checked
)

// refusal is sent in the contract's envelope. The message is in our own words: it quotes nothing that
// was received, nor the text of another error, which may (ERR-7).
type refusal struct {
	status  int
	Code    string `json:"code"`
	Message string `json:"message"`
}

func bad(code, message string) *refusal { return &refusal{http.StatusBadRequest, code, message} }

// notification holds the string fields of a body, listed or not: all of them are signed.
type notification map[string]string

func accept(request *http.Request, body []byte) *refusal {
	if request.URL.Path != path {
		return &refusal{http.StatusNotFound, "G.60", "not found"}
	}
	if request.Method != http.MethodPost {
		return &refusal{http.StatusMethodNotAllowed, "G.61", "method not allowed"}
	}
	query := request.URL.Query() // drops what is malformed, which then counts as missing
	if !holds(query, "MEMB_ID", partnerID) || !holds(query, "HASH", partnerToken) {
		return &refusal{http.StatusNotFound, "G.60", "not found"}
	}
	mediaType, _, _ := strings.Cut(request.Header.Get("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(mediaType), "application/json") {
		return bad("G.62", "content type is not application/json") // VAL-5, VAL-6
	}
	if len(body) > bodyLimit {
		return bad("G.63", "body is too large")
	}
	fields, refused := read(body)
	if refused != nil {
		return refused
	}
	if hashSecret != "" && !same(strings.ToLower(fields["hash"]), fields.requestHash()) {
		return bad("G.64", "hash is wrong")
	}
	closeSession(fields)
	return nil
}

// closeSession is where your own work goes. Make it idempotent: the same notification may come twice (OK-8).
func closeSession(notification) {}

// read does not unmarshal into a struct, which would take "PLAYERID" for playerId, keep silent about
// null, and replace invalid UTF-8.
func read(body []byte) (notification, *refusal) {
	if !utf8.Valid(body) {
		return nil, bad("V.60", "body is not UTF-8")
	}
	var members map[string]json.RawMessage // numbers stay text: none is too large (ROB-1)
	if json.Unmarshal(body, &members) != nil {
		if json.Valid(body) {
			return nil, bad("V.62", "body is not a JSON object")
		}
		return nil, bad("V.61", "body is not JSON") // more than 10,000 levels of nesting end here too
	}
	if members == nil { // the body was null
		return nil, bad("V.62", "body is not a JSON object")
	}
	fields := notification{}
	for name, raw := range members {
		var value string
		if bytes.HasPrefix(raw, []byte{'"'}) && json.Unmarshal(raw, &value) == nil {
			fields[name] = value
		}
	}
	for _, name := range []string{"providerId", "sessionId", "playerId", "hash", "token"} {
		if _, present := members[name]; !present && name == "token" {
			continue // VAL-3: a token may be missing, and that is all
		}
		if fields[name] == "" { // for token too, which the contract leaves free
			return nil, bad("V.63", name+" is not a string with content")
		}
	}
	return fields, nil
}

func (fields notification) requestHash() string {
	var names []string
	for name, value := range fields {
		if name != "hash" && value != "" {
			names = append(names, name)
		}
	}
	sort.Strings(names) // by byte, which for UTF-8 is by code point
	pairs := make([]string, len(names))
	for i, name := range names {
		pairs[i] = name + "=" + fields[name]
	}
	sum := md5.Sum([]byte(strings.Join(pairs, "&") + hashSecret))
	return hex.EncodeToString(sum[:])
}

func holds(query url.Values, name, expected string) bool {
	values := query[name]
	return len(values) == 1 && same(values[0], expected)
}

// same compares in constant time.
func same(given, expected string) bool {
	return subtle.ConstantTimeCompare([]byte(given), []byte(expected)) == 1
}

func serve(writer http.ResponseWriter, request *http.Request) {
	defer func() {
		if fault := recover(); fault != nil { // net/http alone would drop the connection
			log.Printf("%v\n%s", fault, debug.Stack())
			answer(writer, &refusal{http.StatusInternalServerError, "G.69", "internal error"})
		}
	}()
	// The body first, though only so much is kept: an answer to a client that is still sending can
	// get lost with the connection. That is also why this is not http.MaxBytesReader.
	body, err := io.ReadAll(io.LimitReader(request.Body, bodyLimit+1))
	if err == nil {
		_, err = io.Copy(io.Discard, io.LimitReader(request.Body, readLimit))
	}
	if err != nil {
		answer(writer, bad("G.65", "body cannot be read"))
		return
	}
	answer(writer, accept(request, body))
}

func answer(writer http.ResponseWriter, refused *refusal) {
	writer.Header().Set("Content-Type", "application/json")
	if refused == nil {
		fmt.Fprint(writer, `{"error":0,"description":"done"}`)
		return
	}
	if refused.status == http.StatusMethodNotAllowed {
		writer.Header().Set("Allow", http.MethodPost)
	}
	writer.WriteHeader(refused.status)
	json.NewEncoder(writer).Encode(map[string]*refusal{"error": refused})
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+setting("PORT", "8080"))
	if err != nil {
		log.Fatal(err)
	}
	// Not a ServeMux: it answers an untidy path with a redirect, and a refusal is never 3XX (ERR-1).
	server := &http.Server{Handler: http.HandlerFunc(serve), ReadTimeout: 30 * time.Second}

	fmt.Printf("operator (Go) listens on http://%s\n", listener.Addr())
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Fatal(err)
		}
	}()

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	<-stop
	patience, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	server.Shutdown(patience) // requests under way get their answer
}
