package httpecho

// The answers: JSON about the request and about who answered it, probes that
// labs can turn red, and paths that fail or wait on demand.

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

const serviceAccountNamespace = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

const longestDelay = time.Hour

// Identity says who answers. Pod is POD_NAME or the host name.
type Identity struct {
	Pod       string
	Node      string
	Namespace string
}

func identityFromEnvironment() Identity {
	identity := Identity{
		Pod:       os.Getenv("POD_NAME"),
		Node:      os.Getenv("NODE_NAME"),
		Namespace: os.Getenv("POD_NAMESPACE"),
	}
	if identity.Pod == "" {
		identity.Pod = os.Getenv("HOSTNAME")
	}
	if identity.Pod == "" {
		identity.Pod, _ = os.Hostname()
	}
	if identity.Namespace == "" {
		mounted, _ := os.ReadFile(serviceAccountNamespace)
		identity.Namespace = strings.TrimSpace(string(mounted))
	}
	return identity
}

// Answer is the JSON of every echo.
type Answer struct {
	Pod       string            `json:"pod"`
	Node      string            `json:"node"`
	Namespace string            `json:"namespace"`
	Version   string            `json:"version"`
	Method    string            `json:"method"`
	Path      string            `json:"path"`
	Query     string            `json:"query,omitempty"`
	Host      string            `json:"host"`
	Headers   map[string]string `json:"headers"`
	Remote    string            `json:"remote"`
	Time      string            `json:"time"`
}

type echo struct {
	settings Settings
	identity Identity
	started  time.Time
	stopping int32
}

func newEcho(settings Settings, identity Identity, started time.Time) *echo {
	return &echo{settings: settings, identity: identity, started: started}
}

func (e *echo) stopBeingReady() { atomic.StoreInt32(&e.stopping, 1) }

func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	code := http.StatusOK
	switch {
	case r.URL.Path == "/healthz":
		plain(w, http.StatusOK, "ok")
		return
	case r.URL.Path == "/readyz":
		e.answerReadiness(w)
		return
	case strings.HasPrefix(r.URL.Path, "/status/"):
		asked, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/status/"))
		if err != nil || asked < 200 || asked > 599 {
			plain(w, http.StatusBadRequest, "use /status/<code> with a code from 200 to 599")
			return
		}
		code = asked
	case strings.HasPrefix(r.URL.Path, "/delay/"):
		if !delay(w, r) {
			return
		}
	}
	e.answer(w, r, code)
}

func (e *echo) answerReadiness(w http.ResponseWriter) {
	if atomic.LoadInt32(&e.stopping) == 1 {
		plain(w, http.StatusServiceUnavailable, "stopping")
		return
	}
	if left := e.settings.ReadyAfter - time.Since(e.started); left > 0 {
		plain(w, http.StatusServiceUnavailable, fmt.Sprintf("not ready for %s yet", left.Round(time.Second)))
		return
	}
	plain(w, http.StatusOK, "ok")
}

// delay reports whether the client is still there to be answered.
func delay(w http.ResponseWriter, r *http.Request) bool {
	text := strings.TrimPrefix(r.URL.Path, "/delay/")
	seconds, err := strconv.ParseFloat(text, 64)
	wait := time.Duration(seconds * float64(time.Second))
	if err != nil || !(seconds >= 0 && seconds <= longestDelay.Seconds()) {
		plain(w, http.StatusBadRequest, "use /delay/<seconds>, up to 3600")
		return false
	}
	select {
	case <-time.After(wait):
		return true
	case <-r.Context().Done():
		return false
	}
}

func (e *echo) answer(w http.ResponseWriter, r *http.Request, code int) {
	headers := map[string]string{}
	for name, values := range r.Header {
		headers[name] = strings.Join(values, ", ")
	}
	answer := Answer{
		Pod: e.identity.Pod, Node: e.identity.Node, Namespace: e.identity.Namespace,
		Version: e.settings.Version, Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery,
		Host: r.Host, Headers: headers, Remote: r.RemoteAddr, Time: time.Now().UTC().Format(time.RFC3339Nano),
	}
	log.Printf("%s %s %s -> %d", r.RemoteAddr, r.Method, r.URL.RequestURI(), code)
	body, _ := json.MarshalIndent(answer, "", "  ")
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	if code == http.StatusNoContent || code == http.StatusNotModified {
		return
	}
	_, _ = w.Write(append(body, '\n'))
}

func plain(w http.ResponseWriter, code int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(code)
	fmt.Fprintln(w, text)
}
