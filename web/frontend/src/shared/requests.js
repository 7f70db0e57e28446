// Requests to our own server: with the token of the page, and refusals as errors with the server's own sentence.

/** The server said no. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {Record<string, any>} answer
   */
  constructor(status, answer) {
    super(answer.message ?? `服务器没有接受（${status}）。`);
    this.status = status;
    this.answer = answer;
  }
}

/** Nobody answered: the network or the server is away. */
export class Unreachable extends Error {
  constructor() {
    super('现在连不上服务器。');
  }
}

/** Return the token that every unsafe request carries. */
export function token() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? '';
}

async function describe(answer) {
  try {
    const found = await answer.json();
    return typeof found === 'object' && found !== null ? found : {};
  } catch {
    return {};
  }
}

/**
 * Send a request and return the answer.
 *
 * @param {string} address
 * @param {RequestInit} options
 * @return {Promise<Response>}
 * @throws {Refused | Unreachable}
 */
export async function send(address, options = {}) {
  const headers = { Accept: 'application/json', 'X-CSRF-Token': token(), ...options.headers };
  let answer;
  try {
    answer = await fetch(address, { credentials: 'same-origin', cache: 'no-store', ...options, headers });
  } catch (problem) {
    if (problem.name === 'AbortError') {
      throw problem;
    }
    throw new Unreachable();
  }
  if (!answer.ok) {
    throw new Refused(answer.status, await describe(answer));
  }
  return answer;
}

/** Post a value as JSON and return the answer's value. */
export async function post(address, value, options = {}) {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await send(address, { method: 'POST', headers, body: JSON.stringify(value), ...options });
  return answer.json();
}
