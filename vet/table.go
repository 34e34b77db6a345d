package vet

// This file is the table of functions that block, and of what to use instead. It is to be kept up to date: a test looks every
// name up in its package.

// blockers maps functions, by full name, to the async form. "" stands for async.Go, which runs a call on a goroutine.
var blockers = func() map[string]string {
	m := map[string]string{}
	for _, group := range blockerTable {
		for _, name := range group.names {
			m[name] = group.use
		}
	}
	return m
}()

var blockerTable = []struct {
	use   string
	names []string
}{
	{"async.Await(async.Sleep(ctx, d))", []string{"time.Sleep"}},

	{"async.Mutex", []string{
		"(*sync.Mutex).Lock", "(*sync.RWMutex).Lock", "(*sync.RWMutex).RLock", "(sync.Locker).Lock",
	}},
	{"async.Group and async.Await(g.Wait()), or async.All", []string{
		"(*sync.WaitGroup).Wait", "(*golang.org/x/sync/errgroup.Group).Wait",
	}},
	{"async.Event: async.Await(e.Wait(ctx))", []string{"(*sync.Cond).Wait"}},
	{"async.NewSemaphore: async.Await(sem.Acquire(ctx, n))", []string{"(*golang.org/x/sync/semaphore.Weighted).Acquire"}},

	{"async.Await(p)", []string{"(*github.com/goawait/goawait/runtime.Promise[T]).Wait"}},
	{"an await of the promise that the function returns", []string{"github.com/goawait/goawait/runtime.Run"}},
	{"", []string{"(*github.com/goawait/goawait/runtime.Loop).Run"}},

	{"", []string{
		"net/http.Get", "net/http.Head", "net/http.Post", "net/http.PostForm",
		"(*net/http.Client).Do", "(*net/http.Client).Get", "(*net/http.Client).Head", "(*net/http.Client).Post",
		"(*net/http.Client).PostForm", "(*net/http.Transport).RoundTrip", "(net/http.RoundTripper).RoundTrip",
		"net/http.ListenAndServe", "net/http.ListenAndServeTLS", "net/http.Serve", "net/http.ServeTLS",
		"(*net/http.Server).ListenAndServe", "(*net/http.Server).ListenAndServeTLS", "(*net/http.Server).Serve",
		"(*net/http.Server).ServeTLS", "(*net/http.Server).Shutdown",
	}},
	{"", []string{
		"net.Dial", "net.DialTimeout", "net.DialTCP", "net.DialUDP", "net.DialUnix", "net.DialIP",
		"(*net.Dialer).Dial", "(*net.Dialer).DialContext",
		"net.LookupAddr", "net.LookupCNAME", "net.LookupHost", "net.LookupIP", "net.LookupMX", "net.LookupNS", "net.LookupSRV",
		"net.LookupTXT", "net.ResolveIPAddr", "net.ResolveTCPAddr", "net.ResolveUDPAddr",
		"(*net.Resolver).LookupAddr", "(*net.Resolver).LookupCNAME", "(*net.Resolver).LookupHost", "(*net.Resolver).LookupIP",
		"(*net.Resolver).LookupIPAddr", "(*net.Resolver).LookupMX", "(*net.Resolver).LookupNetIP", "(*net.Resolver).LookupNS",
		"(*net.Resolver).LookupSRV", "(*net.Resolver).LookupTXT",
		"(net.Conn).Read", "(net.Conn).Write", "(*net.conn).Read", "(*net.conn).Write", "(net.PacketConn).ReadFrom",
		"(*net.UDPConn).ReadFrom", "(*net.UDPConn).ReadFromUDP", "(*net.UDPConn).ReadFromUDPAddrPort",
		"(net.Listener).Accept", "(*net.TCPListener).Accept", "(*net.TCPListener).AcceptTCP", "(*net.UnixListener).Accept",
		"(*net.UnixListener).AcceptUnix",
		"crypto/tls.Dial", "crypto/tls.DialWithDialer", "(*crypto/tls.Dialer).Dial", "(*crypto/tls.Dialer).DialContext",
		"(*crypto/tls.Conn).Handshake", "(*crypto/tls.Conn).HandshakeContext", "(*crypto/tls.Conn).Read", "(*crypto/tls.Conn).Write",
		"net/rpc.Dial", "net/rpc.DialHTTP", "(*net/rpc.Client).Call", "net/smtp.Dial", "net/smtp.SendMail", "net/textproto.Dial",
		"log/syslog.Dial",
	}},
	{"", []string{
		"(*os/exec.Cmd).Run", "(*os/exec.Cmd).Output", "(*os/exec.Cmd).CombinedOutput", "(*os/exec.Cmd).Wait",
		"(*os.Process).Wait",
	}},
	{"", []string{
		"(*database/sql.DB).Begin", "(*database/sql.DB).BeginTx", "(*database/sql.DB).Conn", "(*database/sql.DB).Exec",
		"(*database/sql.DB).ExecContext", "(*database/sql.DB).Ping", "(*database/sql.DB).PingContext", "(*database/sql.DB).Prepare",
		"(*database/sql.DB).PrepareContext", "(*database/sql.DB).Query", "(*database/sql.DB).QueryContext",
		"(*database/sql.DB).QueryRow", "(*database/sql.DB).QueryRowContext",
		"(*database/sql.Conn).BeginTx", "(*database/sql.Conn).ExecContext", "(*database/sql.Conn).PingContext",
		"(*database/sql.Conn).PrepareContext", "(*database/sql.Conn).QueryContext", "(*database/sql.Conn).QueryRowContext",
		"(*database/sql.Tx).Commit", "(*database/sql.Tx).Exec", "(*database/sql.Tx).ExecContext", "(*database/sql.Tx).Prepare",
		"(*database/sql.Tx).PrepareContext", "(*database/sql.Tx).Query", "(*database/sql.Tx).QueryContext",
		"(*database/sql.Tx).QueryRow", "(*database/sql.Tx).QueryRowContext", "(*database/sql.Tx).Rollback",
		"(*database/sql.Stmt).Exec", "(*database/sql.Stmt).ExecContext", "(*database/sql.Stmt).Query",
		"(*database/sql.Stmt).QueryContext", "(*database/sql.Stmt).QueryRow", "(*database/sql.Stmt).QueryRowContext",
		"(*database/sql.Rows).Next",
	}},
	{"", []string{
		"os.ReadFile", "os.WriteFile", "os.ReadDir", "os.RemoveAll", "os.CopyFS", "path/filepath.Walk", "path/filepath.WalkDir",
		"path/filepath.Glob", "(*os.File).Sync",
	}},
	{"", []string{"fmt.Scan", "fmt.Scanf", "fmt.Scanln"}},
}

