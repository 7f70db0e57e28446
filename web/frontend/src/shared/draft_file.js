// One file of a draft, saved by itself a moment after it changes and never over what somebody else saved meanwhile.
//
// Its state is told to whoever listens: `saved`, `changed`, `saving`, `offline`, `conflict`, `refused`.
//
// A save that was sent and never answered may have been carried out or not. It is sent again before anything else,
// also by the page that this tab opens next: what is stored already is no conflict.
import { debounce } from './dom.js';
import { Refused, send, token, Unreachable } from './requests.js';

const PAUSE = 1000;
const AGAIN = 5000;

export class DraftFile {
  #revision = 0;
  #stored = '';
  #running = null;
  #retry = 0;
  /** How often the editor changed something: what changed while a save was on its way is not saved by it. */
  #changes = 0;
  #unanswered;

  /**
   * @param {string} address where the file is read and saved
   * @param {{ tell: (state: string, details: Record<string, any>) => void, read: () => Promise<string> }} owner
   *   `read` returns the file as the editor has it now
   */
  constructor(address, owner) {
    this.address = address;
    this.owner = owner;
    this.#unanswered = new Unanswered(address);
    this.state = 'saved';
    this.touch = debounce(() => this.save(), PAUSE);
    addEventListener('online', () => this.state === 'offline' && this.save());
    addEventListener('beforeunload', (event) => this.isSafe || event.preventDefault());
  }

  /** Whether nothing is lost when the page is left. */
  get isSafe() {
    return this.state === 'saved';
  }

  /** Fetch the file, with what the last page of this tab was still saving when it was left. */
  async load() {
    await this.#sendAgain();
    return this.#fetch();
  }

  async #fetch() {
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
    await this.#fetch();
    this.#tell('changed');
    return this.save();
  }

  /** Load the page again without what was changed here, because a person decided so. */
  giveUp() {
    this.touch.cancel();
    this.state = 'saved';
    location.reload();
  }

  async #put() {
    const text = await this.owner.read();
    const changes = this.#changes;
    if (text === this.#stored && !this.#unanswered.kept) {
      this.#tell('saved');
      return;
    }
    this.#tell('saving');
    try {
      await this.#sendAgain();
      if (text !== this.#stored) {
        await this.#send(text, this.#revision);
      }
      this.#tell(changes === this.#changes ? 'saved' : 'changed', { at: Date.now() });
    } catch (problem) {
      this.#fail(problem);
    }
  }

  async #send(text, revision) {
    const headers = { 'If-Match': `"${revision}"`, 'Content-Type': 'application/octet-stream' };
    this.#unanswered.keep({ text, revision });
    try {
      const answer = await send(this.address, { method: 'PUT', headers, body: text });
      this.#revision = (await readAnswer(answer)).revision;
      this.#stored = text;
      this.#unanswered.forget();
    } catch (problem) {
      if (problem instanceof Refused) {
        this.#unanswered.forget();
      }
      throw problem;
    }
  }

  /** Send what got no answer; what is refused now is not asked for any more. */
  async #sendAgain() {
    const { kept } = this.#unanswered;
    try {
      await (kept && this.#send(kept.text, kept.revision));
    } catch (problem) {
      if (!(problem instanceof Refused)) {
        throw problem;
      }
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

/** Return what an answer says; one that broke off is none. */
async function readAnswer(answer) {
  try {
    return await answer.json();
  } catch {
    throw new Unreachable();
  }
}

/** The save of a file that was sent last and has no answer, remembered by the tab as long as somebody is signed in. */
class Unanswered {
  constructor(address) {
    this.name = `unanswered ${address}`;
    this.kept = null;
    const found = JSON.parse(sessionStorage.getItem(this.name) ?? 'null');
    if (found?.token === token()) {
      this.kept = found;
    } else {
      sessionStorage.removeItem(this.name);
    }
  }

  /** Remember a save. A browser without room for it remembers only as long as the page is open. */
  keep(save) {
    this.kept = save;
    try {
      sessionStorage.setItem(this.name, JSON.stringify({ ...save, token: token() }));
    } catch {
      sessionStorage.removeItem(this.name);
    }
  }

  /** Forget it: it was answered. */
  forget() {
    this.kept = null;
    sessionStorage.removeItem(this.name);
  }
}
