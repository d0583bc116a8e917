package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/evanw/esbuild/pkg/api"
)

// Files are the built files by their path in dist, with slashes.
type Files map[string][]byte

// Build makes all of dist in memory.
//
// The widget's files come first, the pages then.
func Build(root string) (Files, error) {
	files := Files{}
	if err := addWidget(files, filepath.Join(root, "src")); err != nil {
		return nil, err
	}
	if err := addPages(files, filepath.Join(root, "pages"), "demo"); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(root, "..", "node_modules", "preact")); err != nil {
		return nil, fmt.Errorf("the monitor, the console, the admin page and the member's are made with preact, which is not here: run npm ci first (it comes with Node): %w", err)
	}
	for _, folder := range []string{"monitor", "console", "admin", "member"} {
		if err := addPages(files, filepath.Join(root, folder), folder); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// languages are those besides English, which the core holds itself.
var languages = []string{"ar", "zh"}

// parts of the widget are loaded when they are wanted, by the core or by one that stands
// further down here.
var parts = []struct{ name, source string }{
	{"pages", "pagepane"},    // shows pages
	{"board", "boardpane"},   // the whiteboard
	{"chat", "chatpane"},     // for those who can write to whom they call
	{"check", "check"},       // before a call
	{"record", "record"},     // tells of a recording
	{"bill", "billpane"},     // tells what a call costs
	{"charge", "chargepane"}, // asks for what is sold in it
	{"cost", "costpane"},     // tells what one would cost
	{"film", "film"},         // pictures of a call
	{"letter", "letter"},     // for whom nobody was there
	{"care", "care"},         // looks after one that was answered
	{"popout", "popout"},     // moves it to a window of its own
}

// addWidget adds the launcher, which every visitor loads; the core, which whoever
// calls loads; the words of each language, for those who read it; and the parts. Whoever
// loads another is told its name, which holds the hash of its content. They share no
// chunk, for a shared chunk would be one more request.
func addWidget(files Files, src string) error {
	named := map[string]string{}
	for _, language := range languages {
		words, err := bundle(filepath.Join(src, "sentences-"+language+".ts"), nil)
		if err != nil {
			return err
		}
		named[language] = "./words-" + language + "-" + hash(words) + ".js"
		files["v1/"+named[language][2:]] = words
	}
	table, err := json.Marshal(named)
	if err != nil {
		return err
	}
	known := map[string]string{"LANGUAGES": string(table)}
	for _, part := range parts {
		content, err := bundle(filepath.Join(src, part.source+".ts"), known)
		if err != nil {
			return err
		}
		name := part.name + "-" + hash(content) + ".js"
		files["v1/"+name] = content
		known[strings.ToUpper(part.name)] = `"./` + name + `"`
	}
	core, err := bundle(filepath.Join(src, "core.ts"), known)
	if err != nil {
		return err
	}
	coreName := "core-" + hash(core) + ".js"
	files["v1/"+coreName] = core
	known["CORE"] = `"./` + coreName + `"`
	files["v1/widget.js"], err = bundle(filepath.Join(src, "widget.ts"), known)
	return err
}

// addPages adds what the pages in a folder are made of, to be served under a name.
func addPages(files Files, pages, folder string) error {
	entries, err := os.ReadDir(pages)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		source := filepath.Join(pages, entry.Name())
		name := folder + "/" + entry.Name()
		switch path.Ext(name) {
		case ".html", ".svg":
			files[name], err = os.ReadFile(source)
		case ".css":
			files[name], err = bundle(source, nil)
		case ".ts", ".tsx":
			err = addScript(files, source, folder)
		default:
			err = fmt.Errorf("%s: pages are .html, .css, .svg, .ts and .tsx", source)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// addScript adds a page's script, and the parts of it that are loaded later.
func addScript(files Files, source, folder string) error {
	parts, err := split(source)
	for name, content := range parts {
		files[folder+"/"+name] = content
	}
	return err
}

func bundle(entry string, define map[string]string) ([]byte, error) {
	result := api.Build(bundled(entry, define))
	if len(result.Errors) > 0 {
		told := api.FormatMessages(result.Errors, api.FormatMessagesOptions{})
		return nil, errors.New(strings.Join(told, ""))
	}
	return result.OutputFiles[0].Contents, nil
}

// bundled is how sources are made into files.
func bundled(entry string, define map[string]string) api.BuildOptions {
	return api.BuildOptions{
		EntryPoints:       []string{entry},
		Bundle:            true,
		PreserveSymlinks:  true, // the files are the same wherever the packages lie
		Format:            api.FormatESModule,
		Target:            api.ES2022,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone,
		JSX:               api.JSXAutomatic,
		JSXImportSource:   "preact",
		Define:            define,
		Plugins:           []api.Plugin{styles},
		TsconfigRaw:       "{}", // the type-checker's settings are not the bundler's
		LogLevel:          api.LogLevelSilent,
	}
}

// hash names a content; 48 bits are plenty for one widget's versions.
func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:6])
}

// write makes dist hold exactly files.
func write(root string, files Files) error {
	dist := filepath.Join(root, "dist")
	if err := removeOthers(dist, files); err != nil {
		return err
	}
	for name, content := range files {
		target := filepath.Join(dist, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(target, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func removeOthers(dist string, files Files) error {
	present, err := read(dist)
	if err != nil {
		return err
	}
	for name := range present {
		if _, wanted := files[name]; wanted {
			continue
		}
		if err := os.Remove(filepath.Join(dist, filepath.FromSlash(name))); err != nil {
			return err
		}
	}
	return nil
}

// read returns what dist holds now.
func read(dist string) (Files, error) {
	files := Files{}
	err := filepath.WalkDir(dist, func(at string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(at)
		name, _ := filepath.Rel(dist, at)
		files[filepath.ToSlash(name)] = content
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return files, nil
	}
	return files, err
}

// newest is the time of the latest change to a source.
func newest(root string) time.Time {
	var latest time.Time
	for _, folder := range []string{"src", "pages", "monitor", "console", "admin", "member"} {
		_ = filepath.WalkDir(filepath.Join(root, folder), func(_ string, entry fs.DirEntry, err error) error {
			if err != nil {
				return nil // a file that an editor is just replacing
			}
			if info, err := entry.Info(); err == nil && info.ModTime().After(latest) {
				latest = info.ModTime()
			}
			return nil
		})
	}
	return latest
}
