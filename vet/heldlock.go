package vet

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/cfg"

	"github.com/goawait/goawait/rewrite"
)

// HeldLock finds locks of package sync that are held across an await.
var HeldLock = &analysis.Analyzer{
	Name: "heldlock",
	Doc: `find locks of package sync that are held across an await

While an async function is suspended, others run on the same goroutine. One that wants the same sync.Mutex blocks the loop, and so
nobody can go on to unlock it:

	c.mu.Lock()
	defer c.mu.Unlock()
	page, err := async.Await(fetchAsync(ctx))   // anybody who locks c.mu meanwhile stops the loop for ever

Unlock before the await, or use async.Mutex, which suspends those who wait for it:

	if _, err := async.Await(c.mu.Lock(ctx)); err != nil {
		return err
	}
	defer c.mu.Unlock()

Receives, sends, selects and ranges over channels suspend as awaits do, and count as such.`,
	URL:      url("heldlock"),
	Requires: []*analysis.Analyzer{codeAnalyzer},
	Run:      runHeldLock,
}

func runHeldLock(pass *analysis.Pass) (any, error) {
	c := codeOf(pass)
	for _, f := range c.funcs {
		(&lockFinder{c: c, pass: pass, decl: f.decl, kinds: f.kinds}).body(f.decl.Body)
		for lit, kind := range f.kinds {
			if kind == rewrite.BlockLiteral || kind == rewrite.DeferredLiteral {
				(&lockFinder{c: c, pass: pass, decl: f.decl, kinds: f.kinds}).body(lit.Body)
			}
		}
	}
	return nil, nil
}

// A lockFinder follows the control flow of one body from each lock.
type lockFinder struct {
	c      *code
	pass   *analysis.Pass
	decl   *ast.FuncDecl
	kinds  map[*ast.FuncLit]rewrite.LiteralKind
	atOnce map[ast.Node]bool // operations on channels in selects with default
	ranges map[ast.Expr]bool // channels that are ranged over
	seen   map[seenLock]bool
}

// A lockEvent is something in a node of the control-flow graph that matters here.
type lockEvent struct {
	pos  token.Pos
	end  token.Pos
	kind lockKind
	key  string // of the lock
	read bool
	text string // of the lock, or what suspends
}

type lockKind int

const (
	locks lockKind = iota
	unlocksIt
	suspends
	tries
)

type seenLock struct {
	block *cfg.Block
	from  int
}

func (l *lockFinder) body(body *ast.BlockStmt) {
	l.atOnce, l.ranges = map[ast.Node]bool{}, map[ast.Expr]bool{}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectStmt:
			if hasDefault(n) {
				for _, s := range n.Body.List {
					if comm := s.(*ast.CommClause).Comm; comm != nil {
						l.atOnce[comm] = true
					}
				}
			}
		case *ast.RangeStmt:
			if t := l.pass.TypesInfo.TypeOf(n.X); t != nil {
				if _, ok := t.Underlying().(*types.Chan); ok {
					l.ranges[n.X] = true
				}
			}
		}
		return true
	})
	graph := cfg.New(body, func(*ast.CallExpr) bool { return true })
	for _, b := range graph.Blocks {
		if !b.Live {
			continue
		}
		for i, n := range b.Nodes {
			events := l.events(n)
			for j, e := range events {
				if e.kind == locks {
					l.seen = map[seenLock]bool{}
					l.follow(e, b, i, events[j+1:])
				}
			}
		}
		l.tryLocks(b)
	}
}

// tryLocks follows what a condition at the end of a block has locked, from the branch where it has.
func (l *lockFinder) tryLocks(b *cfg.Block) {
	if len(b.Succs) != 2 || len(b.Nodes) == 0 || b.Succs[0].Kind != cfg.KindIfThen && b.Succs[0].Kind != cfg.KindForBody {
		return
	}
	cond, ok := b.Nodes[len(b.Nodes)-1].(ast.Expr)
	if !ok {
		return
	}
	var before ast.Node
	if n := len(b.Nodes); n > 1 {
		before = b.Nodes[n-2]
	}
	for i, result := range []bool{true, false} {
		for _, call := range l.succeeded(cond, before, result) {
			if e, ok := l.lockCall(call); ok && e.kind == tries {
				l.seen = map[seenLock]bool{}
				l.follow(e, b.Succs[i], -1, nil)
			}
		}
	}
}

// succeeded are the calls that have given true if a condition has a result. The statement before it may be ok := call.
func (l *lockFinder) succeeded(cond ast.Expr, before ast.Node, result bool) []*ast.CallExpr {
	switch x := ast.Unparen(cond).(type) {
	case *ast.CallExpr:
		if result {
			return []*ast.CallExpr{x}
		}
	case *ast.Ident:
		a, ok := before.(*ast.AssignStmt)
		if !ok || len(a.Lhs) != 1 || len(a.Rhs) != 1 {
			return nil
		}
		if id, ok := a.Lhs[0].(*ast.Ident); ok && l.pass.TypesInfo.ObjectOf(id) == l.pass.TypesInfo.ObjectOf(x) {
			return l.succeeded(a.Rhs[0], nil, result)
		}
	case *ast.UnaryExpr:
		if x.Op == token.NOT {
			return l.succeeded(x.X, before, !result)
		}
	case *ast.BinaryExpr:
		if x.Op == token.LAND && result || x.Op == token.LOR && !result {
			return append(l.succeeded(x.X, before, result), l.succeeded(x.Y, before, result)...)
		}
	}
	return nil
}

