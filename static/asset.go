package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/sha512"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

//go:embed dist
var dist embed.FS

// assets are all files that are served as they are, by address.
var assets = load()

// widgetAddress is where the newest widget is.
const widgetAddress = "/v1/widget.js"

// An asset is one file, ready to be sent plain or compressed.
type asset struct {
	kind     string // media type
	plain    []byte
	zipped   []byte
	tag      string // entity tag without quotes
	constant bool   // the address holds the content's hash
	shared   bool   // other sites load it
}

// A Version is the widget under an address whose content never changes.
type Version struct {
	Path      string // such as /v1/widget-0123456789ab.js
	Integrity string // value for the script's integrity attribute
}

// Widget is the version that this server was built with.
func Widget() Version {
	a := assets[widgetAddress]
	sum := sha512.Sum384(a.plain)
	return Version{
		Path:      "/v1/widget-" + a.tag[:12] + ".js",
		Integrity: "sha384-" + base64.StdEncoding.EncodeToString(sum[:]),
	}
}

// Paths are the addresses of all files that Handler serves as they are.
func Paths() []string { return slices.Sorted(maps.Keys(assets)) }

// hashed matches names that the build has put the content's hash into.
var hashed = regexp.MustCompile(`-[0-9a-f]{12}\.js$`)

func load() map[string]*asset {
	found := map[string]*asset{}
	err := fs.WalkDir(dist, "dist", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) == ".html" {
			return err
		}
		content, err := dist.ReadFile(name)
		address := strings.TrimPrefix(name, "dist")
		found[address] = newAsset(address, content)
		return err
	})
	if err != nil {
		panic(err) // an embedded file system cannot fail to be read
	}
	if newest, ok := found[widgetAddress]; ok {
		version := *newest
		version.constant = true
		found["/v1/widget-"+newest.tag[:12]+".js"] = &version
	}
	return found
}

func newAsset(address string, content []byte) *asset {
	sum := sha256.Sum256(content)
	return &asset{
		kind:     mediaType(address),
		plain:    content,
		zipped:   compress(content),
		tag:      hex.EncodeToString(sum[:]),
		constant: hashed.MatchString(address),
		shared:   strings.HasPrefix(address, "/v1/"),
	}
}

// mediaType does not ask the system's tables for scripts, which some systems
// get wrong: with any other type a browser runs no module.
func mediaType(address string) string {
	if path.Ext(address) == ".js" {
		return "text/javascript; charset=utf-8"
	}
	return mime.TypeByExtension(path.Ext(address))
}

func compress(content []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	_, _ = w.Write(content) // a buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

func (a *asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if a.constant {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if a.shared {
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	} else {
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
	}
	body, tag := a.plain, `"`+a.tag+`"`
	if takesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body, tag = a.zipped, `"`+a.tag+`-gzip"`
	}
	h.Set("ETag", tag)
	if knows(r, tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a visitor who has left needs no answer
	}
}

// takesGzip reads Accept-Encoding (RFC 9110 §12.5.3): gzip, not refused by q=0.
func takesGzip(r *http.Request) bool {
	for _, offer := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(offer), ";")
		if strings.TrimSpace(coding) != "gzip" {
			continue
		}
		value, given := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
		q, err := strconv.ParseFloat(value, 64)
		return !given || (err == nil && q > 0)
	}
	return false
}

// knows reports whether the visitor has this content already (RFC 9110 §13.1.2).
func knows(r *http.Request, tag string) bool {
	for _, known := range strings.Split(r.Header.Get("If-None-Match"), ",") {
		known = strings.TrimPrefix(strings.TrimSpace(known), "W/")
		if known == tag || known == "*" {
			return true
		}
	}
	return false
}
