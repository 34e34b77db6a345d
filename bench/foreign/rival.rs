// The work in Rust with the standard library alone: rival CASE N writes what package measure calls a sample. The executor is
// what one would write for a single thread: tasks counted by Rc, a queue of those that are ready, a heap of timers.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{mpsc, Arc, Mutex};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

const DEEP: u64 = 1000;
const BATCH: u64 = 100;

// Counting allocator.

struct Counting;
static COUNT: AtomicU64 = AtomicU64::new(0);
static TOTAL: AtomicU64 = AtomicU64::new(0);
static LIVE: AtomicI64 = AtomicI64::new(0);

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, l: Layout) -> *mut u8 {
        // One thread allocates at a time in what is measured, so that plain additions do.
        COUNT.store(COUNT.load(Relaxed) + 1, Relaxed);
        TOTAL.store(TOTAL.load(Relaxed) + l.size() as u64, Relaxed);
        LIVE.store(LIVE.load(Relaxed) + l.size() as i64, Relaxed);
        System.alloc(l)
    }
    unsafe fn dealloc(&self, p: *mut u8, l: Layout) {
        LIVE.store(LIVE.load(Relaxed) - l.size() as i64, Relaxed);
        System.dealloc(p, l)
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// Executor.

struct Task {
    future: RefCell<Option<Pin<Box<dyn Future<Output = ()>>>>>,
}

thread_local! {
    static READY: RefCell<VecDeque<Rc<Task>>> = const { RefCell::new(VecDeque::new()) };
    static TIMERS: RefCell<BinaryHeap<Reverse<Timer>>> = const { RefCell::new(BinaryHeap::new()) };
}

struct Timer {
    at: Instant,
    waker: Waker,
}
impl PartialEq for Timer {
    fn eq(&self, o: &Self) -> bool {
        self.at == o.at
    }
}
impl Eq for Timer {}
impl PartialOrd for Timer {
    fn partial_cmp(&self, o: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(o))
    }
}
impl Ord for Timer {
    fn cmp(&self, o: &Self) -> std::cmp::Ordering {
        self.at.cmp(&o.at)
    }
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(
    |p| unsafe {
        Rc::increment_strong_count(p as *const Task);
        RawWaker::new(p, &VTABLE)
    },
    |p| READY.with_borrow_mut(|q| q.push_back(unsafe { Rc::from_raw(p as *const Task) })),
    |p| unsafe {
        Rc::increment_strong_count(p as *const Task);
        READY.with_borrow_mut(|q| q.push_back(Rc::from_raw(p as *const Task)))
    },
    |p| unsafe { Rc::decrement_strong_count(p as *const Task) },
);

fn poll(task: Rc<Task>) {
    let waker = unsafe { Waker::from_raw(RawWaker::new(Rc::into_raw(task.clone()) as *const (), &VTABLE)) };
    let mut slot = task.future.borrow_mut();
    if let Some(f) = slot.as_mut() {
        if f.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            *slot = None;
        }
    }
}

/// Starts a future as a task: eagerly, as the others do.
fn spawn(f: impl Future<Output = ()> + 'static) {
    poll(Rc::new(Task { future: RefCell::new(Some(Box::pin(f))) }));
}

fn run() {
    loop {
        while let Some(t) = READY.with_borrow_mut(|q| q.pop_front()) {
            poll(t);
        }
        let next = TIMERS.with_borrow(|h| h.peek().map(|t| t.0.at));
        let Some(at) = next else { return };
        let now = Instant::now();
        if at > now {
            thread::sleep(at - now);
            continue;
        }
        TIMERS.with_borrow_mut(|h| {
            while h.peek().is_some_and(|t| t.0.at <= now) {
                h.pop().unwrap().0.waker.wake();
            }
        });
    }
}

fn block_on(f: impl Future<Output = u64> + 'static) -> u64 {
    let out = Rc::new(Cell::new(0));
    let to = out.clone();
    spawn(async move { to.set(f.await) });
    run();
    out.get()
}

// Leaves.

struct Yield(bool);
impl Future for Yield {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

#[derive(Default)]
struct Shot {
    value: Cell<Option<u64>>,
    waker: Cell<Option<Waker>>,
}
impl Shot {
    fn settle(&self, v: u64) {
        self.value.set(Some(v));
        if let Some(w) = self.waker.take() {
            w.wake()
        }
    }
}
struct Oneshot(Rc<Shot>);
impl Future for Oneshot {
    type Output = u64;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u64> {
        match self.0.value.get() {
            Some(v) => Poll::Ready(v),
            None => {
                self.0.waker.set(Some(cx.waker().clone()));
                Poll::Pending
            }
        }
    }
}

#[derive(Default)]
struct Gate {
    open: Cell<bool>,
    waiters: RefCell<Vec<Waker>>,
}
struct Pass(Rc<Gate>);
impl Future for Pass {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0.open.get() {
            return Poll::Ready(());
        }
        self.0.waiters.borrow_mut().push(cx.waker().clone());
        Poll::Pending
    }
}

