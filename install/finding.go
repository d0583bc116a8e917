package install

// A Finding is what is to be said of one thing that the button needs.
type Finding struct {
	Code    Code
	Grade   Grade
	Message string // one sentence, in English
	Change  string // the line to write into the page or its headers; empty where nothing is to be changed
	About   string // what Message speaks of, for whoever says it in another language: a policy, an origin, a number
}

// A Grade is how much a finding matters.
type Grade string

// The grades.
const (
	Well  Grade = "well"  // as it must be
	Doubt Grade = "doubt" // the button may not work
	Fault Grade = "fault" // the button cannot work
)

// A Code names a finding for programs.
type Code string

// The findings, in the order in which they are told.
const (
	PageSecure     Code = "page_secure"
	PageInsecure   Code = "page_insecure"
	PageStatus     Code = "page_status"
	PageNotHTML    Code = "page_not_html"
	PageCut        Code = "page_cut"
	PageSandboxed  Code = "page_sandboxed"
	GatewayPlain   Code = "gateway_plain"
	OriginListed   Code = "origin_listed"
	OriginMissing  Code = "origin_missing"
	WidgetDisabled Code = "widget_disabled"

	ScriptThere     Code = "script_there"
	ScriptMissing   Code = "script_missing"
	ScriptForeign   Code = "script_foreign"
	ScriptNotModule Code = "script_not_module"
	ScriptOld       Code = "script_old"
	ScriptUnpinned  Code = "script_unpinned"

	ElementThere      Code = "element_there"
	ElementMissing    Code = "element_missing"
	ElementInFrame    Code = "element_in_frame"
	ElementOtherKey   Code = "element_other_key"
	TargetNotAllowed  Code = "target_not_allowed"
	PolicyWell        Code = "policy_well"
	PolicyScript      Code = "policy_script"
	PolicyConnect     Code = "policy_connect"
	MicrophoneAllowed Code = "microphone_allowed"
	MicrophoneBlocked Code = "microphone_blocked"
	CameraBlocked     Code = "camera_blocked"
)

// Works reports whether findings leave the button working, as far as can be seen.
func Works(all []Finding) bool {
	for _, f := range all {
		if f.Grade == Fault {
			return false
		}
	}
	return true
}
