package call

import (
	"cmp"
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"webtrunk"
)

// The notation of transcripts: a name, then fields as key=value; a leg may be
// written as its letter alone. Empty fields are left out; an empty for= means
// for=call.

var inputs = byName(
	Arrived{}, Requested{}, Admitted{}, Refused{}, Routed{}, NoRoute{},
	LegRinging{}, LegProgress{}, LegAnswered{}, LegHeld{}, LegResumed{}, LegLost{}, LegReturned{}, LegSpeaks{}, WriteOn{}, LegDigit{}, LegEnded{}, PromptEnded{},
	HangUp{}, Hold{}, Resume{}, Transfer{}, CompleteTransfer{}, CancelTransfer{}, Invite{}, ChangePart{}, SendDigits{}, Ask{}, Extend{}, Annotate{},
	LegDialog{}, LegMeasured{}, LegReferred{},
	CallMeBack{}, CallbackSettled{}, Rescind{}, Place{}, Goodbye{}, LeaveMessage{}, MessageSilent{}, Recorded{}, RecordFailed{},
	Consent{}, ControlRecording{}, RecordingBroke{},
	TimerFired{}, OrderFailed{}, NodeDied{},
)

func byName(ins ...Input) map[string]reflect.Type {
	m := map[string]reflect.Type{}
	for _, in := range ins {
		m[snake(reflect.TypeOf(in).Name())] = reflect.TypeOf(in)
	}
	return m
}

// parseInput reads one input; orders are those given so far, for order_failed.
func parseInput(line string, orders []Order) (Input, error) {
	words := split(line)
	typ, ok := inputs[words[0]]
	if !ok {
		return nil, fmt.Errorf("no input is called %q", words[0])
	}
	if typ == reflect.TypeFor[OrderFailed]() {
		return failedOrder(words, orders)
	}
	v := reflect.New(typ).Elem()
	for _, w := range words[1:] {
		key, value, found := strings.Cut(w, "=")
		if !found {
			key, value = "leg", w
			if v.FieldByName("By").IsValid() {
				key = "by"
			}
		}
		if err := set(v, key, value); err != nil {
			return nil, err
		}
	}
	if f := v.FieldByName("For"); f.IsValid() && f.IsZero() {
		f.SetString(string(ForCall))
	}
	return v.Interface().(Input), nil
}

// failedOrder finds the last order of a name and leg: "order_failed Dial b
// message=…"; a bridge is named by its legs: "order_failed Bridge a+b".
func failedOrder(words []string, orders []Order) (Input, error) {
	in := OrderFailed{}
	var leg LegID
	for _, w := range words[2:] {
		if message, ok := strings.CutPrefix(w, "message="); ok {
			in.Message = message
		} else {
			leg = parseLeg(w)
		}
	}
	for _, o := range slices.Backward(orders) {
		name, id := Describe(o)
		if b, ok := o.(Bridge); ok && cmp.Or(field("", reflect.ValueOf(b.Legs)), "-") != words[2] {
			continue
		}
		if name == words[1] && id == leg {
			in.Order = o
			return in, nil
		}
	}
	return nil, fmt.Errorf("no order %s for leg %v was given", words[1], leg)
}

func set(v reflect.Value, key, value string) error {
	for i := range v.NumField() {
		f := v.Field(i)
		if snake(v.Type().Field(i).Name) == key {
			return assign(f, value)
		}
		if f.Kind() == reflect.Struct && f.Type() != reflect.TypeFor[Plan]() && f.Type() != reflect.TypeFor[webtrunk.Address]() && f.Type() != reflect.TypeFor[Quality]() {
			if set(f, key, value) == nil {
				return nil
			}
		}
	}
	return fmt.Errorf("%s has no field %q", v.Type().Name(), key)
}