struct Sleep {
    at: Instant,
    asked: bool,
}
impl Future for Sleep {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.asked {
            return Poll::Ready(());
        }
        self.asked = true;
        let t = Timer { at: self.at, waker: cx.waker().clone() };
        TIMERS.with_borrow_mut(|h| h.push(Reverse(t)));
        Poll::Pending
    }
}

// The work.

async fn yields(n: u64) -> u64 {
    let mut sum = 0;
    for i in 0..n {
        Yield(false).await;
        sum += black_box(i);
    }
    sum
}

async fn hands_over(n: u64) -> u64 {
    let slot: Rc<RefCell<Rc<Shot>>> = Rc::default();
    let (from, sum) = (slot.clone(), Rc::new(Cell::new(0)));
    let to = sum.clone();
    spawn(async move {
        for _ in 0..n {
            let shot = Rc::new(Shot::default());
            *from.borrow_mut() = shot.clone();
            to.set(to.get() + Oneshot(shot).await);
        }
    });
    for i in 0..n {
        let shot = slot.borrow().clone();
        shot.settle(i);
        Yield(false).await;
    }
    sum.get()
}

async fn add(a: u64, b: u64) -> u64 {
    if black_box(b) == u64::MAX {
        Yield(false).await;
    }
    a + black_box(b)
}

async fn adds(n: u64) -> u64 {
    let mut sum = 0;
    for i in 0..n {
        sum = add(sum, i).await;
    }
    sum
}

async fn adds_boxed(n: u64) -> u64 {
    let mut sum = 0;
    for i in 0..n {
        let f: Pin<Box<dyn Future<Output = u64>>> = black_box(Box::pin(add(sum, i)));
        sum = f.await;
    }
    sum
}

// A chain of ten, each of whose futures holds the next.
macro_rules! chain {
    ($name:ident) => {
        async fn $name(n: u64) -> u64 { if n == 0 { black_box(0) } else { yields(n).await } }
    };
    ($name:ident $next:ident $($more:ident)*) => {
        async fn $name(n: u64) -> u64 { $next(n).await + 1 }
        chain!($next $($more)*);
    };
}
chain!(nest10 nest9 nest8 nest7 nest6 nest5 nest4 nest3 nest2 nest1);

async fn nests(trees: u64, n: u64) -> u64 {
    let mut sum = 0;
    for _ in 0..trees {
        sum += black_box(nest10(black_box(n)).await);
    }
    sum
}

fn nest_boxed(depth: u64, n: u64) -> Pin<Box<dyn Future<Output = u64>>> {
    Box::pin(async move {
        if depth == 1 {
            return yields(n).await;
        }
        nest_boxed(depth - 1, n).await + 1
    })
}

const NAMES: [&str; 4] = ["a", "bc", "def", "ghij"];
static BOXES: [u64; 8] = [0, 1, 2, 3, 4, 5, 6, 7];

async fn parked_call(gate: Rc<Gate>, total: Rc<Cell<u64>>, i: u64) {
    let (name, slot) = (NAMES[i as usize % 4], &BOXES[i as usize % 8]);
    Pass(gate).await;
    total.set(total.get() + i + black_box(name).len() as u64 + *black_box(slot));
}

fn parked(n: u64) -> (u64, String) {
    let (gate, total) = (Rc::new(Gate::default()), Rc::new(Cell::new(0)));
    let base = LIVE.load(Relaxed);
    let start = Instant::now();
    for i in 0..n {
        spawn(parked_call(gate.clone(), total.clone(), i));
    }
    let created = start.elapsed();
    let live = LIVE.load(Relaxed) - base;
    let start = Instant::now();
    gate.open.set(true);
    for w in gate.waiters.take() {
        w.wake();
    }
    run();
    let completed = start.elapsed();
    let figures = format!(
        r#""live":{},"create":{},"complete":{}"#,
        live as f64 / n as f64,
        created.as_nanos() as f64 / n as f64,
        completed.as_nanos() as f64 / n as f64
    );
    (total.get(), figures)
}

