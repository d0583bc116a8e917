package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"webtrunk"
)

// A Problem is an error with what its reader needs: which field, why, what to
// do. What is empty follows from Kind.
type Problem struct {
	Kind       webtrunk.Kind
	Status     int    // where the kind does not say it: 401, 405, 413, 415
	Code       string // one word that programs compare
	Param      string // the field that is wrong: "metadata.color"
	Message    string // a sentence: what happened
	Causes     []string
	Remedies   []string
	RetryAfter time.Duration
	Err        error // for the log alone
}

func (p *Problem) Error() string {
	if p.Err != nil {
		return p.Message + ": " + p.Err.Error()
	}
	return p.Message
}

func (p *Problem) Unwrap() error { return p.Err }

// kinds is what each kind of error is in HTTP.
var kinds = map[webtrunk.Kind]struct {
	status  int
	name    string // the type
	message string
	remedy  string
}{
	webtrunk.Internal:    {http.StatusInternalServerError, "internal", "The gateway failed to do this. It is not your fault.", "Try again; if it stays, give the operator the request_id."},
	webtrunk.Invalid:     {http.StatusBadRequest, "invalid_request", "The request is wrong.", "Compare the request with its description in /docs."},
	webtrunk.Forbidden:   {http.StatusForbidden, "forbidden", "This is not allowed.", "Ask whoever may allow it: an owner of the account, or the operator of the gateway."},
	webtrunk.NotFound:    {http.StatusNotFound, "not_found", "There is no such thing.", "Check the ID, and that the key is of the same account and mode (test or live)."},
	webtrunk.Conflict:    {http.StatusConflict, "conflict", "This does not fit the state that it is in.", "Get the resource to see its state, and decide again."},
	webtrunk.Exhausted:   {http.StatusTooManyRequests, "rate_limit", "A limit is reached.", "Wait as long as Retry-After says, then try again."},
	webtrunk.Unavailable: {http.StatusServiceUnavailable, "unavailable", "Something that this needs is down.", "Try again in a minute, with the same Idempotency-Key."},
	webtrunk.Unsupported: {http.StatusUnprocessableEntity, "unsupported", "The gateway cannot do this.", "Choose another way; /docs says what there is."},
}

// errorBody is an error as clients read it.
type errorBody struct {
	status  int
	retry   time.Duration
	Type    string `json:"type" doc:"What kind of error it is." enum:"internal,invalid_request,authentication,forbidden,not_found,conflict,rate_limit,unavailable,unsupported"`
	Code    string `json:"code" doc:"One word that programs compare." example:"parameter_invalid"`
	Param   string `json:"param,omitempty" doc:"The field, parameter or right that it is about." example:"metadata.color"`
	Message string `json:"message" doc:"What happened, in a sentence."`

	Causes    []string `json:"causes,omitempty" nullable:"false" doc:"Why, where more than one thing is wrong."`
	Remedies  []string `json:"remedies,omitempty" nullable:"false" doc:"What to do."`
	RequestID string   `json:"request_id" doc:"The Request-Id of the answer, to ask about it." example:"req_01m8c4v9k2x7r5t3qj6wz0ehnd"`
}

// Error and GetStatus make it an error that huma answers with.
func (e *errorBody) Error() string  { return e.Message }
func (e *errorBody) GetStatus() int { return e.status }

// GetHeaders implements huma.HeadersError.
func (e *errorBody) GetHeaders() http.Header {
	if e.retry <= 0 {
		return nil
	}
	return http.Header{"Retry-After": {seconds(e.retry)}}
}

func seconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}

// problem renders an error, and notes it for the request's line in the log.
func (s *Server) problem(ctx context.Context, err error) *errorBody {
	req := requestOf(ctx)
	req.err = err
	var done *errorBody
	if errors.As(err, &done) {
		return done
	}
	p := problemOf(err)
	k := kinds[p.Kind]
	body := &errorBody{
		status: cmp.Or(p.Status, k.status), retry: p.RetryAfter, Type: k.name, Code: cmp.Or(p.Code, k.name), Param: p.Param,
		Message: sentence(cmp.Or(p.Message, k.message)), Causes: p.Causes, Remedies: p.Remedies, RequestID: req.id,
	}
	if body.status == http.StatusUnauthorized {
		body.Type = "authentication"
	}
	if len(body.Remedies) == 0 {
		body.Remedies = []string{k.remedy}
	}
	return body
}

