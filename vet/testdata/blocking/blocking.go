package blocking

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/t/helpers"
	async "github.com/goawait/goawait/runtime"
)

type service struct {
	mu sync.Mutex
	rw sync.RWMutex
	sync.Mutex
	wg sync.WaitGroup
	db *sql.DB
	ch chan int
}

//goawait:async
func (s *service) direct(ctx context.Context, d time.Duration, cmd *exec.Cmd) error {
	time.Sleep(d)    // want `^time.Sleep blocks the loop; use async.Await\(async.Sleep\(ctx, d\)\)$`
	s.mu.Lock()      // want `^\(\*sync.Mutex\).Lock blocks the loop while another goroutine has the lock; make s.mu an async.Mutex and write async.Await\(s.mu.Lock\(ctx\)\), or lock and unlock it in a function of its own that does not wait$`
	s.mu.Unlock()    //
	s.rw.RLock()     // want `\(\*sync.RWMutex\).RLock blocks`
	s.rw.RUnlock()   //
	s.Lock()         // want `make what it embeds an async.Mutex and write async.Await\(s.Lock\(ctx\)\)`
	s.Unlock()       //
	s.wg.Wait()      // want `\(\*sync.WaitGroup\).Wait blocks the loop; use async.Group`
	out := cmd.Run() // want `\(\*exec.Cmd\).Run blocks the loop; use async.Go: async.Await\(async.Go\(ctx, func\(ctx context.Context\) \(async.Void, error\) { return async.Void{}, cmd.Run\(\) }\)\)`
	_ = out
	_, err := s.db.QueryContext(ctx, "select 1") // want `\(\*sql.DB\).QueryContext blocks`
	if err != nil {
		return err
	}
	resp, err := http.Get("http://example.com") // want `http.Get blocks the loop; use async.Go: async.Await\(async.Go\(ctx, func\(ctx context.Context\) \(\*http.Response, error\) { return http.Get\("http://example.com"\) }\)\)`
	if err != nil {
		return err
	}
	b, err := io.ReadAll(resp.Body) // want `io.ReadAll blocks`
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, string(b))
	_, err = async.Await(async.Sleep(ctx, d))
	return err
}

//goawait:async
func noError(ctx context.Context) {
	time.Sleep(time.Second) // want `time.Sleep blocks`
	async.Await(async.Sleep(ctx, time.Second))
}

// Without a context there is nothing to await with, and so no fix.
//
//goawait:async
func noContext() {
	time.Sleep(time.Second) // want `time.Sleep blocks`
	async.Await(async.Sleep(nil, time.Second))
}

func slow() { slower() }

func slower() {
	fmt.Println("slow")
	time.Sleep(time.Second)
}

func (s *service) short() {
	s.mu.Lock()
	defer s.mu.Unlock()
}

func (s *service) locks() { s.mu.Lock() }

func (s *service) next() int { return <-s.ch }

func (s *service) poll() int {
	select {
	case n := <-s.ch:
		return n
	default:
		return 0
	}
}

func results() chan int {
	ch := make(chan int, 1)
	ch <- 1
	return ch
}

func awaits(ctx context.Context) {
	async.Await(async.Sleep(ctx, time.Second))
}

func blockingForm(ctx context.Context) {
	noError(ctx)
}

func spawns() {
	go time.Sleep(time.Second)
	go func() { time.Sleep(time.Second) }()
	time.AfterFunc(time.Second, func() { time.Sleep(time.Second) })
}

func recursive(n int) {
	if n > 0 {
		recursive(n - 1)
	}
}

//goawait:async
func (s *service) through(ctx context.Context) error {
	slow() // want `^slow blocks the loop: it calls slower, which calls time.Sleep \(blocking.go:\d+\); annotate it with //goawait:async and await slowAsync, or run it with async.Go$`
	s.short()
	s.locks() // want `locks blocks the loop: it calls \(\*sync.Mutex\).Lock`
	s.next()  // want `next blocks the loop: it receives from a channel`
	s.poll()
	<-results()
	awaits(ctx)       // want `awaits blocks the loop: it awaits without being annotated`
	blockingForm(ctx) // want `blockingForm blocks the loop: it calls noError, a blocking form`
	spawns()
	recursive(3)
	helpers.Pause()                               // want `helpers.Pause blocks the loop: it calls time.Sleep; annotate`
	helpers.Awaits(async.Resolve(1))              // want `helpers.Awaits blocks the loop: it awaits without being annotated`
	helpers.Quick()                               //
	text, _ := io.ReadAll(strings.NewReader("x")) //
	func() { time.Sleep(time.Second) }()          // want `time.Sleep blocks`
	wait := func() { time.Sleep(time.Second) }    // want `time.Sleep blocks`
	wait()                                        //
	wait()                                        //
	later := func() { time.Sleep(time.Second) }   //
	go later()                                    //
	slices.SortFunc(text, func(a, b byte) int {   //
		time.Sleep(time.Second) // want `time.Sleep blocks`
		return int(a) - int(b)
	})
	defer func() {
		time.Sleep(time.Second) // want `time.Sleep blocks`
	}()
	_, err := async.Await(async.Go(ctx, func(context.Context) (int, error) {
		time.Sleep(time.Second)
		return 1, nil
	}))
	if err != nil {
		return err
	}
	_, err = async.Await(async.Start(ctx, func(ctx context.Context) (int, error) {
		time.Sleep(time.Second) // want `time.Sleep blocks`
		return async.Await(async.Resolve(1))
	}))
	return err
}

