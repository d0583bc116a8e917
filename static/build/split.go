package main

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// split bundles a script of which parts are loaded only when they are wanted:
// what import() names, and what it shares with the rest, are files of their own.
// Their names hold a hash, which is of their content and of where it comes from:
// that is said from the entry's own folder, so that it is the same on any machine.
func split(entry string) (Files, error) {
	folder, err := filepath.Abs(filepath.Dir(entry))
	if err != nil {
		return nil, err
	}
	options := bundled(filepath.Base(entry), nil)
	options.AbsWorkingDir = folder
	options.Splitting = true
	options.Outdir = folder
	options.EntryNames = "[name]"
	options.ChunkNames = "[name]-[hash]"
	result := api.Build(options)
	if len(result.Errors) > 0 {
		told := api.FormatMessages(result.Errors, api.FormatMessagesOptions{})
		return nil, errors.New(strings.Join(told, ""))
	}
	files := Files{}
	for _, file := range result.OutputFiles {
		files[filepath.Base(file.Path)] = file.Contents
	}
	return files, nil
}