func assign(f reflect.Value, value string) error {
	switch f.Interface().(type) {
	case LegID:
		f.SetInt(int64(parseLeg(value)))
	case time.Duration:
		d, err := time.ParseDuration(value)
		f.SetInt(int64(d))
		return err
	case Plan:
		p, err := parsePlan(value)
		f.Set(reflect.ValueOf(p))
		return err
	case Target:
		address, rest, _ := strings.Cut(value, " ")
		return setAll(f, "address="+address+" "+rest)
	case Quality:
		return setAll(f, value)
	case []byte:
		f.SetBytes([]byte(value))
	case encoding.TextMarshaler:
		return f.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(value))
	case map[string]string:
		k, v, _ := strings.Cut(value, ":")
		f.Set(reflect.ValueOf(map[string]string{k: v}))
	case map[string]int:
		k, v, _ := strings.Cut(value, ":")
		n, err := strconv.Atoi(v)
		f.Set(reflect.ValueOf(map[string]int{k: n}))
		return err
	default:
		return assignPlain(f, value)
	}
	return nil
}

// setAll sets the fields of a struct that a value lists: "jitter=45ms loss=0.05".
func setAll(v reflect.Value, value string) error {
	for _, w := range strings.Fields(value) {
		key, value, _ := strings.Cut(w, "=")
		if err := set(v, key, value); err != nil {
			return err
		}
	}
	return nil
}

func assignPlain(f reflect.Value, value string) error {
	switch f.Kind() {
	case reflect.String:
		f.SetString(value)
	case reflect.Uint64:
		n, err := strconv.ParseUint(value, 10, 64)
		f.SetUint(n)
		return err
	case reflect.Int:
		n, err := strconv.Atoi(value)
		f.SetInt(int64(n))
		return err
	case reflect.Float64:
		x, err := strconv.ParseFloat(value, 64)
		f.SetFloat(x)
		return err
	case reflect.Bool:
		f.SetBool(value == "true")
	default:
		return fmt.Errorf("cannot read a %s", f.Type())
	}
	return nil
}

// parsePlan reads "tel:+1 and tel:+2 @20s then browser:desk", or "queue:support"
// with what else is said of it: "queue:support greeting=welcome callback=true".
// Before it may stand how the call is recorded, "recorded:ask/on_demand/beep ", and behind
// a target that it is staff.
func parsePlan(s string) (p Plan, err error) {
	if rest, recorded := strings.CutPrefix(s, "recorded:"); recorded {
		how, rest, _ := strings.Cut(rest, " ")
		p, err = parsePlan(rest)
		p.Recording = parseRecording(how)
		return p, err
	}
	if q, ok := strings.CutPrefix(s, "queue:"); ok {
		name, rest, _ := strings.Cut(q, " ")
		p.Queue = name
		return p, setAll(reflect.ValueOf(&p).Elem(), rest)
	}
	if rest, ok := strings.CutPrefix(s, "goodbye "); ok {
		return p, setAll(reflect.ValueOf(&p).Elem(), rest)
	}
	s, box, voicemail := strings.Cut(s, "voicemail:")
	if voicemail {
		name, rest, _ := strings.Cut(box, " ")
		p.Voicemail = name
		if err := setAll(reflect.ValueOf(&p).Elem(), rest); err != nil || s == "" {
			return p, err
		}
		s = strings.TrimSuffix(s, " else ")
	}
	for stage := range strings.SplitSeq(s, " then ") {
		targets, timeout, _ := strings.Cut(stage, " @")
		st := Stage{}
		if timeout != "" {
			d, err := time.ParseDuration(timeout)
			if err != nil {
				return p, err
			}
			st.Timeout = d
		}
		if targets == "nobody" {
			targets = ""
		}
		for t := range strings.SplitSeq(targets, " and ") {
			if t == "" {
				continue
			}
			t, staff := strings.CutSuffix(t, " staff")
			a, err := webtrunk.ParseAddress(t)
			if err != nil {
				return p, err
			}
			st.Targets = append(st.Targets, Target{Address: a, Staff: staff})
		}
		p.Stages = append(p.Stages, st)
	}
	return p, nil
}

func parseRecording(s string) *RecordingPolicy {
	how := strings.Split(s, "/")
	p := &RecordingPolicy{OnDemand: slices.Contains(how, "on_demand")}
	if how[0] != "off" {
		p.Consent = ConsentBy(how[0])
	}
	if slices.Contains(how, "beep") {
		p.Beep = 15 * time.Second
	}
	return p
}

