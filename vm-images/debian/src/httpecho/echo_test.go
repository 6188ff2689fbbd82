package httpecho

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func ask(t *testing.T, e *echo, path string) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodGet, path, nil)
	request.Header.Set("X-Colour", "blue")
	e.ServeHTTP(recorder, request)
	return recorder
}

func TestTheEchoTellsWhoAnsweredAndWhatWasAsked(t *testing.T) {
	e := newEcho(Settings{Version: "2"}, Identity{Pod: "web-1", Node: "k8s-node1", Namespace: "orders"}, time.Now())
	var answer Answer
	if err := json.Unmarshal(ask(t, e, "/cart?item=7").Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Pod != "web-1" || answer.Node != "k8s-node1" || answer.Namespace != "orders" || answer.Version != "2" {
		t.Errorf("wrong identity: %+v", answer)
	}
	if answer.Path != "/cart" || answer.Query != "item=7" || answer.Headers["X-Colour"] != "blue" {
		t.Errorf("wrong request: %+v", answer)
	}
}

func TestReadinessIsRedUntilReadyAfterAndWhileStopping(t *testing.T) {
	settings := Settings{ReadyAfter: time.Minute}
	if code := ask(t, newEcho(settings, Identity{}, time.Now()), "/readyz").Code; code != 503 {
		t.Errorf("fresh server: got %d", code)
	}
	e := newEcho(settings, Identity{}, time.Now().Add(-2*time.Minute))
	if code := ask(t, e, "/readyz").Code; code != 200 {
		t.Errorf("old server: got %d", code)
	}
	e.stopBeingReady()
	if code := ask(t, e, "/readyz").Code; code != 503 {
		t.Errorf("stopping server: got %d", code)
	}
}

func TestStatusAndDelayRefuseNonsense(t *testing.T) {
	e := newEcho(Settings{}, Identity{}, time.Now())
	for path, want := range map[string]int{
		"/status/418": 418, "/status/99": 400, "/status/x": 400,
		"/delay/0": 200, "/delay/-1": 400, "/delay/nan": 400, "/healthz": 200,
	} {
		if code := ask(t, e, path).Code; code != want {
			t.Errorf("%s: got %d, want %d", path, code, want)
		}
	}
}

func TestFlagsWinOverTheEnvironment(t *testing.T) {
	env := map[string]string{"PORT": "9000", "VERSION": "blue", "READY_AFTER": "5s"}
	settings, err := readSettings([]string{"-port", "9001"}, func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	if settings.Port != 9001 || settings.Version != "blue" || settings.ReadyAfter != 5*time.Second {
		t.Errorf("got %+v", settings)
	}
}