// kindOf is the kind of an error, ours or a *webtrunk.Error.
func kindOf(err error) webtrunk.Kind {
	var p *Problem
	if errors.As(err, &p) {
		return p.Kind
	}
	return webtrunk.KindOf(err)
}

// isNotFound reports whether an error says that something is not there.
func isNotFound(err error) bool { return err != nil && kindOf(err) == webtrunk.NotFound }

// problemOf finds the Problem in an error, or makes one of a *webtrunk.Error.
// Anything else, and whatever is our own fault, is told to nobody but the log.
func problemOf(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &Problem{Kind: webtrunk.Unavailable, Code: "timeout", Message: "This took too long and was given up.", Err: err}
	}
	kind := webtrunk.KindOf(err)
	if kind == webtrunk.Internal {
		return &Problem{Err: err}
	}
	return &Problem{Kind: kind, Message: webtrunk.MessageOf(err, ""), RetryAfter: webtrunk.RetryOf(err), Err: err}
}

// sentence begins with a capital letter and ends with a stop.
func sentence(s string) string {
	if c := s[0]; 'a' <= c && c <= 'z' {
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	if !strings.ContainsAny(s[len(s)-1:], ".!?") {
		s += "."
	}
	return s
}

// fail answers with an error, outside huma.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	body := s.problem(r.Context(), err)
	for name, values := range body.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(body.status)
	json.NewEncoder(w).Encode(body)
}

// Fail answers with an error from a handler of RegisterRaw, before anything
// else was written.
func (s *Server) Fail(w http.ResponseWriter, r *http.Request, err error) { s.fail(w, r, err) }

// The errors that huma itself finds, of parameters and bodies, are given our
// shape. These are variables of huma's and so are set once for the process.
func init() {
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		return refusal(ctx.Context(), status, message, errs)
	}
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return refusal(context.Background(), status, message, errs)
	}
	huma.ValidateStrictCasing = true
}

// refusal says what is wrong with a request that does not fit its description.
func refusal(ctx context.Context, status int, message string, errs []error) *errorBody {
	s := &Server{}
	var done *errorBody
	for _, err := range errs {
		if errors.As(err, &done) {
			return done
		}
	}
	if status >= 500 || status == 0 {
		return s.problem(ctx, errors.Join(append(errs, errors.New(message))...))
	}
	p := &Problem{Kind: webtrunk.Invalid, Code: "parameter_invalid", Message: message}
	for _, err := range errs {
		param, cause := wrong(err)
		p.Causes = append(p.Causes, cause)
		p.Param = cmp.Or(p.Param, param)
	}
	if len(p.Causes) > 0 {
		p.Message = p.Causes[0]
	}
	if len(p.Causes) < 2 {
		p.Causes = nil
	}
	return s.problem(ctx, p)
}

// wrong says which field an error of huma's is about, and what is wrong.
func wrong(err error) (param, cause string) {
	d, ok := err.(huma.ErrorDetailer)
	if !ok {
		return "", sentence(err.Error())
	}
	detail := d.ErrorDetail()
	param = detail.Location
	for _, place := range []string{"body.", "query.", "path.", "header."} {
		param = strings.TrimPrefix(param, place)
	}
	if name, ok := strings.CutPrefix(detail.Message, "expected required property "); ok {
		name = strings.TrimSuffix(name, " to be present")
		param = strings.TrimPrefix(param+"."+name, "body.")
		return param, fmt.Sprintf("%q is missing.", param)
	}
	switch {
	case detail.Message == "unexpected property":
		return param, fmt.Sprintf("%q is no field of this request: remove it, or correct its name.", param)
	case detail.Message == "unknown query parameter":
		return param, fmt.Sprintf("%q is no parameter of this request: remove it, or correct its name.", param)
	case param == "" || param == "body":
		return "", sentence("the body is wrong: " + detail.Message)
	}
	return param, sentence(fmt.Sprintf("%q is wrong: %s", param, detail.Message))
}
