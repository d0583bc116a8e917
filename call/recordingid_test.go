package call

import "testing"

func TestTheIDsOfRecordings(t *testing.T) {
	if of, n, ok := ParseRecordingID(RecordingID("call_01h455vb4pex5vsknk084sn02q", 12)); !ok || n != 12 || of != "call_01h455vb4pex5vsknk084sn02q" {
		t.Errorf("it is the %d. of %s, %v", n, of, ok)
	}
	for _, wrong := range []string{"", "rec_", "rec_1", "rec__1", "rec_1_0", "rec_1_01", "rec_1_x", "vm_1_1"} {
		if of, _, ok := ParseRecordingID(wrong); ok {
			t.Errorf("%q is of %s", wrong, of)
		}
	}
}