//goawait:async
func waits(ctx context.Context, p *async.Promise[int]) (int, error) {
	n, err := p.Wait(ctx) // want `\(\*async.Promise\[T\]\).Wait blocks the loop; use async.Await\(p\)`
	if err != nil {
		return 0, err
	}
	m, err := async.Run(ctx, func(context.Context) *async.Promise[int] { return p }) // want `async.Run blocks the loop`
	if err != nil {
		return 0, err
	}
	k, err := async.Await(p)
	return n + m + k, err
}

func short() {}

//goawait:async
func fromInt(n int) (int, error) { return async.Await(async.Resolve(n)) }

func callbacks(ctx context.Context, p *async.Promise[int], loop *async.Loop) {
	_ = async.Then(p, func(n int) (int, error) {
		time.Sleep(time.Second) // want `this runs on the loop, as a callback of async.Then, and calls time.Sleep, which blocks the loop; move it`
		return n, nil
	})
	loop.Post(func() {
		helpers.Awaits(p) // want `callback of async.Loop.Post, and calls helpers.Awaits, which awaits without being annotated`
	})
	_, _ = async.Run(ctx, func(ctx context.Context) *async.Promise[int] {
		async.Await(p) // want `callback of async.Run, and awaits without being annotated`
		slow()         // want `callback of async.Run, and calls slow, which calls slower, which calls time.Sleep`
		noError(ctx)   // want `calls noError, a blocking form`
		return p
	})
	loop.Post(slow)          // want `slow runs on the loop, as a callback of async.Loop.Post, and calls slower, which calls time.Sleep, which blocks the loop; move it`
	loop.Post(helpers.Pause) // want `helpers.Pause runs on the loop, as a callback of async.Loop.Post, and calls time.Sleep`
	loop.Post(short)
	_ = async.Then(p, fromInt) // want `fromInt runs on the loop, as a callback of async.Then, and is a blocking form, which blocks the loop`
	_, _ = async.Run(ctx, noErrorAsync)
}

//goawait:async
func quiet(ctx context.Context, p *async.Promise[int]) (int, error) {
	time.Sleep(1) //nolint:goawait // short
	time.Sleep(1) //nolint
	//nolint:errcheck,goawait
	time.Sleep(1)
	time.Sleep(1) // want `time.Sleep blocks`
	time.Sleep(1) /* want `time.Sleep blocks` */ //nolint:errcheck
	return async.Await(p)
}

// Elsewhere, blocking is fine.
func main(ctx context.Context) {
	time.Sleep(time.Second)
	slow()
	async.Await(noErrorAsync(ctx))
}

var input = bufio.NewReader(os.Stdin)

//goawait:async
func streams(ctx context.Context, conn net.Conn, resp *http.Response, f *os.File, given *bufio.Reader, b []byte) {
	input.ReadString('\n')               // want `\(\*bufio.Reader\).ReadString blocks the loop; use async.Go`
	bufio.NewReader(os.Stdin).ReadByte() // want `\(\*bufio.Reader\).ReadByte blocks`
	os.Stdin.Read(b)                     // want `\(\*os.File\).Read blocks`
	lines := bufio.NewScanner(os.Stdin)  //
	for lines.Scan() {                   // want `\(\*bufio.Scanner\).Scan blocks`
		_ = lines.Text()
	}
	bufio.NewScanner(conn).Scan()             // want `Scan blocks`
	bufio.NewReaderSize(resp.Body, 8).Peek(1) // want `Peek blocks`
	io.ReadAll(input)                         // want `io.ReadAll blocks`
	var n int
	fmt.Scan(&n)              // want `fmt.Scan blocks`
	fmt.Fscanln(os.Stdin, &n) // want `fmt.Fscanln blocks`
	fmt.Fscan(input, &n)      // want `fmt.Fscan blocks`
	readLine()                // want `readLine blocks the loop: it calls \(\*bufio.Reader\).ReadString`

	fmt.Fscan(f, &n)
	fmt.Sscan("1", &n)
	f.Read(b)
	given.ReadString('\n')
	bufio.NewScanner(f).Scan()
	text := bufio.NewReader(strings.NewReader("x"))
	text.ReadByte()
	either := bufio.NewReader(os.Stdin)
	if n > 0 {
		either = bufio.NewReader(f)
	}
	either.ReadByte()
	var again *bufio.Reader
	again = bufio.NewReader(again)
	again.ReadByte()
	passed := bufio.NewReader(os.Stdin)
	change(&passed)
	passed.ReadByte()
	async.Await(async.Yield(ctx))
}

func change(r **bufio.Reader) {}

func readLine() string {
	line, _ := input.ReadString('\n')
	return line
}
