//go:build !goawait_sim

package async

import (
	"testing"
	"testing/synctest"
	"time"
)

// Ceding runs what is ready, and is rare for a while after it has taken long.
func TestCeder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // where the clock stands still while somebody runs
		var c ceder
		for range 10 * cedeLook {
			if !c.cede() || c.refuse > 0 {
				t.Fatal("does not cede, though it took no time")
			}
		}
		c.took(cedeLong)
		if c.refuse > 0 {
			t.Error("ceding for so long is no fault")
		}
		c.took(cedeLong + time.Nanosecond)
		for i := range cedeRests {
			if c.cede() {
				t.Fatalf("cedes for the %dth time", i)
			}
		}
		if !c.cede() {
			t.Error("does not cede any more")
		}
	})
}
