package webhook

import (
	"testing"

	"go.uber.org/goleak"

	"webtrunk/store/storetest"
)

func TestMain(m *testing.M) {
	storetest.AtOnce(4)
	goleak.VerifyTestMain(m)
}
