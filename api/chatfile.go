package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"webtrunk"
	"webtrunk/directory"
)

func (f Chats) fileRoutes(s *Server) {
	if f.Files == nil {
		return
	}
	Register(s, Route{Method: "GET", Path: "/v1/call_files/{file}", Summary: "Get a file that was sent in a call", Tag: "Calls", Right: directory.CallsRead, Raw: true,
		Doc: "Its bytes, to be saved: whatever is in it is never shown by the gateway. Whoever may read the call's chat gets it; to others there is none."}, f.file)
}

type chatFilePath struct {
	File string `path:"file" id:"file" maxLength:"64" doc:"The file." example:"file_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

func (f Chats) file(ctx context.Context, p directory.Principal, in *chatFilePath) (*huma.StreamResponse, error) {
	const none = "There is no file with this ID in a call whose chat you may read."
	of, err := f.Files.CallOf(ctx, p.Account, p.Test, in.File)
	if isNotFound(err) {
		return nil, &webtrunk.Error{Op: "file", Kind: webtrunk.NotFound, Message: none}
	}
	if err != nil {
		return nil, err
	}
	if _, err := f.recordOf(ctx, p, &chatPath{Call: string(of.ID)}, none); err != nil {
		return nil, err
	}
	found, content, err := f.Files.Read(ctx, of, in.File)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		defer content.Close()
		r, w := humago.Unwrap(c)
		found.Describe(w.Header())
		http.ServeContent(w, r, "", time.Time{}, content)
	}}, nil
}
