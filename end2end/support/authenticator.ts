// An authenticator app: Debian's oathtool.
import { execFileSync } from "node:child_process";

const STEP = 30;
const seconds = () => Math.floor(Date.now() / 1000);

/** The six digits that an app with this key shows, now or so many seconds away from it. */
export const appCode = (key: string, off = 0) => new Authenticator(key).ahead(off);

/** The app on somebody's phone. A code that was used is not shown again: the next one is. */
export class Authenticator {
  #used = 0;

  /** `key` is base32, with or without spaces. */
  constructor(readonly key: string) {}

  /** A code that is right now and was not used before, waiting for the next one when it must. */
  async code(): Promise<string> {
    const wanted = Math.max(Math.floor(seconds() / STEP), this.#used + 1);
    // The step after this one is right too; the one after that is not yet.
    while (wanted > Math.floor(seconds() / STEP) + 1) await new Promise((later) => setTimeout(later, 500));
    this.#used = wanted;
    return this.at(wanted * STEP);
  }

  /** What the app shows at another time, in seconds since 1970. */
  at(time: number): string {
    const when = new Date(time * 1000).toISOString().replace("T", " ").replace(/\..*/, " UTC");
    const key = this.key.replaceAll(" ", "");
    return execFileSync("oathtool", ["--totp", "--base32", "--now", when, key], { encoding: "utf8" }).trim();
  }

  /** What a phone shows whose clock is so many seconds ahead. */
  ahead(off: number): string {
    return this.at(seconds() + off);
  }
}
