package api

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/call"
	"webtrunk/directory"
)

// Records are what is known of the account's calls, and how long it is.
type Records struct{ Archive *archive.Archive }

// Routes implements Feature.
func (f Records) Routes(s *Server) {
	Register(s, Route{Method: "GET", Path: "/v1/records", Summary: "Search call records", Tag: "Records", Right: directory.RecordsRead,
		Doc: "One record for each call, newest first; running calls are among them. All conditions that you give must hold."}, f.search)
	Register(s, Route{Method: "GET", Path: "/v1/records/export", Summary: "Export call records", Tag: "Records", Right: directory.RecordsRead,
		Doc: "All records that a search gives, as a file: csv (RFC 4180, UTF-8, safe to open in a spreadsheet), json (one array) or ndjson (a record in each line). It is written as it is read, so it may be long; if the gateway fails meanwhile, the connection is cut.", Raw: true}, f.export)
	Register(s, Route{Method: "GET", Path: "/v1/records/{record}", Summary: "Get a call record", Tag: "Records", Right: directory.RecordsRead,
		Doc: "A record has the ID of its call."}, f.get)
	f.ownRoutes(s)
	f.retentionRoutes(s)
	f.erasureRoutes(s)
}

// RecordQuery is what records may be searched by.
type RecordQuery struct {
	CreatedFrom time.Time `query:"created_from" doc:"Only calls that began at this time or later." example:"2026-11-01T00:00:00Z"`
	CreatedTo   time.Time `query:"created_to" doc:"Only calls that began before this time." example:"2026-12-01T00:00:00Z"`
	Running     bool      `query:"running" doc:"Only calls that have not ended."`
	Status      []string  `query:"status" maxItems:"12" enum:"authorizing,queued,ringing,in_progress,completed,busy,no_answer,rejected,canceled,failed" doc:"Only these states, separated by commas."`
	EndReason   []string  `query:"end_reason" maxItems:"20" doc:"Only calls that ended for one of these reasons, separated by commas." example:"hangup,busy"`
	Direction   string    `query:"direction" enum:"inbound,web,callback" doc:"Only calls that a telephone began, that a browser began, or that dialled both parties."`
	Party       string    `query:"party" maxLength:"128" doc:"The beginning of a number, address or name of somebody in the call." example:"+1555"`
	Reference   string    `query:"reference" id:"reference" maxLength:"64" doc:"Only calls to this communication reference." example:"ref_shop"`
	Via         string    `query:"via" maxLength:"128" doc:"Only calls that came through this widget, key or trunk."`
	Disposition string    `query:"disposition" id:"disposition" maxLength:"64" doc:"Only calls of which an agent noted that this came of them." example:"disp_01m8c4v9k2x7r5t3qj6wz0ehnd"`
	Metadata    []string  `query:"metadata" maxItems:"10" doc:"Only calls with this metadata, as name=value; separated by commas, all must hold." example:"order=4711"`
	Text        string    `query:"text" maxLength:"200" doc:"The beginnings of words that are in the record: parties, metadata, messages."`
	MinTalk     int       `query:"min_duration_seconds" minimum:"0" maximum:"1000000" doc:"Only calls that were talked on for so long at least."`
	MaxTalk     int       `query:"max_duration_seconds" minimum:"0" maximum:"1000000" doc:"Only calls that were talked on for so long at most; 0 is no bound."`
}

type recordList struct {
	Page
	RecordQuery
}

type recordExport struct {
	RecordQuery
	Format string `query:"format" enum:"csv,json,ndjson" default:"csv" doc:"What kind of file."`
}

type recordPath struct {
	ID string `path:"record" id:"record" maxLength:"64" doc:"The call." example:"call_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Records) get(ctx context.Context, p directory.Principal, in *recordPath) (*Answer[archive.Record], error) {
	r, err := f.Archive.Get(ctx, p.Account, p.Test, webtrunk.CallID(in.ID))
	return answer(r), err
}

func (f Records) search(ctx context.Context, p directory.Principal, in *recordList) (*Answer[List[archive.Record]], error) {
	q, err := in.query(p)
	if err != nil {
		return nil, err
	}
	q.Limit, q.After = in.Limit+1, webtrunk.CallID(in.StartingAfter)
	page, _, err := f.Archive.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	return listOf(page, in.Limit, func(r archive.Record) string { return string(r.ID) }), nil
}

// query is the search as the archive takes it.
func (in RecordQuery) query(p directory.Principal) (archive.Query, error) {
	q := archive.Query{
		Account: p.Account, Test: p.Test, From: in.CreatedFrom, To: in.CreatedTo, Running: in.Running, Direction: archive.Direction(in.Direction),
		Reference: in.Reference, Via: in.Via, Disposition: in.Disposition, Party: in.Party, Text: in.Text, Metadata: map[string]string{},
		MinTalk: time.Duration(in.MinTalk) * time.Second, MaxTalk: time.Duration(in.MaxTalk) * time.Second,
	}
	for _, s := range in.Status {
		q.Status = append(q.Status, call.Status(s))
	}
	for _, r := range in.EndReason {
		q.EndReason = append(q.EndReason, call.Cause(r))
	}
	for _, m := range in.Metadata {
		name, value, ok := strings.Cut(m, "=")
		if !ok {
			return q, &Problem{Kind: webtrunk.Invalid, Code: "parameter_invalid", Param: "metadata", Message: fmt.Sprintf("%q is no metadata.", printable(m)),
				Remedies: []string{"Write metadata as name=value, several separated by commas."}}
		}
		q.Metadata[name] = value
	}
	return q, nil
}

// recordFiles are the kinds of file, and how each is written.
var recordFiles = map[string]struct {
	mediaType string
	write     func(*archive.Archive, context.Context, io.Writer, archive.Query) error
}{
	"csv":    {"text/csv; charset=utf-8; header=present", (*archive.Archive).WriteCSV},
	"json":   {"application/json", (*archive.Archive).WriteJSON},
	"ndjson": {"application/x-ndjson", (*archive.Archive).WriteLines},
}

// A patientWriter writes a file that may take longer than the site lets answers
// take, as long as its reader goes on reading.
type patientWriter struct {
	io.Writer
	connection *http.ResponseController
}

// fileTime is how long a reader may take for 64 KiB.
const fileTime = 30 * time.Second

func (p *patientWriter) Write(b []byte) (int, error) {
	if err := p.connection.SetWriteDeadline(time.Now().Add(fileTime)); err != nil {
		return 0, err
	}
	return p.Writer.Write(b)
}

// export streams a file. A query that cannot be answered fails before the
// first byte; later, the connection is cut, so that half a file is not taken
// for a whole one.
func (f Records) export(ctx context.Context, p directory.Principal, in *recordExport) (*huma.StreamResponse, error) {
	q, err := in.query(p)
	if err != nil {
		return nil, err
	}
	if _, _, err := f.Archive.Search(ctx, archive.Query{Account: q.Account, Test: q.Test, Text: q.Text, Metadata: q.Metadata, Limit: 1}); err != nil {
		return nil, err
	}
	file := recordFiles[in.Format]
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", file.mediaType)
		c.SetHeader("Content-Disposition", `attachment; filename="call-records.`+in.Format+`"`)
		_, to := humago.Unwrap(c)
		w := bufio.NewWriterSize(&patientWriter{to, http.NewResponseController(to)}, 64<<10)
		err := file.write(f.Archive, c.Context(), w, q)
		if err == nil {
			err = w.Flush()
		}
		if err != nil {
			requestOf(c.Context()).err = err
			panic(http.ErrAbortHandler)
		}
	}}, nil
}
