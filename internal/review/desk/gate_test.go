package desk

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asked returns the answer to a request that is made just so.
func asked(s *seat, method, path, body string, header map[string]string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, s.base+path, strings.NewReader(body))
	request.Host = strings.TrimPrefix(s.base, "http://")
	if body != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range header {
		if name == "Host" {
			request.Host = value
			continue
		}
		request.Header.Set(name, value)
	}
	answer := httptest.NewRecorder()
	s.Handler().ServeHTTP(answer, request)
	return answer
}

func letIn(s *seat) map[string]string {
	return map[string]string{"Cookie": s.gate.cookie + "=" + s.gate.session}
}

func with(header map[string]string, name, value string) map[string]string {
	all := map[string]string{name: value}
	for key, old := range header {
		if key != name {
			all[key] = old
		}
	}
	return all
}

func tokenOf(t *testing.T, address string) string {
	at, err := url.Parse(address)
	require.NoError(t, err)
	return at.Query().Get("token")
}

func TestTheAddressWorksOnce(t *testing.T) {
	s := newOffice(t, usual()).sit(t, "ada")
	token := tokenOf(t, s.Address())
	assert.GreaterOrEqual(t, len(token), 26, "130 bits")
	assert.Equal(t, http.StatusForbidden, asked(s, "GET", "/", "", nil).Code, "no token")
	for _, wrong := range []string{"", "x", token[1:], strings.ToLower(token)} {
		assert.Equal(t, http.StatusForbidden, asked(s, "GET", "/?token="+wrong, "", nil).Code)
	}
	first := asked(s, "GET", "/?token="+token, "", nil)
	assert.Equal(t, http.StatusOK, first.Code)
	cookie := first.Result().Cookies()[0]
	assert.True(t, cookie.HttpOnly)
	assert.Equal(t, http.SameSiteStrictMode, cookie.SameSite)
	assert.NotContains(t, cookie.Value, token)
	second := asked(s, "GET", "/?token="+token, "", nil)
	assert.Equal(t, http.StatusForbidden, second.Code)
	assert.Empty(t, second.Result().Cookies())
	assert.Empty(t, tokenOf(t, s.Address()), "the address is not told again")
	assert.Equal(t, http.StatusForbidden, asked(s, "GET", "/?token=", "", nil).Code)
	assert.Equal(t, http.StatusOK, asked(s, "GET", "/", "", map[string]string{"Cookie": cookie.Name + "=" + cookie.Value}).Code)
	assert.Equal(t, http.StatusForbidden, asked(s, "GET", "/", "", map[string]string{"Cookie": cookie.Name + "=" + cookie.Value + "x"}).Code)
}

func TestWhoWasNotLetInLearnsNothing(t *testing.T) {
	s := newOffice(t, usual()).sit(t, "ada")
	for _, path := range []string{"/", "/file?path=tables/leak.csv", "/rows?path=tables/leak.csv", "/bytes?path=tables/leak.csv", "/download?path=tables/leak.csv", "/picture?path=figures/contacts.png", "/letter", "/record", "/nothing"} {
		answer := asked(s, "GET", path, "", nil)
		assert.Equal(t, http.StatusForbidden, answer.Code, path)
		for _, secret := range []string{"ada", "leak", "results", "ALSPAC", s.gate.form, s.gate.session} {
			assert.NotContains(t, answer.Body.String(), secret, path)
		}
	}
	assert.Equal(t, http.StatusOK, asked(s, "GET", "/desk.css", "", nil).Code, "what tells nothing")
}

func TestEveryAnswerIsProtected(t *testing.T) {
	s := newOffice(t, usual()).sit(t, "ada")
	for _, path := range []string{"/", "/file?path=tables/leak.csv", "/nothing", "/desk.js", "/file?path=nothing", "/record", "/?token=wrong"} {
		for _, header := range []map[string]string{nil, letIn(s)} {
			got := asked(s, "GET", path, "", header).Header()
			assert.Equal(t, "nosniff", got.Get("X-Content-Type-Options"), path)
			assert.Equal(t, "no-referrer", got.Get("Referrer-Policy"), path)
			assert.Equal(t, "DENY", got.Get("X-Frame-Options"), path)
			assert.Equal(t, "no-store", got.Get("Cache-Control"), path)
			policy := got.Get("Content-Security-Policy")
			assert.Contains(t, policy, "default-src 'none'", path)
			assert.NotContains(t, policy, "unsafe", path)
			assert.Empty(t, got.Get("Access-Control-Allow-Origin"))
		}
	}
	assert.Contains(t, asked(s, "GET", "/", "", letIn(s)).Header().Get("Content-Security-Policy"), "frame-ancestors 'none'")
}

