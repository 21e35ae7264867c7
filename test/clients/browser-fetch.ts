/** `fetch` with the same-origin policy that browsers add (Fetch Standard, "CORS protocol"), which Node's has not. */

type Fetch = typeof globalThis.fetch;

const safeMethods = ['GET', 'HEAD', 'POST'];
const safeHeaders = ['accept', 'accept-language', 'content-language'];
const safeContentTypes = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];
/** Set by the browser itself; no page can. */
const ownHeaders = ['host', 'connection', 'content-length', 'origin', 'referer', 'user-agent'];
/** What a page may read without being told. */
const readable = ['cache-control', 'content-language', 'content-length', 'content-type', 'expires', 'last-modified'];

const listOf = (response: Response, name: string): string[] =>
  (response.headers.get(name) ?? '').split(',').map(each => each.trim().toLowerCase());

const unsafeHeaders = (headers: Headers): string[] =>
  [...headers]
    .filter(([name, value]) =>
      name === 'content-type'
        ? !safeContentTypes.includes(value.split(';')[0]?.trim() ?? '')
        : !safeHeaders.includes(name) && !ownHeaders.includes(name),
    )
    .map(([name]) => name)
    .sort();

const checkOrigin = (response: Response, origin: string): void => {
  const allowed = response.headers.get('access-control-allow-origin');
  if (allowed !== '*' && allowed !== origin) throw new TypeError(`CORS: allowed is only ${allowed}`);
};

/**
 * @param origin that of the page; every request counts as one to another origin
 * @param seen is told of each request and its status
 */
export const browserFetch =
  (network: Fetch, origin: string, seen: (line: string) => void): Fetch =>
  async (input, init) => {
    const request = new Request(input, init);
    const { method, url } = request;
    const asked = unsafeHeaders(request.headers);
    const send = async (verb: string, headers: Headers | Record<string, string>, body?: ArrayBuffer) => {
      const response = await network(url, { method: verb, headers, body });
      seen(`${verb} ${response.status}`);
      checkOrigin(response, origin);
      return response;
    };

    if (asked.length > 0 || !safeMethods.includes(method)) {
      const preflight = await send('OPTIONS', {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': asked.join(','),
      });
      const allowed = listOf(preflight, 'access-control-allow-headers');
      const refused = asked.filter(
        name => !allowed.includes(name) && (name === 'authorization' || !allowed.includes('*')),
      );
      if (!preflight.ok || refused.length > 0) throw new TypeError(`CORS: preflight refuses ${refused}`);
      const methods = [
        ...listOf(preflight, 'access-control-allow-methods'),
        ...safeMethods.map(each => each.toLowerCase()),
      ];
      if (!methods.includes(method.toLowerCase())) throw new TypeError(`CORS: preflight refuses ${method}`);
    }

    const headers = new Headers(request.headers);
    headers.set('origin', origin);
    const body = method === 'GET' || method === 'HEAD' ? undefined : await request.arrayBuffer();
    const response = await send(method, headers, body);
    const exposed = listOf(response, 'access-control-expose-headers');
    const visible = [...response.headers].filter(
      ([name]) => readable.includes(name) || exposed.includes(name) || exposed.includes('*'),
    );
    return new Response(response.body, { status: response.status, headers: visible });
  };
