package desk

import (
	"crypto/rand"
	"crypto/subtle"
	"embed"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
)

//go:embed assets
var assets embed.FS

// gate lets one browser in, and from then on only what that browser asks of its
// own accord.
//
// Whoever else uses the machine can reach the loopback interface, and so can every
// page that the reviewer's browser has open. The first lack the token; the others
// are told by the Host, Origin and Sec-Fetch-Site headers, which pages cannot
// forge, and lack the secret that every form carries.
type gate struct {
	host   string
	cookie string // its name; browsers send a cookie to every port of a machine

	session, form string // secrets: of the browser, and of its forms

	mutex sync.Mutex
	token string // until it was used
}

func newGate(host string) *gate {
	_, port, err := net.SplitHostPort(host)
	if err != nil {
		port = "desk"
	}
	return &gate{host: host, cookie: "tre-desk-" + port, session: rand.Text(), form: rand.Text(), token: rand.Text()}
}

func (g *gate) address() string {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return (&url.URL{Scheme: "http", Host: g.host, Path: "/", RawQuery: url.Values{"token": {g.token}}.Encode()}).String()
}

// exchange reports whether a token opens the gate. It does so once.
func (g *gate) exchange(token string) bool {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.token == "" || !same(token, g.token) {
		return false
	}
	g.token = ""
	return true
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// policy lets a page use what this program serves and nothing else; no text on it
// is a script or a style.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func protect(header http.Header) {
	for name, value := range map[string]string{
		"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
		"Permissions-Policy": "camera=(), microphone=(), geolocation=(), clipboard-read=()", "X-Robots-Tag": "noindex",
	} {
		header.Set(name, value)
	}
}

// largestForm bounds what a form may send: a decision on every file of a large
// folder, with a comment.
const largestForm = 8 << 20

// guard puts the gate before the pages.
func (g *gate) guard(pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protect(w.Header())
		token, hasToken := r.URL.Query().Get("token"), r.URL.Query().Has("token")
		switch {
		case r.Host != g.host:
			turnAway(w, http.StatusMisdirectedRequest, "This is not the address of the reviewer's desk.")
		case r.Method == http.MethodGet && isAsset(r.URL.Path):
			http.ServeFileFS(w, r, assets, "assets"+r.URL.Path)
		case r.Method == http.MethodGet && r.URL.Path == "/" && hasToken && !g.knows(r):
			g.admit(w, token)
		case !g.knows(r):
			turnAway(w, http.StatusForbidden, "This browser was not let in. Open the address that the program printed; it works once. If it was used already, end the program and start it again.")
		case !comesFromHere(r):
			turnAway(w, http.StatusForbidden, "Another page asked for this, and not the reviewer's desk.")
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			pages.ServeHTTP(w, r)
		case r.Method != http.MethodPost:
			turnAway(w, http.StatusMethodNotAllowed, "The reviewer's desk does not know this method.")
		case !g.sentByOwnForm(w, r):
			turnAway(w, http.StatusForbidden, "This form is not one of the reviewer's desk as it runs now. Nothing was saved. Open the page again, and send it from there.")
		default:
			pages.ServeHTTP(w, r)
		}
	})
}

func isAsset(path string) bool {
	return slices.Contains([]string{"/desk.css", "/desk.js", "/desk.svg"}, path)
}

// admit lets a browser with the right token in. The page goes on by itself: a
// redirect would count as a part of the visit that led here, to which a browser
// does not send a strict cookie when it came from another page.
func (g *gate) admit(w http.ResponseWriter, token string) {
	if !g.exchange(token) {
		turnAway(w, http.StatusForbidden, "This address was used already, or is not the one that the program printed. End the program and start it again for a new one.")
		return
	}
	http.SetCookie(w, &http.Cookie{Name: g.cookie, Value: g.session, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	render(w, http.StatusOK, "admitted", nil)
}

// knows reports whether a request is of the browser that was let in.
func (g *gate) knows(r *http.Request) bool {
	cookie, err := r.Cookie(g.cookie)
	return err == nil && same(cookie.Value, g.session)
}

// comesFromHere reports whether a page of the desk, or the reviewer by hand, made
// the browser ask. Browsers that do not say are left to the other rules.
func comesFromHere(r *http.Request) bool {
	return slices.Contains([]string{"", "same-origin", "none"}, r.Header.Get("Sec-Fetch-Site"))
}

// sentByOwnForm reports whether a form of the desk sent this. Where no referrer is
// told a browser gives the origin of a form as null; then it must say itself that
// it was this one.
func (g *gate) sentByOwnForm(w http.ResponseWriter, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	own := origin == "http://"+g.host || origin == "null" && r.Header.Get("Sec-Fetch-Site") == "same-origin"
	r.Body = http.MaxBytesReader(w, r.Body, largestForm)
	return own && r.ParseForm() == nil && same(r.PostForm.Get("form"), g.form)
}

// turnAway answers who may not see a page. It says nothing of the review.
func turnAway(w http.ResponseWriter, status int, why string) { render(w, status, "turned away", why) }
