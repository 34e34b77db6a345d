package async

// This file finds the rejections that nobody looks at.

import (
	"fmt"
	"log"
	"sync"
)

// unseen holds promises that were rejected while nobody waited for them.
var unseen unseenList

type unseenList struct {
	mu    sync.Mutex
	cores []*Core
}

// see notes that somebody looks at the rejection of c.
func (c *Core) see() {
	if c.waiters.load() == &unseenMark {
		c.waiters.cas(&unseenMark, &settledMark)
	}
}

func (u *unseenList) add(c *Core) {}

// crash ends the program as a panic does that nobody recovers.
func crash(e *PanicError) {
	log.Print(fmt.Sprintf("async: panic in a function that nobody awaits: %v\n\n%s", e.Value, e.Stack))
	go panic(e.Value)
	select {}
}

func (u *unseenList) age() {}
