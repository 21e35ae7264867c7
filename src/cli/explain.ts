/** Says in one line what went wrong, and what to do about it, to someone who typed a command. Pure. */

/** What Node, SQLite and PostgreSQL attach to their errors. */
type SystemError = Error & {
  code?: string;
  syscall?: string;
  address?: string;
  hostname?: string;
  port?: number;
  path?: string;
};

const listening: Record<string, (error: SystemError) => string> = {
  EADDRINUSE: ({ address, port }) =>
    `port ${port} on ${address} is in use by another program; choose another with CENOTE_PORT (0 picks a free one)`,
  EADDRNOTAVAIL: ({ address }) => `this machine has no address ${address} to listen on; see CENOTE_HOST`,
  EACCES: ({ port }) => `not allowed to listen on port ${port}: those below 1024 need privileges; see CENOTE_PORT`,
};

const connecting: Record<string, (error: SystemError) => string> = {
  ECONNREFUSED: ({ address, port }) => `nothing answers at ${port === undefined ? address : `${address}:${port}`}`,
  ENOTFOUND: ({ hostname }) => `the host name ${hostname} is not known`,
};

const files: Record<string, string> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EEXIST: 'is there already and is not a directory',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'is a directory, a file is expected',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
};

const explainSystemError = (error: SystemError): string | undefined => {
  const { code = '', syscall, path } = error;
  if (syscall === 'listen') return listening[code]?.(error);
  if (code === 'ERR_SQLITE_ERROR') return `the database cannot be used: ${error.message}`;
  if (code in files) return path === undefined ? files[code] : `${path}: ${files[code]}`;
  return connecting[code]?.(error);
};

/** @param error whatever was thrown */
export const explain = (error: unknown): string => {
  // A host name with several addresses fails with one error for each and no message of its own.
  if (error instanceof AggregateError) return explain(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return explainSystemError(error) ?? (error.message || error.name);
};
