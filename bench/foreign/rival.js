// The work in JavaScript: node rival.js CASE N writes what package measure calls a sample.
'use strict';

const DEPTH = 10, DEEP = 1000;

async function yields(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    await null;
    sum += i;
  }
  return sum;
}

async function consume(h, n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await new Promise(resolve => { h.resolve = resolve; });
  return sum;
}

async function produce(h, n) {
  for (let i = 0; i < n; i++) {
    h.resolve(i);
    await null;
  }
}

async function handsOver(n) {
  const h = {};
  const sum = consume(h, n);
  await produce(h, n);
  return sum;
}

async function add(a, b) {
  if (a < 0) await null;
  return a + b;
}

async function adds(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum = await add(sum, i);
  return sum;
}

async function nest(depth, n) {
  if (depth === 1) return n === 0 ? 0 : yields(n);
  return await nest(depth - 1, n) + 1;
}

async function nests(trees, depth, n) {
  let sum = 0;
  for (let t = 0; t < trees; t++) sum += await nest(depth, n);
  return sum;
}

const NAMES = ['a', 'bc', 'def', 'ghij'];
const BOXES = Array.from({ length: 8 }, (_, v) => ({ v }));

async function parkedCall(gate, total, i) {
  const name = NAMES[i % 4], box = BOXES[i % 8];
  await gate;
  total.sum += i + name.length + box.v;
}

const held = () => {
  const m = process.memoryUsage();
  return m.heapUsed + m.external;
};

async function parked(n) {
  const collect = globalThis.gc ?? (() => {});
  let open;
  const gate = new Promise(resolve => { open = resolve; });
  const total = { sum: 0 };
  collect();
  const base = held();
  let start = process.hrtime.bigint();
  const calls = new Array(n);
  for (let i = 0; i < n; i++) calls[i] = parkedCall(gate, total, i);
  const created = Number(process.hrtime.bigint() - start);
  collect();
  const live = held() - base;
  start = process.hrtime.bigint();
  open();
  await Promise.all(calls);
  const completed = Number(process.hrtime.bigint() - start);
  return { sum: total.sum, figures: { live: live / n, create: created / n, complete: completed / n } };
}

const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

// A unit of a nap, in milliseconds.
const unit = n => n >= 1e7 ? 12 : 4e-6 * Math.max(n, 2500);

async function nap(total, i, n) {
  await sleep((1000 + i * 7919 % 1000) * unit(n));
  total.sum += i;
}

async function sleepers(n) {
  const total = { sum: 0 };
  const start = performance.now();
  const calls = new Array(n);
  for (let i = 0; i < n; i++) calls[i] = nap(total, i, n);
  await Promise.all(calls);
  return { sum: total.sum, figures: { wall: performance.now() - start } };
}

async function spawn(total, i) {
  await null;
  total.sum += i;
}

async function spawns(n) {
  const total = { sum: 0 };
  const calls = new Array(n);
  for (let i = 0; i < n; i++) calls[i] = spawn(total, i);
  await Promise.all(calls);
  return total.sum;
}

const timed = f => async n => {
  const start = process.hrtime.bigint();
  const sum = await f(n);
  return { sum, figures: { ns: Number(process.hrtime.bigint() - start) / Math.max(n, 1) } };
};

const cases = {
  'S1.yield': timed(yields),
  'S1.promise': timed(handsOver),
  'S2.direct': timed(adds),
  'S2.promise': timed(adds),
  'S3.suspension': timed(n => nests(1, DEPTH, n)),
  'S3.depth1': timed(n => nests(1, 1, n)),
  'S3.depth1000': timed(n => nests(1, DEEP, n)),
  'S3.ready': timed(n => nests(n, DEPTH, 0)),
  'S3.tree': timed(n => nests(n, DEPTH, 1)),
  'S4': parked,
  'S5': sleepers,
  'S6': timed(spawns),
};

const warm = new Set(['S4', 'S5']);

(async () => {
  const id = process.argv[2], n = Number(process.argv[3]);
  if (!warm.has(id)) await cases[id](Math.floor(n / 10) + 1);
  const sample = await cases[id](n);
  console.log(JSON.stringify({ n, ...sample }));
})();