// readers are functions that block if what they read from does. That is so if it is of one of slowReaders, or the body of an
// answer or a request.
var readers = map[string]int{ // → index of the argument
	"io.ReadAll": 0, "io.ReadFull": 0, "io.ReadAtLeast": 0, "io.Copy": 1, "io.CopyN": 1, "io.CopyBuffer": 1,
}

// streamReaders are functions that read what has come so far, and block if that is nothing. Of files, only standard input makes them wait.
var streamReaders = map[string]int{ // → index of the argument, or receiver
	"fmt.Fscan": 0, "fmt.Fscanf": 0, "fmt.Fscanln": 0,
	"(*os.File).Read": receiver, "(*bufio.Scanner).Scan": receiver,
	"(*bufio.Reader).Discard": receiver, "(*bufio.Reader).Peek": receiver, "(*bufio.Reader).Read": receiver,
	"(*bufio.Reader).ReadByte": receiver, "(*bufio.Reader).ReadBytes": receiver, "(*bufio.Reader).ReadLine": receiver,
	"(*bufio.Reader).ReadRune": receiver, "(*bufio.Reader).ReadSlice": receiver, "(*bufio.Reader).ReadString": receiver,
	"(*bufio.Reader).WriteTo": receiver,
}

const receiver = -1

var bufferTypes = map[string]bool{"*bufio.Reader": true, "*bufio.Scanner": true}

// bufferMakers make readers of other readers, which are their first arguments.
var bufferMakers = map[string]bool{"bufio.NewReader": true, "bufio.NewReaderSize": true, "bufio.NewScanner": true}

var slowReaders = map[string]bool{
	"net.Conn": true, "*net.TCPConn": true, "*net.UnixConn": true, "*crypto/tls.Conn": true, "*os.File": true,
}