fn sleepers(n: u64) -> (u64, String) {
    let total = Rc::new(Cell::new(0));
    let start = Instant::now();
    for i in 0..n {
        let total = total.clone();
        spawn(async move {
            let unit = if n < 10_000_000 { 4 * n.max(2500) } else { 12_000_000 };
            Sleep { at: Instant::now() + Duration::from_nanos((1000 + i * 7919 % 1000) * unit), asked: false }.await;
            total.set(total.get() + i);
        });
    }
    run();
    (total.get(), format!(r#""wall":{}"#, start.elapsed().as_nanos() as f64 / 1e6))
}

fn spawns(n: u64) -> u64 {
    let total = Rc::new(Cell::new(0));
    for i in 0..n {
        let total = total.clone();
        spawn(async move {
            Yield(false).await;
            total.set(total.get() + i);
        });
    }
    run();
    total.get()
}

// A promise that another thread settles, awaited by a task that parks its thread.

struct Parker(thread::Thread);
impl Wake for Parker {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
type Shared = Arc<Mutex<(Option<u64>, Option<Waker>)>>;
struct Answer(Shared);
impl Future for Answer {
    type Output = u64;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u64> {
        let mut s = self.0.lock().unwrap();
        match s.0 {
            Some(v) => Poll::Ready(v),
            None => {
                s.1 = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

fn asks(n: u64, batch: u64) -> u64 {
    let (other, questions) = mpsc::sync_channel::<(u64, Shared)>(batch as usize);
    let answering = thread::spawn(move || {
        for (v, to) in questions {
            let mut s = to.lock().unwrap();
            s.0 = Some(v + 1);
            let w = s.1.take();
            drop(s);
            if let Some(w) = w {
                w.wake()
            }
        }
    });
    let mut work = Box::pin(async move {
        let mut sum = 0;
        for i in (0..n).step_by(batch as usize) {
            let mut answers = Vec::with_capacity(batch as usize);
            for j in 0..batch {
                let s = Shared::default();
                answers.push(Answer(s.clone()));
                other.send((i + j, s)).unwrap();
            }
            for a in answers {
                sum += a.await;
            }
        }
        sum
    });
    let waker = Waker::from(Arc::new(Parker(thread::current())));
    let mut cx = Context::from_waker(&waker);
    let sum = loop {
        match work.as_mut().poll(&mut cx) {
            Poll::Ready(v) => break v,
            Poll::Pending => thread::park(),
        }
    };
    drop(work);
    answering.join().unwrap();
    sum
}

fn timed(n: u64, threads: bool, f: impl FnOnce() -> u64) -> (u64, String) {
    let (count, total) = (COUNT.load(Relaxed), TOTAL.load(Relaxed));
    let start = Instant::now();
    let sum = f();
    let per = |x: f64| x / n.max(1) as f64;
    let mut figures = format!(r#""ns":{}"#, per(start.elapsed().as_nanos() as f64));
    if !threads {
        let (count, total) = (COUNT.load(Relaxed) - count, TOTAL.load(Relaxed) - total);
        figures += &format!(r#","allocs":{},"bytes":{}"#, per(count as f64), per(total as f64));
    }
    (sum, figures)
}

fn measure(case: &str, n: u64) -> (u64, String) {
    match case {
        "S1.yield" => timed(n, false, || block_on(yields(n))),
        "S1.promise" => timed(n, false, || block_on(hands_over(n))),
        "S2.direct" => timed(n, false, || block_on(adds(n))),
        "S2.promise" => timed(n, false, || block_on(adds_boxed(n))),
        "S3.suspension" => timed(n, false, || block_on(nests(1, n))),
        "S3.depth1" => timed(n, false, || block_on(nest_boxed(1, n))),
        "S3.depth1000" => timed(n, false, || block_on(nest_boxed(DEEP, n))),
        "S3.ready" => timed(n, false, || block_on(nests(n, 0))),
        "S3.tree" => timed(n, false, || block_on(nests(n, 1))),
        "S4" => parked(n),
        "S5" => sleepers(n),
        "S6" => timed(n, false, || spawns(n)),
        "S7.single" => timed(n, true, || asks(n, 1)),
        "S7.batch" => timed(n, true, || asks(n, BATCH)),
        _ => panic!("no case {case}"),
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let (case, n) = (args[1].as_str(), args[2].parse::<u64>().unwrap());
    if case != "S4" && case != "S5" {
        let step = if case == "S7.batch" { BATCH } else { 1 };
        measure(case, (n / 10 / step + 1) * step);
    }
    let (sum, figures) = measure(case, n);
    println!(r#"{{"n":{n},"sum":{sum},"figures":{{{figures}}}}}"#);
}
