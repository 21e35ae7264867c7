/** Where functions may be called over the network: events hold passwords and personal data. Pure. */

const loopback = /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Which addresses may be called without TLS. */
export type PlainHttp = 'loopback' | 'any';

/**
 * @throws Error that says what to do: no URL, plain http to another machine, a password in the URL
 */
export const checkEndpoint = (address: string, plainHttp: PlainHttp): URL => {
  if (!URL.canParse(address)) throw new Error(`"${address}" is no URL`);
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error(`"${address}" is neither https nor http`);
  // What is in a URL gets into logs and listings; and fetch would refuse it.
  if (url.username !== '' || url.password !== '')
    throw new Error(`the URL of ${url.host} must not hold a user name or password: calls are signed`);
  if (url.protocol === 'http:' && plainHttp === 'loopback' && !loopback.test(url.hostname))
    throw new Error(
      `"${address}" is plain http, and events hold passwords: use https, or allow it with CENOTE_TRIGGERS_HTTP=any`,
    );
  return url;
};
