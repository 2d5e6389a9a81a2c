package api

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"pgregory.net/rapid"
)

// What is written by hand is what encoding/json writes, whatever is in it: every
// field, empty and filled, with every kind of character.
func TestWrittenByHand(t *testing.T) {
	t.Parallel()
	check := func(t *rapid.T, v any) {
		var want, got bytes.Buffer
		if err := huma.DefaultJSONFormat.Marshal(&want, v); err != nil {
			t.Fatal(err)
		}
		if err := marshal(&got, v); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want.Bytes(), got.Bytes()) {
			t.Fatalf("got\n%s\nwant\n%s", got.Bytes(), want.Bytes())
		}
	}
	one, many := rapid.Make[Beslissing](), rapid.Make[Beslissingen]()
	rapid.Check(t, func(t *rapid.T) {
		check(t, one.Draw(t, "one"))
		check(t, many.Draw(t, "many"))
		// Bytes that are no text, and what JSON and JavaScript write otherwise.
		odd := string(rapid.SliceOf(rapid.SampledFrom([]byte("a\"\\/<>&\x00\x07\b\f\n\r\t\x1f\x7f\xc3\xab\xe2\x82\xac\x80\xff\xe2\x80\xa8\xe2\x80\xa9"))).Draw(t, "odd"))
		check(t, Beslissing{Regeling: odd, Datum: "\u2028" + odd})
	})
}

// An answer that comes whole says how long it is; one in parts does not.
func TestHeld(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	h := &held{ResponseWriter: w}
	h.WriteHeader(http.StatusCreated)
	if w.Code != 200 || w.Body.Len() > 0 { // 200 is what a recorder begins with
		t.Errorf("the head went out: %d", w.Code)
	}
	if err := marshal(h, Beslissing{Regeling: "aow"}); err != nil {
		t.Fatal(err)
	}
	if got := w.Result(); got.StatusCode != http.StatusCreated || got.Header.Get("Content-Length") != strconv.Itoa(w.Body.Len()) {
		t.Errorf("%d %v, %d bytes", got.StatusCode, got.Header, w.Body.Len())
	}
	w = httptest.NewRecorder()
	h = &held{ResponseWriter: w}
	h.WriteHeader(http.StatusBadRequest)
	if _, err := h.Write([]byte("a")); err != nil {
		t.Fatal(err)
	}
	if err := h.whole([]byte("b")); err != nil {
		t.Fatal(err)
	}
	if got := w.Result(); got.StatusCode != http.StatusBadRequest || got.Header.Get("Content-Length") != "" || w.Body.String() != "ab" {
		t.Errorf("%d %v %s", got.StatusCode, got.Header, w.Body)
	}
	w = httptest.NewRecorder()
	h = &held{ResponseWriter: w}
	h.WriteHeader(http.StatusNoContent)
	if h.begin(); w.Code != http.StatusNoContent {
		t.Errorf("an answer without a body: %d", w.Code)
	}
}
