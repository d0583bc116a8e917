package call

import "testing"

func TestLegsHavePublicNames(t *testing.T) {
	public := LegID(2).Public("call_01h455vb4pex5vsknk084sn02q")
	if public != "leg_01h455vb4pex5vsknk084sn02q_2" {
		t.Errorf("leg b is called %q", public)
	}
	c, id, ok := ParseLegID(public)
	if !ok || c != "call_01h455vb4pex5vsknk084sn02q" || id != 2 {
		t.Errorf("%q is read as leg %v of %q, %v", public, id, c, ok)
	}
	if LegID(0).Public("call_1") != "" {
		t.Error("no leg has a name")
	}
	for _, wrong := range []string{"", "leg_", "leg_1", "leg__1", "leg_x_", "leg_x_0", "leg_x_-1", "leg_x_01", "leg_x_+1", "leg_x_b", "call_x_1"} {
		if c, id, ok := ParseLegID(wrong); ok {
			t.Errorf("%q is read as leg %v of %q", wrong, id, c)
		}
	}
}
