/** Loaded into the server ahead of its own code (`--import`): tells the benchmark what the process costs, when asked. */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

/** `begin` also starts the measurement of the event loop anew. */
export type Question = 'begin' | 'read';

export type Usage = {
  /** Milliseconds of CPU (user and system) since the process started: all threads, and the main thread alone. */
  cpu: number;
  mainThreadCpu: number;
  /** Resident bytes. */
  rss: number;
  /** Since `begin`: how late timers were, in milliseconds, and the share of time in which the loop was not idle. */
  loopDelay: { p50: number; p99: number; max: number };
  loopUtilization: number;
};

/** Milliseconds between samples. The histogram holds the time from one sample to the next, this interval included. */
const interval = 2;
const delay = monitorEventLoopDelay({ resolution: interval });
delay.enable();
let since = performance.eventLoopUtilization();

const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - interval);
const milliseconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1000;

const usage = (): Usage => ({
  cpu: milliseconds(process.cpuUsage()),
  mainThreadCpu: milliseconds(process.threadCpuUsage()),
  rss: process.memoryUsage.rss(),
  loopDelay: { p50: late(delay.percentile(50)), p99: late(delay.percentile(99)), max: late(delay.max) },
  loopUtilization: performance.eventLoopUtilization(since).utilization,
});

process.on('message', (question: Question) => {
  process.send?.(usage());
  if (question !== 'begin') return;
  delay.reset();
  since = performance.eventLoopUtilization();
});
// The questions alone must not keep a server alive that wants to end.
process.channel?.unref();
