/** Prints what was measured: one table a run, what was aimed for, and runs of different sizes side by side. Pure. */
import { type Floor, floorCpu, type Operations } from './floor.ts';
import { capacity } from './measure.ts';
import type { Run } from './run.ts';
import type { Row } from './scenarios.ts';

/** What a request may cost and a server may take: docs and closing notes quote these. */
export const aims = { efficiency: 0.6, loopDelayMs: 10, startMs: 500, rssAtRestMb: 150, growth: 1.15 };
const aimedAt = ['password', 'srp', 'refresh'];

const whole = (value: number) => value.toFixed(0);
const fine = (value: number) => value.toFixed(value < 10 ? 2 : 1);
const percent = (value: number) => `${whole(value * 100)} %`;
const needsCryptography = ({ powers, signatures }: Operations) => powers + signatures > 0;
const efficiencyOf = (row: Row, floor: Floor) => floorCpu(floor, row.floor) / row.serverCpuMs;

/** Numbers to the right, names to the left. */
const table = (head: string[], rows: string[][]): string => {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map(row => row[column]?.length ?? 0)));
  const line = (cells: string[]) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)));
  return [head, ...rows].map(cells => line(cells).join('  ').trimEnd()).join('\n');
};

const columns: Record<string, (row: Row, floor: Floor) => string> = {
  'req/s': row => whole(row.perSecond),
  'p50 ms': row => fine(row.latencyMs.p50),
  'p95 ms': row => fine(row.latencyMs.p95),
  'p99 ms': row => fine(row.latencyMs.p99),
  'CPU ms': row => row.serverCpuMs.toFixed(3),
  'main ms': row => row.mainThreadCpuMs.toFixed(3),
  'floor ms': (row, floor) => (needsCryptography(row.floor) ? floorCpu(floor, row.floor).toFixed(3) : ''),
  efficiency: (row, floor) => (needsCryptography(row.floor) ? percent(efficiencyOf(row, floor)) : ''),
  'capacity/s': row => whole(capacity(row)),
  'floor/s': (row, floor) =>
    needsCryptography(row.floor) ? whole((floor.cores * 1000) / floorCpu(floor, row.floor)) : '',
  'loop p99 ms': row => fine(row.loopDelayMs.p99),
  'loop use': row => percent(row.loopUtilization),
  generator: row => row.generatorCores.toFixed(2),
  other: row => row.otherCores.toFixed(2),
  'RSS MB': row => whole(row.rssMb),
};

export const legend = `
req/s, p50, p95, p99   as measured, with the generator on the same processors
CPU ms, main ms        CPU of the server for one request: all threads; the main thread
floor ms, efficiency   CPU of the modular powers, signatures and functions alone, measured on this machine in this run; floor ÷ CPU
capacity/s             requests a second if all processors served them: cores ÷ CPU, or one core ÷ main
floor/s                what the cryptography alone would allow
loop p99, loop use     event loop of the server: how late it was, and the share of time it was busy
generator, other       processors kept busy by the generator, and by anything else (a database, other programs)`;

const operation = (name: string, { cpuMs, perSecond }: Floor['power']) =>
  `${name}: ${cpuMs.toFixed(3)} ms of CPU, ${whole(perSecond)}/s`;

export const reportRun = ({ users, floor, floorDrift, rows, ...run }: Run): string => {
  const body = Object.entries(rows).map(([name, row]) => [
    name,
    ...Object.values(columns).map(column => column(row, floor)),
  ]);
  return [
    `${users} users; ${floor.cores} cores`,
    `  ${operation('RSA-2048 signature', floor.signature)}`,
    `  ${operation('3072-bit power', floor.power)}; after the load at ${percent(floorDrift)} of before`,
    `  ${operation('call of a function', floor.call)}`,
    `  first start ${whole(run.firstStartMs)} ms, later ones ${whole(run.startMs)} ms; ${whole(run.rssAtRestMb)} MB at rest`,
    '',
    table([' ', ...Object.keys(columns)], body),
  ].join('\n');
};

/** Processors busy with something else, above which figures should not be quoted. */
const quiet = 0.1;

/** Says so when the machine had other things to do; a PostgreSQL of the run would count among them. */
export const reportNoise = ({ rows }: Run): string | undefined => {
  const noisy = Object.entries(rows).filter(([, { otherCores }]) => otherCores > quiet);
  if (noisy.length === 0) return undefined;
  return `Other programs used the processors during ${noisy.map(([name]) => name).join(', ')}: these figures say little.`;
};

const verdict = (met: boolean, text: string) => `  ${met ? 'met   ' : 'missed'}  ${text}`;

/** What functions add to a sign-in, beside what they cost themselves. */
const triggerAim = ({ floor, rows }: Run): string[] => {
  const [without, withFunctions] = [rows['triggers: none'], rows['triggers: three']];
  if (without === undefined || withFunctions === undefined) return [];
  const added = withFunctions.serverCpuMs - without.serverCpuMs;
  const own = (withFunctions.floor.calls ?? 0) * floor.call.cpuMs;
  const text = `triggers: ${added.toFixed(3)} ms of CPU for three, ${own.toFixed(3)} ms of it their own (twice that, or less)`;
  return [verdict(added <= 2 * own, text)];
};

/** Each aim with what was measured. */
export const reportAims = (run: Run): string => {
  const { floor, rows, startMs, rssAtRestMb } = run;
  const efficiencies = aimedAt.flatMap(name => {
    const row = rows[name];
    if (row === undefined) return [];
    const reached = efficiencyOf(row, floor);
    return [
      verdict(
        reached >= aims.efficiency,
        `${name}: efficiency ${percent(reached)} (${percent(aims.efficiency)} or more)`,
      ),
    ];
  });
  const delays = Object.entries(rows).map(([name, row]) => [name, row.loopDelayMs.p99] as const);
  const [worst, delay] = delays.reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0] as const);
  return [
    'Aims',
    ...efficiencies,
    ...triggerAim(run),
    verdict(delay < aims.loopDelayMs, `event loop p99 ${fine(delay)} ms, in ${worst} (under ${aims.loopDelayMs})`),
    verdict(startMs < aims.startMs, `start ${whole(startMs)} ms (under ${aims.startMs})`),
    verdict(rssAtRestMb < aims.rssAtRestMb, `at rest ${whole(rssAtRestMb)} MB (under ${aims.rssAtRestMb})`),
  ].join('\n');
};

/** CPU for one request at each size, and how it grew from the first to the last. */
export const reportGrowth = (runs: Run[]): string => {
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) return '';
  const body = Object.keys(first.rows).map(name => {
    const costs = runs.map(({ rows }) => rows[name]?.serverCpuMs ?? Number.NaN);
    const growth = (costs.at(-1) ?? Number.NaN) / (costs[0] ?? Number.NaN);
    return [name, ...costs.map(cost => cost.toFixed(3)), percent(growth), growth <= aims.growth ? 'flat' : 'grew'];
  });
  const head = ['CPU ms', ...runs.map(({ users }) => `${users} users`), 'last ÷ first', ''];
  return table(head, body);
};
