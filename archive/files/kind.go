package files

import (
	"bytes"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A kind is one that may be sent: how its names end, what it is called on the wire, and by
// what its content is known.
type kind struct {
	ends  []string
	media string
	is    func(head []byte) bool
}

// headLength is how much of a file tells its kind: as much as http.DetectContentType reads.
const headLength = 512

var kinds = []kind{
	{[]string{"png"}, "image/png", begins("\x89PNG\r\n\x1a\n")},
	{[]string{"jpg", "jpeg"}, "image/jpeg", begins("\xff\xd8\xff")},
	{[]string{"gif"}, "image/gif", func(b []byte) bool { return begins("GIF87a")(b) || begins("GIF89a")(b) }},
	{[]string{"webp"}, "image/webp", func(b []byte) bool { return len(b) > 12 && begins("RIFF")(b) && string(b[8:12]) == "WEBP" }},
	{[]string{"pdf"}, "application/pdf", begins("%PDF-")},
	{[]string{"txt", "csv", "log", "md"}, "text/plain", isText},
	{[]string{"docx"}, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", isOOXML("word/")},
	{[]string{"xlsx"}, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", isOOXML("xl/")},
	{[]string{"pptx"}, "application/vnd.openxmlformats-officedocument.presentationml.presentation", isOOXML("ppt/")},
	{[]string{"odt"}, "application/vnd.oasis.opendocument.text", isOpenDocument("text")},
	{[]string{"ods"}, "application/vnd.oasis.opendocument.spreadsheet", isOpenDocument("spreadsheet")},
	{[]string{"odp"}, "application/vnd.oasis.opendocument.presentation", isOpenDocument("presentation")},
}

// Known are the endings of names that may be sent.
func Known() (ends []string) {
	for _, k := range kinds {
		ends = append(ends, k.ends...)
	}
	return ends
}

// kindOf is the kind that a name claims.
func kindOf(name string) (kind, bool) {
	end := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	i := slices.IndexFunc(kinds, func(k kind) bool { return slices.Contains(k.ends, end) })
	if i < 0 {
		return kind{}, false
	}
	return kinds[i], true
}

func begins(with string) func([]byte) bool {
	return func(b []byte) bool { return bytes.HasPrefix(b, []byte(with)) }
}

// isText tells text from what is markup, or no text at all. Whoever fetches it is told
// text/plain, whatever it says.
func isText(b []byte) bool {
	return strings.HasPrefix(http.DetectContentType(b), "text/plain")
}

// The first entry of a ZIP file, of which these documents are made: the length of its name
// stands at 26, the name at 30 (APPNOTE.TXT 4.3.7).
const (
	zipNameLength = 26
	zipName       = 30
)

func firstEntry(b []byte) string {
	if !begins("PK\x03\x04")(b) || len(b) < zipName {
		return ""
	}
	length := int(b[zipNameLength]) | int(b[zipNameLength+1])<<8
	return string(b[zipName:min(len(b), zipName+length)])
}

// isOOXML knows a document by the name of its first entry: ECMA-376 leaves the order open,
// and the common programs begin with one of these.
func isOOXML(own string) func([]byte) bool {
	return func(b []byte) bool {
		first := firstEntry(b)
		return first == "[Content_Types].xml" || slices.ContainsFunc([]string{"_rels/", "docProps/", "customXml/", own}, func(in string) bool { return strings.HasPrefix(first, in) })
	}
}

// isOpenDocument knows a document by its first entry, which is not compressed and holds its
// media type (OASIS OpenDocument 1.3, part 2, 3.3).
func isOpenDocument(of string) func([]byte) bool {
	return func(b []byte) bool {
		return firstEntry(b) == "mimetype" && bytes.HasPrefix(b[min(len(b), zipName+len("mimetype")):], []byte("application/vnd.oasis.opendocument."+of))
	}
}

// mostName is how many characters of a name are kept.
const mostName = 120

// cleanName is a name as it is kept and shown: without a path, without what steers text, and
// with its end. An empty one was none.
func cleanName(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), !unicode.IsGraphic(r), strings.ContainsRune(`<>:"|?*`, r):
			return -1
		}
		return r
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	end := path.Ext(name)
	if most := mostName - utf8.RuneCountInString(end); utf8.RuneCountInString(name) > mostName && most > 0 {
		name = string([]rune(strings.TrimSuffix(name, end))[:most]) + end
	}
	if strings.TrimSuffix(name, end) == "" {
		return ""
	}
	return name
}
