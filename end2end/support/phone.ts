// The phone simulator of the demo, and what people do at it: sign in in its window, be called, have bad luck.
import { type BrowserContext, expect, type Page } from "@playwright/test";
import { ARGS, EXECUTABLE } from "./browser";
import type { Demo } from "./callgate";

export const PHONE_PASSWORD = "headset-on-at-eight";

export type Instance = "dextr-docs" | "thedarkside";

/** What goes wrong; as the simulator's own page has it. */
export interface Switches {
  slow: number;
  access_denied: boolean;
  no_microphone: boolean;
  login_alone: boolean;
  refused: boolean;
  dead: boolean;
  cookies_blocked: boolean;
  claims: string;
  no_status: boolean;
  no_calls: boolean;
  unanswered: boolean;
}

interface Seen {
  username: string;
  browsers: number;
  status: string;
  contact: { state: string; number: string; inbound: boolean } | null;
}

/** The simulator of one demo; what happens at it is shared by all who test with that demo. */
export class Simulator {
  constructor(
    readonly url: string,
    readonly instance: Instance = "dextr-docs",
  ) {}

  static of(demo: Demo, instance: Instance = "dextr-docs"): Simulator {
    return new Simulator(demo.phones, instance);
  }

  /** Turns switches; the others stay as they are. */
  async turn(switches: Partial<Switches>): Promise<void> {
    expect(await this.#post("switches", switches)).toBe(204);
  }

  /** Nobody signed in, nothing wrong; at both instances. */
  async reset(): Promise<void> {
    const answer = await fetch(`${this.url}/api/reset`, { method: "POST" });
    expect(answer.status).toBe(204);
  }

  async ring(username: string, number?: string): Promise<void> {
    expect(await this.#post(`${username}/ring`, { number })).toBe(204);
  }

  /** Whether it rings: only at somebody who is available. */
  async rings(username: string): Promise<boolean> {
    return (await this.#post(`${username}/ring`, {})) === 204;
  }

  /** The other end of a call hangs up. */
  async hangUp(username: string): Promise<void> {
    expect(await this.#post(`${username}/hang-up`, {})).toBe(204);
  }

  async answer(username: string): Promise<void> {
    expect(await this.#post(`${username}/answer`, {})).toBe(204);
  }

  /** Nobody accepts a call that rings. */
  async miss(username: string): Promise<void> {
    expect(await this.#post(`${username}/miss`, {})).toBe(204);
  }

  /** Ends somebody's sessions in all browsers. */
  async signOut(username: string): Promise<void> {
    expect(await this.#post(`${username}/sign-out`, {})).toBe(204);
  }

  async agent(username: string): Promise<Seen> {
    const state = await (await fetch(`${this.url}/api/state`)).json();
    const found = state[this.instance].agents.find((agent: Seen) => agent.username === username);
    if (!found) throw new Error(`${username} is nobody at ${this.instance}`);
    return found;
  }

  /** Waits until somebody has a status there. */
  async sees(username: string, status: string): Promise<void> {
    await expect.poll(async () => (await this.agent(username)).status).toBe(status);
  }

  /** The address of the window in which people sign in. */
  get panel(): string {
    return `${this.url}/${this.instance}/ccp-v2/`;
  }

  /** Signs a browser in beforehand, in a tab of its own. */
  async signInBefore(context: BrowserContext, username: string): Promise<void> {
    const page = await context.newPage();
    await page.goto(this.panel);
    await this.signInAt(page, username);
    await page.getByLabel("Status").waitFor();
    await page.close();
  }

  /** Types who it is into the simulator's window, and waits until it is signed in there. */
  async signInAt(window: Page, username: string, password = PHONE_PASSWORD): Promise<void> {
    await window.getByLabel("Username").fill(username);
    await window.getByLabel("Password").fill(password);
    // Callgate may close the window, or make it its own, as soon as the phone is ready.
    await window.getByRole("button", { name: "Sign in", exact: true }).click({ noWaitAfter: true });
  }

  async #post(path: string, what: unknown): Promise<number> {
    const answer = await fetch(`${this.url}/api/${this.instance}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(what),
    });
    return answer.status;
  }
}

/** A microphone that hears a tone, and a browser that asks nobody about it. */
export const HEARING = {
  args: ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
};
/** A microphone, and a person who is asked for it: the question is answered by `grantPermissions` or stays. */
export const ASKED = { args: ["--use-fake-device-for-media-stream"] };
/** No microphone at all: the machines of tests have none. */
export const DEAF = { args: [] };
/** A person who says no. */
export const REFUSED = { args: ["--use-fake-device-for-media-stream", "--deny-permission-prompts"] };
/** A browser that gives no frame the cookies of another site. */
export const NO_FOREIGN_COOKIES = ["--test-third-party-cookie-phaseout"];

/** What a person answers when the browser asks whether the phone's frame may have its cookies. */
export async function answerForCookies(page: Page, answer: "granted" | "denied", around: string, frame: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const { targetInfo } = await devtools.send("Target.getTargetInfo");
  await devtools.send("Browser.setPermission", {
    permission: { name: "storage-access" },
    setting: answer,
    origin: new URL(around).origin,
    embeddedOrigin: new URL(frame).origin,
    // A test's own browser is none of its machine's.
    browserContextId: targetInfo.browserContextId,
  } as never);
}

export type Ears = { args: string[] };

/** A browser with further arguments, for the option `ears`. */
export function launched(...more: (Ears | string[])[]): { args: string[]; executablePath: string } {
  const further = more.flatMap((part) => (Array.isArray(part) ? part : part.args));
  return { executablePath: EXECUTABLE, args: [...ARGS, ...further] };
}
