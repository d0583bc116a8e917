package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/evanw/esbuild/pkg/api"
)

// styles makes the style sheets small that stand in scripts: a source whose name ends with
// -styles.ts is one sheet between two backquotes, without any expression in it.
var styles = api.Plugin{
	Name: "styles",
	Setup: func(b api.PluginBuild) {
		b.OnLoad(api.OnLoadOptions{Filter: `-styles\.ts$`}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			source, err := os.ReadFile(a.Path)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			small, err := smallStyles(source)
			return api.OnLoadResult{Contents: &small, Loader: api.LoaderTS}, err
		})
	},
}

// smallStyles returns a source with its sheet written as short as it can be.
func smallStyles(source []byte) (string, error) {
	parts := bytes.Split(source, []byte("`"))
	if len(parts) != 3 || bytes.ContainsAny(parts[1], `$\`) {
		return "", fmt.Errorf("a source of styles is one sheet between two backquotes, without $ and \\")
	}
	sheet := api.Transform(string(parts[1]), api.TransformOptions{
		Loader: api.LoaderCSS, MinifyWhitespace: true, MinifySyntax: true, Charset: api.CharsetUTF8, LegalComments: api.LegalCommentsNone,
	})
	if len(sheet.Errors)+len(sheet.Warnings) > 0 {
		return "", fmt.Errorf("the sheet is wrong: %+v", append(sheet.Errors, sheet.Warnings...))
	}
	return string(parts[0]) + "`" + string(bytes.TrimSpace(sheet.Code)) + "`" + string(parts[2]), nil
}