// fields writes a struct's fields that are not empty.
func fields(v reflect.Value) string {
	var words []string
	for i := range v.NumField() {
		f := v.Field(i)
		if f.IsZero() {
			continue
		}
		words = append(words, field(snake(v.Type().Field(i).Name), f))
	}
	return strings.Join(words, " ")
}

func field(name string, f reflect.Value) string {
	switch x := f.Interface().(type) {
	case LegID:
		if name == "leg" {
			return x.String()
		}
		return name + "=" + x.String()
	case []LegID:
		var letters []string
		for _, id := range x {
			letters = append(letters, id.String())
		}
		return strings.Join(letters, "+")
	case []Beside:
		var all []string
		for _, b := range x {
			all = append(all, strings.TrimSuffix(b.Leg.String()+">"+b.HeardBy.String(), ">-"))
		}
		return name + "=" + strings.Join(all, "+")
	case Timer:
		return strings.TrimSuffix(string(x.Name)+":"+x.Leg.String(), ":-")
	case Plan:
		return "plan=" + strconv.Quote(planText(x))
	case Leg:
		return legText(x)
	case Prompt, Terms, Waiting, RecordingPolicy:
		return fields(f)
	case Target:
		return targetText(name, x)
	case []byte:
		return name + "=" + strconv.Quote(string(x))
	case string:
		return name + "=" + strconv.Quote(x)
	}
	return fmt.Sprintf("%s=%v", name, f.Interface())
}

func planText(p Plan) string {
	var stages []string
	for _, st := range p.Stages {
		var targets []string
		for _, t := range st.Targets {
			targets = append(targets, t.Address.String())
		}
		s := cmp.Or(strings.Join(targets, " and "), "nobody")
		if st.Timeout > 0 {
			s += " @" + st.Timeout.String()
		}
		stages = append(stages, s)
	}
	if p.Voicemail != "" {
		return strings.Join(stages, " then ") + " else voicemail:" + p.Voicemail
	}
	if p.Queue != "" {
		return "queue:" + p.Queue
	}
	return strings.Join(stages, " then ")
}

// targetText is the address alone, or in quotes with the rest.
func targetText(name string, t Target) string {
	rest := t
	rest.Address = webtrunk.Address{}
	if rest == (Target{}) {
		return name + "=" + t.Address.String()
	}
	return name + "=" + strconv.Quote(t.Address.String()+" "+strings.ReplaceAll(fields(reflect.ValueOf(rest)), `"`, ""))
}

// legText is short: what the reader of a transcript needs of a leg.
func legText(l Leg) string {
	s := fmt.Sprintf("%v %s %s %v", l.ID, l.Kind, l.Role, l.Address)
	if !l.From.IsZero() {
		s += " from=" + l.From.String()
	}
	if l.Part != Talks {
		s += " part=" + string(l.Part)
	}
	if l.Staff {
		s += " staff"
	}
	if l.Written {
		s += " written"
	}
	if l.Trunk != "" {
		s += " trunk=" + strconv.Quote(l.Trunk)
	}
	if !l.Shown.IsZero() {
		s += " shown=" + l.Shown.String()
	}
	if l.Replaces != "" {
		s += " replaces=" + strconv.Quote(l.Replaces)
	}
	if l.Dialog != nil {
		s += " dialog=" + strconv.Quote(string(l.Dialog))
	}
	return s
}

func parseLeg(s string) LegID {
	if len(s) != 1 || s[0] < 'a' || s[0] > 'z' {
		return 0
	}
	return LegID(s[0] - 'a' + 1)
}

// split splits at spaces, keeping what stands in double quotes together.
func split(line string) []string {
	quoted := false
	words := strings.FieldsFunc(line, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ' ' && !quoted
	})
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], `"`, "")
	}
	return words
}

// snake turns SIPCode into sip_code.
func snake(s string) string {
	var b strings.Builder
	rs := []rune(s)
	for i, r := range rs {
		wordStarts := i > 0 && unicode.IsUpper(r) && (unicode.IsLower(rs[i-1]) || i+1 < len(rs) && unicode.IsLower(rs[i+1]))
		if wordStarts {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
