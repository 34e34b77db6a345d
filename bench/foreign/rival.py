"""The work in Python: python3 rival.py CASE N writes what package measure calls a sample."""

import asyncio
import gc
import json
import sys
import threading
import time
import tracemalloc
from queue import SimpleQueue

DEPTH, DEEP, BATCH = 10, 1000, 100


async def yields(n):
    total = 0
    for i in range(n):
        await asyncio.sleep(0)
        total += i
    return total


class Handover:
    future = None


async def consume(h, n):
    total = 0
    loop = asyncio.get_running_loop()
    for _ in range(n):
        h.future = loop.create_future()
        total += await h.future
    return total


async def hands_over(n):
    h = Handover()
    task = asyncio.create_task(consume(h, n))
    await asyncio.sleep(0)
    for i in range(n):
        while h.future.done():
            await asyncio.sleep(0)
        h.future.set_result(i)
        await asyncio.sleep(0)
    return await task


async def add(a, b):
    if a < 0:
        await asyncio.sleep(0)
    return a + b


async def adds(n):
    total = 0
    for i in range(n):
        total = await add(total, i)
    return total


async def nest(depth, n):
    if depth == 1:
        return await yields(n)
    return await nest(depth - 1, n) + 1


async def nests(trees, depth, n):
    total = 0
    for _ in range(trees):
        total += await nest(depth, n)
    return total


NAMES = ["a", "bc", "def", "ghij"]
BOXES = [[v] for v in range(8)]


class Total:
    sum = 0


async def parked_call(gate, total, i):
    name, box = NAMES[i % 4], BOXES[i % 8]
    await gate
    total.sum += i + len(name) + box[0]


async def parked(n):
    """Memory is that of the allocator's blocks in a second run, as tracing slows the first."""
    figures = {}
    for traced in (False, True):
        loop = asyncio.get_running_loop()
        gate, total = loop.create_future(), Total()
        gc.collect()
        if traced:
            tracemalloc.start()
        start = time.perf_counter_ns()
        tasks = [loop.create_task(parked_call(gate, total, i)) for i in range(n)]
        await asyncio.sleep(0)
        created = time.perf_counter_ns() - start
        if traced:
            gc.collect()
            figures["live"] = tracemalloc.get_traced_memory()[0] / max(n, 1)
            tracemalloc.stop()
        start = time.perf_counter_ns()
        gate.set_result(None)
        for t in tasks:
            await t
        if not traced:
            figures["create"] = created / max(n, 1)
            figures["complete"] = (time.perf_counter_ns() - start) / max(n, 1)
    return total.sum, figures


def unit(n):
    """A unit of a nap, in seconds; longer than that of the others, as it takes longer to make them."""
    return 10e-9 * max(n, 2500)


async def nap(total, i, n):
    await asyncio.sleep((1000 + i * 7919 % 1000) * unit(n))
    total.sum += i


async def sleepers(n):
    total = Total()
    start = time.perf_counter_ns()
    tasks = [asyncio.create_task(nap(total, i, n)) for i in range(n)]
    for t in tasks:
        await t
    return total.sum, {"wall": (time.perf_counter_ns() - start) / 1e6}


async def spawn(total, i):
    await asyncio.sleep(0)
    total.sum += i


async def spawns(n):
    total = Total()
    tasks = [asyncio.create_task(spawn(total, i)) for i in range(n)]
    for t in tasks:
        await t
    return total.sum


async def asks(n, batch):
    loop = asyncio.get_running_loop()
    other = SimpleQueue()

    def answer():
        while (q := other.get()) is not None:
            future, v = q
            loop.call_soon_threadsafe(future.set_result, v + 1)

    thread = threading.Thread(target=answer)
    thread.start()
    total = 0
    for i in range(0, n, batch):
        futures = [loop.create_future() for _ in range(batch)]
        for j, future in enumerate(futures):
            other.put((future, i + j))
        for future in futures:
            total += await future
    other.put(None)
    thread.join()
    return total


def timed(f):
    async def run(n):
        start = time.perf_counter_ns()
        total = await f(n)
        return total, {"ns": (time.perf_counter_ns() - start) / max(n, 1)}

    return run


CASES = {
    "S1.yield": timed(yields),
    "S1.promise": timed(hands_over),
    "S2.direct": timed(adds),
    "S2.promise": timed(adds),
    "S3.suspension": timed(lambda n: nests(1, DEPTH, n)),
    "S3.ready": timed(lambda n: nests(n, DEPTH, 0)),
    "S3.tree": timed(lambda n: nests(n, DEPTH, 1)),
    "S4": parked,
    "S5": sleepers,
    "S6": timed(spawns),
    "S7.single": timed(lambda n: asks(n, 1)),
    "S7.batch": timed(lambda n: asks(n, BATCH)),
}


async def main(case, n):
    total, figures = await CASES[case](n)
    print(json.dumps({"n": n, "sum": total, "figures": figures}))


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
