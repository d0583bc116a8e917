package api

import (
	"context"

	"webtrunk/directory"
)

func (f Directory) factorRoutes(s *Server) {
	const tag = "Second factor"
	Register(s, Route{Method: "POST", Path: "/v1/second_factor", Summary: "Begin a second factor", Tag: tag, Session: true, Status: 201, Secret: true,
		Doc: "Shows the secret for an authenticator app (RFC 6238), this once. It does not count before it is confirmed."}, f.enrol)
	Register(s, Route{Method: "POST", Path: "/v1/second_factor/confirm", Summary: "Confirm the second factor", Tag: tag, Session: true, Secret: true,
		Doc: "With a code that the app shows. Logins need a code from now on. The answer shows the recovery codes, this once."}, f.confirm)
	Register(s, Route{Method: "POST", Path: "/v1/second_factor/disable", Summary: "Turn the second factor off", Tag: tag, Session: true, Status: 204}, f.disable)
}

// An Enrolment is a second factor that waits to be confirmed.
type Enrolment struct {
	Object string `json:"object" enum:"second_factor" doc:"Always second_factor."`
	Secret string `json:"secret" doc:"To type into an authenticator app."`
	URL    string `json:"url" doc:"To show as a QR code." example:"otpauth://totp/Webtrunk:ada@example.com?secret=…"`
}

func (f Directory) enrol(ctx context.Context, p directory.Principal, _ *struct{}) (*Answer[Enrolment], error) {
	e, err := f.Directory.EnrolSecondFactor(ctx, p)
	if err != nil {
		return nil, err
	}
	return answer(Enrolment{Object: "second_factor", Secret: e.Secret, URL: e.URL}), nil
}

type codeInput struct {
	Body struct {
		Code string `json:"code" maxLength:"40" doc:"What the authenticator app shows; to turn it off, also a recovery code." example:"123456"`
	}
}

// RecoveryCodes are for the day on which the telephone is lost.
type RecoveryCodes struct {
	Object string   `json:"object" enum:"second_factor" doc:"Always second_factor."`
	Codes  []string `json:"recovery_codes" nullable:"false" doc:"Each works once, in place of a code."`
}

func (f Directory) confirm(ctx context.Context, p directory.Principal, in *codeInput) (*Answer[RecoveryCodes], error) {
	codes, err := f.Directory.ConfirmSecondFactor(ctx, p, in.Body.Code)
	if err != nil {
		return nil, about("code", err)
	}
	return answer(RecoveryCodes{Object: "second_factor", Codes: codes}), nil
}

func (f Directory) disable(ctx context.Context, p directory.Principal, in *codeInput) (*Empty, error) {
	return gone(about("code", f.Directory.DisableSecondFactor(ctx, p, in.Body.Code)))
}
