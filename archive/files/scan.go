package files

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// A Scanner looks for what is harmful. An error means that it could not tell.
type Scanner interface {
	Scan(ctx context.Context, f File, content io.Reader) (clean bool, err error)
}

// HTTPScanner asks a server of the operator's: the bytes are posted to its address, with
// the media type as Content-Type and the ID as the query's file, and it answers
// {"result": "clean"} or {"result": "infected"}. Anything else could not tell.
type HTTPScanner struct {
	URL    string
	Client *http.Client // nil is http.DefaultClient
}

// mostVerdict bounds an answer.
const mostVerdict = 4 << 10

// Scan implements Scanner.
func (s HTTPScanner) Scan(ctx context.Context, f File, content io.Reader) (bool, error) {
	at, err := url.Parse(s.URL)
	if err != nil {
		return false, err
	}
	query := at.Query()
	query.Set("file", f.ID)
	at.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at.String(), content)
	if err != nil {
		return false, err
	}
	req.ContentLength = f.Bytes
	req.Header.Set("Content-Type", f.MediaType)
	client := s.Client
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Do(req)
	if err != nil {
		return false, err
	}
	defer res.Body.Close()
	var said struct {
		Result string `json:"result"`
	}
	if res.StatusCode != http.StatusOK {
		return false, fmt.Errorf("the scanner answers %s", res.Status)
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, mostVerdict)).Decode(&said); err != nil {
		return false, fmt.Errorf("the scanner's answer cannot be read: %w", err)
	}
	switch said.Result {
	case "clean":
		return true, nil
	case "infected":
		return false, nil
	}
	return false, fmt.Errorf("the scanner answers with the result %.40q", said.Result)
}
