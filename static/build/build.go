package main

import (
	"crypto/sha256"
	"encoding/hex"
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
// The widget is two bundles. The core comes first: its name holds the hash of
// its content, and the launcher, which every visitor loads, is told that name.
// They share no chunk, for a shared chunk would be a third request.
func Build(root string) (Files, error) {
	files := Files{}
	core, err := bundle(filepath.Join(root, "src", "core.ts"), nil)
	if err != nil {
		return nil, err
	}
	coreName := "core-" + hash(core) + ".js"
	files["v1/"+coreName] = core

	widget, err := bundle(filepath.Join(root, "src", "widget.ts"), map[string]string{"CORE": `"./` + coreName + `"`})
	if err != nil {
		return nil, err
	}
	files["v1/widget.js"] = widget
	if err := addPages(files, filepath.Join(root, "pages"), "demo"); err != nil {
		return nil, err
	}
	return files, addPages(files, filepath.Join(root, "monitor"), "monitor")
}

// addPages adds what the pages in a folder are made of, to be served under a name.
func addPages(files Files, pages, folder string) error {
	entries, err := os.ReadDir(pages)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		source := filepath.Join(pages, entry.Name())
		var built []byte
		name := entry.Name()
		switch path.Ext(name) {
		case ".html", ".svg":
			built, err = os.ReadFile(source)
		case ".css":
			built, err = bundle(source, nil)
		case ".ts", ".tsx":
			built, err = bundle(source, nil)
			name = strings.TrimSuffix(name, path.Ext(name)) + ".js"
		default:
			err = fmt.Errorf("%s: pages are .html, .css, .svg, .ts and .tsx", source)
		}
		if err != nil {
			return err
		}
		files[folder+"/"+name] = built
	}
	return nil
}

func bundle(entry string, define map[string]string) ([]byte, error) {
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{entry},
		Bundle:            true,
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
		TsconfigRaw:       "{}", // the type-checker's settings are not the bundler's
		LogLevel:          api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		told := api.FormatMessages(result.Errors, api.FormatMessagesOptions{})
		return nil, errors.New(strings.Join(told, ""))
	}
	return result.OutputFiles[0].Contents, nil
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
	for _, folder := range []string{"src", "pages", "monitor"} {
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