func hasDefault(s *ast.SelectStmt) bool {
	for _, clause := range s.Body.List {
		if clause.(*ast.CommClause).Comm == nil {
			return true
		}
	}
	return false
}

// follow goes on from a lock, of which the rest of the events of node i are still to come, and reports the first suspension on a way
// that has not unlocked.
func (l *lockFinder) follow(lock lockEvent, b *cfg.Block, i int, rest []lockEvent) (done bool) {
	for {
		for _, e := range rest {
			switch {
			case e.kind == unlocksIt && e.key == lock.key && e.read == lock.read:
				return false
			case e.kind == suspends:
				l.report(lock, e)
				return true
			}
		}
		if i++; i >= len(b.Nodes) {
			break
		}
		rest = l.events(b.Nodes[i])
	}
	for _, next := range b.Succs {
		if at := (seenLock{next, 0}); !l.seen[at] {
			l.seen[at] = true
			if l.follow(lock, next, -1, nil) {
				return true
			}
		}
	}
	return false
}

func (l *lockFinder) report(lock, e lockEvent) {
	unlock := "unlock it before"
	if lock.read {
		unlock = "unlock it for reading before"
	}
	report(l.pass, analysis.Diagnostic{
		Pos: e.pos, End: e.end,
		Message: fmt.Sprintf("%s is held across this %s, since line %d: whoever wants it meanwhile blocks the loop, perhaps for ever; %s, or make it an async.Mutex",
			lock.text, e.text, l.c.line(lock.pos), unlock),
		Related: []analysis.RelatedInformation{{Pos: lock.pos, End: lock.end, Message: "locked here"}},
	})
}

// events are what a node of the graph does, in source order. What runs in literals, or only when the function ends, is left out.
func (l *lockFinder) events(n ast.Node) (events []lockEvent) {
	add := func(n ast.Node, what string) {
		events = append(events, lockEvent{pos: n.Pos(), end: n.End(), kind: suspends, text: what})
	}
	if x, ok := n.(ast.Expr); ok && l.ranges[x] {
		add(n, "receive")
	}
	if l.atOnce[n] {
		return nil
	}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.DeferStmt, *ast.GoStmt:
			return false
		case *ast.CallExpr:
			if e, ok := l.lockCall(n); ok {
				events = append(events, e)
			} else if l.c.view.Marker(n) != "" {
				for _, arg := range n.Args { // operands come before the await
					events = append(events, l.events(arg)...)
				}
				add(n, "await")
				return false
			}
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				add(n, "receive")
			}
		case *ast.SendStmt:
			if !l.c.madeWithBuffer(n.Chan, l.decl) {
				add(n, "send")
			}
		}
		return true
	})
	return events
}

// lockCall tells what a call of a method of package sync locks or unlocks.
func (l *lockFinder) lockCall(call *ast.CallExpr) (e lockEvent, ok bool) {
	fn := l.c.callee(call)
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "sync" {
		return e, false
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return e, false
	}
	e = lockEvent{pos: call.Pos(), end: call.End(), text: l.c.text(sel.X)}
	switch fn.Name() {
	case "Lock":
	case "RLock":
		e.read = true
	case "Unlock":
		e.kind = unlocksIt
	case "RUnlock":
		e.kind, e.read = unlocksIt, true
	case "TryLock":
		e.kind = tries
	case "TryRLock":
		e.kind, e.read = tries, true
	default:
		return e, false
	}
	e.key = l.key(sel)
	return e, e.key != ""
}

// key names the lock whose method is selected, as the path from a variable; "" if it cannot.
func (l *lockFinder) key(sel *ast.SelectorExpr) string {
	key := l.path(sel.X)
	if key == "" {
		return ""
	}
	s := l.pass.TypesInfo.Selections[sel]
	if s == nil {
		return key
	}
	t := s.Recv()
	for _, i := range s.Index()[:len(s.Index())-1] { // promoted through embedded fields
		if ptr, ok := t.Underlying().(*types.Pointer); ok {
			t = ptr.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			return ""
		}
		key += "." + st.Field(i).Name()
		t = st.Field(i).Type()
	}
	return key
}

func (l *lockFinder) path(x ast.Expr) string {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		if obj := l.pass.TypesInfo.ObjectOf(x); obj != nil {
			return fmt.Sprintf("%s@%d", obj.Name(), obj.Pos())
		}
	case *ast.SelectorExpr:
		if p := l.path(x.X); p != "" {
			return p + "." + x.Sel.Name
		}
	case *ast.StarExpr:
		return l.path(x.X)
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			return l.path(x.X)
		}
	case *ast.IndexExpr:
		if p, i := l.path(x.X), l.pass.TypesInfo.Types[x.Index].Value; p != "" && i != nil {
			return p + "[" + i.ExactString() + "]"
		} else if p != "" {
			if j := l.path(x.Index); j != "" {
				return p + "[" + j + "]"
			}
		}
	}
	return ""
}
