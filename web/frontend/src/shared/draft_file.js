// One file of a draft, saved by itself a moment after it changes and never over what somebody else saved meanwhile.
//
// Its state is told to whoever listens: `saved`, `changed`, `saving`, `offline`, `conflict`, `refused`.
import { debounce } from './dom.js';
import { Refused, send, Unreachable } from './requests.js';

const PAUSE = 1000;
const AGAIN = 5000;

export class DraftFile {
  #revision = 0;
  #stored = '';
  #wanted = null;
  #running = null;
  #retry = 0;
  /** How often the editor changed something: what changed while a save was on its way is not saved by it. */
  #changes = 0;

  /**
   * @param {string} address where the file is read and saved
   * @param {{ tell: (state: string, details: Record<string, any>) => void, read: () => Promise<string> }} owner
   *   `read` returns the file as the editor has it now
   */
  constructor(address, owner) {
    this.address = address;
    this.owner = owner;
    this.state = 'saved';
    this.touch = debounce(() => this.save(), PAUSE);
    addEventListener('online', () => this.state === 'offline' && this.save());
    addEventListener('beforeunload', (event) => this.isSafe || event.preventDefault());
  }

  /** Whether nothing is lost when the page is left. */
  get isSafe() {
    return this.state === 'saved';
  }

  /** Fetch the file. */
  async load() {
    const answer = await send(this.address, { headers: { Accept: '*/*' } });
    this.#revision = Number((answer.headers.get('ETag') ?? '"0"').replace(/^W\//, '').replaceAll('"', ''));
    this.#stored = await answer.text();
    return this.#stored;
  }

  /** Let what the editor makes of the file as it was loaded count as the stored file: opening changes nothing. */
  accept(text) {
    this.#stored = text;
  }

  /** Note that the editor changed something. */
  changed() {
    this.#changes += 1;
    if (this.state !== 'conflict') {
      this.#tell('changed');
      this.touch();
    }
  }

  /** Save what the editor has now, one save at a time; return whether everything is saved. */
  async save() {
    this.touch.cancel();
    clearTimeout(this.#retry);
    if (this.state === 'conflict') {
      return false;
    }
    this.#running = (this.#running ?? Promise.resolve()).then(() => this.#put());
    await this.#running;
    return this.isSafe;
  }

  /** Save over what somebody else saved, because a person decided so. */
  async overwrite() {
    const answer = await send(this.address, { headers: { Accept: '*/*' } });
    this.#revision = Number((answer.headers.get('ETag') ?? '"0"').replace(/^W\//, '').replaceAll('"', ''));
    this.#stored = await answer.text();
    this.#tell('changed');
    return this.save();
  }

  async #put() {
    const text = await this.owner.read();
    const changes = this.#changes;
    if (text === this.#stored) {
      this.#tell('saved');
      return;
    }
    this.#tell('saving');
    try {
      const headers = { 'If-Match': `"${this.#revision}"`, 'Content-Type': 'application/octet-stream' };
      const answer = await send(this.address, { method: 'PUT', headers, body: text });
      this.#revision = (await answer.json()).revision;
      this.#stored = text;
      this.#tell(changes === this.#changes ? 'saved' : 'changed', { at: Date.now() });
    } catch (problem) {
      this.#fail(problem);
    }
  }

  #fail(problem) {
    if (problem instanceof Unreachable) {
      this.#tell('offline');
      this.#retry = setTimeout(() => this.save(), AGAIN);
    } else if (problem instanceof Refused && [409, 412].includes(problem.status)) {
      this.#tell(problem.answer.revision === undefined ? 'refused' : 'conflict', { ...problem.answer, message: problem.message });
    } else if (problem instanceof Refused) {
      this.#tell('refused', { message: problem.message });
    } else {
      throw problem;
    }
  }

  #tell(state, details = {}) {
    this.state = state;
    this.owner.tell(state, details);
  }
}
