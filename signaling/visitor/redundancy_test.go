package visitor

import (
	"testing"

	"github.com/pion/rtcp"
)

// An encoder that is told of loss.
type told struct{ percents []int }

func (t *told) Encode([]byte, []int16) (int, error) { return 0, nil }
func (t *told) ExpectLoss(percent int)              { t.percents = append(t.percents, percent) }
func (t *told) Reset()                              {}
func (t *told) Close()                              {}

func TestTheEncoderIsToldOfReportedLossOnce(t *testing.T) {
	heard := &told{}
	m := &mic{encoder: heard}
	m.protect()
	for _, fraction := range []uint8{0, 26, 26, 0} {
		m.reported([]rtcp.ReceptionReport{{FractionLost: fraction}})
		m.protect()
		m.protect()
	}
	if len(heard.percents) != 2 || heard.percents[0] != 10 || heard.percents[1] != 0 {
		t.Errorf("the encoder was told %v, want 10 and then 0", heard.percents)
	}
}
