package media

import (
	"testing"

	"webtrunk"
)

func TestAConferenceHasLimits(t *testing.T) {
	var ports []*Port
	for range MaxParties + 1 {
		ports = append(ports, newLeg(t, "telephone", phone).Port)
	}
	var room Conference
	if err := room.Set(All(ports...)); webtrunk.KindOf(err) != webtrunk.Unsupported {
		t.Errorf("nine parties: %v", err)
	}
	if err := room.Set(All(ports[0], ports[0])); webtrunk.KindOf(err) != webtrunk.Invalid {
		t.Errorf("one twice: %v", err)
	}
	ports[1].Close()
	if err := room.Set(All(ports[0], ports[1])); webtrunk.KindOf(err) != webtrunk.Conflict {
		t.Errorf("one that has ended: %v", err)
	}
	if ports[0].bound() != nil || room.seat != nil {
		t.Error("after the refusal one is left inside")
	}
}

// A port is in one place: whoever joins it otherwise takes it out, and closing
// it does.
func TestAPortLeavesItsConference(t *testing.T) {
	ports := []*Port{newLeg(t, "a", phone).Port, newLeg(t, "b", phone).Port, newLeg(t, "d", phone).Port}
	var room, other Conference
	for range 20 {
		if err := room.Set(All(ports...)); err != nil {
			t.Fatal(err)
		}
		if err := other.Set(All(ports[0], ports[1])); err != nil {
			t.Fatal(err)
		}
		if room.mix.place(ports[0]) >= 0 || other.mix.place(ports[0]) < 0 {
			t.Fatal("a port is in two conferences, or none")
		}
		if _, err := Join(ports[0], ports[2]); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range ports {
		p.Close()
	}
	if room.seat != nil || other.seat != nil {
		t.Error("empty conferences run on")
	}
	room.End()
}
