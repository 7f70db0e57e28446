// Tells the server every half minute that a file is open here, and this page who else has one open.
import { post } from './requests.js';

const EVERY = 30_000;

/**
 * @param {string} address of the draft
 * @param {string} path of the file
 * @param {(others: { who: string, path: string }[]) => void} show
 */
export function watchOthers(address, path, show) {
  const beat = async () => {
    try {
      const answer = await post(`${address}/editing`, { path });
      show(answer.others ?? []);
    } catch {
      // The next beat asks again; saving says when the server is away.
    }
  };
  beat();
  setInterval(beat, EVERY);
}
