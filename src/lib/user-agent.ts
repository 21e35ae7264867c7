/** Reads a User-Agent header: which app or browser, on which operating system. A guess by nature, for people to read. */

export type Device = {
  /** Name and major version, such as `Chrome 125`. */
  app: string | undefined;
  /** Name and version, such as `macOS 15.0`. */
  system: string | undefined;
};

/** Longer headers are cut: what identifies a program stands in front. */
const longest = 1024;

/** The first that matches: most browsers also name those that they want to be taken for. */
const browsers: readonly [pattern: RegExp, name: string][] = [
  [/\bEdg(?:e|A|iOS)?\/(\d+)/, 'Edge'],
  [/\b(?:OPR|Opera)\/(\d+)/, 'Opera'],
  [/\bSamsungBrowser\/(\d+)/, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/\b(?:Chrome|CriOS|Chromium|HeadlessChrome)\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+)[\d.]*(?: Mobile\/\w+)? Safari\//, 'Safari'],
];

/** Of a program that is no browser: its own name comes first. */
const program = /^([A-Za-z][\w.-]{0,63})\/v?(\d+)/;

const systems: readonly [pattern: RegExp, name: string][] = [
  [/\bWindows NT (\d+(?:\.\d+)?)/, 'Windows'],
  [/\bAndroid (\d+(?:\.\d+)?)/, 'Android'],
  [/\b(?:iPhone|iPad|iPod)\b.*? OS (\d+(?:_\d+)?)/, 'iOS'],
  [/\bMac OS X (\d+(?:[._]\d+)?)/, 'macOS'],
  [/\bCrOS \w+ (\d+)/, 'ChromeOS'],
  // The AWS SDKs' own form: os/linux#6.1, os/macos#23.5, os/win32#10.0.
  [/\bos\/(?:windows|win32)\b(?:[#/](\d+(?:\.\d+)?))?/i, 'Windows'],
  [/\bos\/(?:macos|darwin)\b/i, 'macOS'],
  [/\bos\/ios\b(?:[#/](\d+(?:\.\d+)?))?/i, 'iOS'],
  [/\bos\/android\b(?:[#/](\d+(?:\.\d+)?))?/i, 'Android'],
  [/\bLinux\b/i, 'Linux'],
];

/** Windows tells the version of its kernel; 11 calls itself 10. */
const windows: Record<string, string> = { '10.0': '10', '6.3': '8.1', '6.2': '8', '6.1': '7' };

const named = (text: string, patterns: typeof browsers): string | undefined => {
  for (const [pattern, name] of patterns) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const version = found[1]?.replace('_', '.');
    return version === undefined ? name : `${name} ${name === 'Windows' ? (windows[version] ?? version) : version}`;
  }
  return undefined;
};

export const readUserAgent = (userAgent: string): Device => {
  const text = userAgent.slice(0, longest);
  const [, name, version] = program.exec(text) ?? [];
  const isBrowser = name === undefined || name === 'Mozilla' || name === 'Opera';
  return { app: isBrowser ? named(text, browsers) : `${name} ${version}`, system: named(text, systems) };
};
