package sip

import "testing"

// faults are what the library does wrong above its transactions and in its
// serialiser, each with the tests that pass here because we do it otherwise.
var faults = []struct {
	what  string
	tests []string
}{
	1:  {"a missing ACK is reported under load that was not missing", []string{"TestManyCalls", "in_answered.txt"}},
	2:  {"a CANCEL that crosses the 200 leaves a call that nobody knows", []string{"out_cancel_crosses_answer.txt", "TestOrderOfCancel"}},
	3:  {"a CANCEL follows a route that a provisional response recorded", []string{"out_cancel.txt"}},
	4:  {"more than ten responses end the wait, without a CANCEL", []string{"out_many_provisionals.txt"}},
	5:  {"a 200 without ACK is repeated at the wrong times, and no BYE follows", []string{"in_unacknowledged.txt", "in_repeated.txt"}},
	6:  {"a second fork's 200 is acknowledged in the wrong dialog and never hung up", []string{"out_forked.txt"}},
	7:  {"the new Contact of a re-INVITE is ignored", []string{"fault07_new_contact.txt"}},
	8:  {"a BYE that is challenged leaves the leg up", []string{"out_digest_bye.txt", "digest_bye_proxy.txt"}},
	9:  {"two requests of a dialog share a CSeq", []string{"requests_number_apart.txt"}},
	10: {"CR and LF pass the serialiser", []string{"TestSealSeesEveryLine", "TestInjection"}},
	11: {"messages over 1,300 bytes are refused", []string{"TestFault11LongMessages"}},
	12: {"every source stays in the pool", []string{"TestFault12SourcesStay"}},
	13: {"an error of a filter ends the listener", []string{"TestFault13ReadErrors"}},
	14: {"requests leave from any port", []string{"TestFault14OurPort"}},
	15: {"a certificate is proved against an address", []string{"TestFault15NameOfTheCertificate"}},
	16: {"of a name's addresses only the first is tried", []string{"TestFault16NamesInTheLibrary", "TestNextAddressOfATrunk"}},
	17: {"the first challenge alone is answered, with a count of 1, and no session variant", []string{"out_digest.txt", "out_digest_session.txt", "TestDigestChoice", "TestDigestSessions"}},
	18: {"a finished call is held for 32 s", []string{"TestLateAnswersAreForgotten", "TestConnectionBreaksBehindItsInvite"}},
	19: {"a closed port is not noticed", []string{"TestFault19ClosedPort"}},
	20: {"a packet that cannot be parsed is logged whole", []string{"TestLogsHoldNoPackets"}},
	21: {"a panic in a handler ends the process", []string{"TestPanicEndsOneCall", "TestParserPanicOverTCP"}},
	22: {"a refusal without ACK is sent eleven times to whoever asked", []string{"TestStrangersAreNotHeard", "TestStatelessAnswers"}},
}

// TestFaultsAreTested holds the list to the tests that there are.
func TestFaultsAreTested(t *testing.T) {
	t.Parallel()
	there := testsOfTheTree(t)
	for i, f := range faults[1:] {
		if f.what == "" || len(f.tests) == 0 {
			t.Errorf("fault %d has no test", i+1)
		}
		for _, name := range f.tests {
			if !there[name] {
				t.Errorf("fault %d: there is no %s", i+1, name)
			}
		}
	}
}
