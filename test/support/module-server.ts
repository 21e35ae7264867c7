/** Serves a page whose script imports packages by their names, as bundlers let applications do: each module as its package ships it. */
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, relative, resolve } from 'node:path';

const packages = resolve(import.meta.dirname, '../../node_modules');
const prefix = '/modules/';

const conditions = ['browser', 'import', 'module', 'default'];
type Exports = string | { [condition: string]: Exports } | undefined;

const byCondition = (entry: Exports): string | undefined => {
  if (typeof entry !== 'object') return entry;
  const found = Object.keys(entry).find(name => conditions.includes(name));
  return found && byCondition(entry[found]);
};

type Manifest = { exports?: Record<string, Exports>; module?: string; main?: string; browser?: unknown };
const manifestOf = (folder: string): Manifest => {
  const file = join(folder, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
};

const folderOf = (name: string, from: string): string => {
  const folder = join(from, 'node_modules', name);
  const isFound = existsSync(join(folder, 'package.json')) || from === dirname(packages);
  return isFound ? folder : folderOf(name, dirname(from));
};

const entryOf = (folder: string, path: string): string => {
  const { exports, module, main = 'index.js' } = manifestOf(folder);
  if (exports !== undefined) return join(folder, byCondition(exports[path]) ?? path);
  return path === '.' ? join(folder, module ?? main) : join(folder, path);
};

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

/** Packages leave out what Node once added by itself. */
const fileOf = (path: string): string | undefined =>
  ['', '.js', '.mjs', '/index.js'].map(end => path + end).find(isFile);

/** A file that its package replaces in browsers. */
const inBrowser = (file: string): string => {
  const other = file.replace(/\.(m?js)$/, '.browser.$1');
  return isFile(other) ? other : file;
};

const resolveModule = (name: string, importer: string): string | undefined => {
  const [, bare = name, path = ''] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(name) ?? [];
  const target = name.startsWith('.')
    ? join(dirname(importer), name)
    : entryOf(folderOf(bare, dirname(importer)), `.${path}`);
  const file = fileOf(target);
  return file && inBrowser(file);
};

/** Imports by name become imports by address. What leads to no file stands in a comment. */
const rewrite = (source: string, importer: string): string =>
  source.replace(/(\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"\n]+)\2/g, (whole, before: string, _, name: string) => {
    const file = resolveModule(name, importer);
    return file === undefined ? whole : `${before}'${prefix}${relative(packages, file)}'`;
  });

const read = new Map<string, string>();
const moduleAt = (file: string): string => {
  const text = read.get(file) ?? rewrite(readFileSync(file, 'utf8'), file);
  read.set(file, text);
  return text;
};

export type ModulePage = { url: string; close(): Promise<void> };

/** @param script of the page, at every address of `http://localhost`, which browsers treat as secure */
export const serveModulePage = async (script: string): Promise<ModulePage> => {
  const text = rewrite(script, join(packages, 'page.js'));
  const html = `<!doctype html><meta charset="utf-8"><title>App</title><script type="module">${text}</script>`;
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    if (!pathname.startsWith(prefix)) {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(html);
      return;
    }
    // Hundreds of files: the browser keeps them from one load of the page to the next.
    response.setHeader('cache-control', 'max-age=3600, immutable').setHeader('content-type', 'text/javascript');
    response.end(moduleAt(join(packages, pathname.slice(prefix.length))));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