func TestOtherNamesOfTheMachineAreNoAddress(t *testing.T) {
	s := newOffice(t, usual()).sit(t, "ada")
	for _, host := range []string{"evil.example", "localhost", "127.0.0.1", "127.0.0.1:1", "evil.example:80"} {
		assert.Equal(t, http.StatusMisdirectedRequest, asked(s, "GET", "/", "", with(letIn(s), "Host", host)).Code, host)
	}
}

func TestOtherPagesCannotAsk(t *testing.T) {
	s := newOffice(t, usual()).sit(t, "ada")
	for site, status := range map[string]int{"cross-site": 403, "same-site": 403, "same-origin": 200, "none": 200, "": 200} {
		assert.Equal(t, status, asked(s, "GET", "/", "", with(letIn(s), "Sec-Fetch-Site", site)).Code, site)
	}
}

func TestFormsOfOthersAreRefused(t *testing.T) {
	s := newOffice(t, usual()).sit(t, "ada")
	own := url.Values{"form": {s.gate.form}, "file": {s.picked(t, "notes.md")}, "decision": {"approve"}}.Encode()
	foreign := url.Values{"form": {"guessed"}, "file": {s.picked(t, "notes.md")}, "decision": {"approve"}}.Encode()
	known := letIn(s)
	for name, attempt := range map[string]struct {
		method, body string
		header       map[string]string
		status       int
	}{
		"no cookie":              {"POST", own, map[string]string{"Origin": s.base}, 403},
		"no origin":              {"POST", own, known, 403},
		"another origin":         {"POST", own, with(known, "Origin", "http://evil.example"), 403},
		"another port":           {"POST", own, with(known, "Origin", "http://127.0.0.1:1"), 403},
		"a hidden origin":        {"POST", own, with(known, "Origin", "null"), 403},
		"no secret":              {"POST", foreign, with(known, "Origin", s.base), 403},
		"another site":           {"POST", own, with(with(known, "Origin", s.base), "Sec-Fetch-Site", "same-site"), 403},
		"another host":           {"POST", own, with(with(known, "Origin", s.base), "Host", "evil.example"), 421},
		"another method":         {"PUT", own, with(known, "Origin", s.base), 405},
		"the secret in the path": {"POST", "x=y", with(known, "Origin", s.base), 403},
	} {
		path := "/decide"
		if name == "the secret in the path" {
			path += "?" + own
		}
		assert.Equal(t, attempt.status, asked(s, attempt.method, path, attempt.body, attempt.header).Code, name)
		o, err := s.review.Overview(t.Context())
		require.NoError(t, err)
		assert.Equal(t, len(o.Files), o.Undecided(), "%s: nothing was decided", name)
	}
	fromForm := with(with(known, "Origin", "null"), "Sec-Fetch-Site", "same-origin")
	assert.Equal(t, http.StatusSeeOther, asked(s, "POST", "/decide", own, fromForm).Code, "a browser hides the origin where no referrer is told")
}

func TestALargeFormIsRefused(t *testing.T) {
	s := newOffice(t, usual()).sit(t, "ada")
	body := url.Values{"form": {s.gate.form}, "comment": {strings.Repeat("x", largestForm)}}.Encode()
	assert.Equal(t, http.StatusForbidden, asked(s, "POST", "/decide", body, with(letIn(s), "Origin", s.base)).Code)
}

func TestEveryFormOfEveryPageCarriesTheSecret(t *testing.T) {
	s := newOffice(t, usual()).sit(t, "ada")
	v := s.visit(t)
	for _, path := range looked() {
		_, text := v.get(path)
		assert.Equal(t, strings.Count(text, `method="post"`), strings.Count(text, `<input type="hidden" name="form" value="`+s.gate.form+`">`), path)
	}
}

func TestServeListensOnTheLoopbackInterfaceAndEnds(t *testing.T) {
	o := newOffice(t, usual())
	r := o.open(t, "ada")
	ready, ended := make(chan string, 1), make(chan error, 1)
	serving, stop := context.WithCancel(t.Context())
	defer stop()
	go func() {
		ended <- Serve(serving, r, Options{Ready: func(address string) { ready <- address }})
	}()
	address := <-ready
	assert.True(t, strings.HasPrefix(address, "http://127.0.0.1:"), address)
	answer, err := http.Get(address)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	assert.Equal(t, http.StatusOK, answer.StatusCode)
	stop()
	assert.NoError(t, <-ended)
	_, err = http.Get(address)
	assert.Error(t, err, "nobody listens any longer")
}
