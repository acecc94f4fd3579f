// A headset that tests plug in, pull out, take away and give back, in a browser whose machine has none. What Chromium can
// be made to do by itself is done there (see `phone.ts`); this stands in for hardware, systems and closed questions.
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { becomeAdministrator, type Demo, expect, type Person, signInByApi, visit } from "./test";

/** How the next questions are answered, each by an error's name and message or, without one, by a stream. */
export interface Answer {
  name: string;
  message?: string;
}

/** What a page's microphones are; as the script in the page has it. */
export interface Ears {
  /** Names of what is plugged in. */
  plugged: string[];
  permission: "granted" | "denied" | "prompt";
  /** Why the browser refuses, as long as it does. */
  refuses: Answer | null;
  /** Whether the browser asks and nobody answers. */
  silent: boolean;
}

const ONE: Ears = { plugged: ["Headset at desk 4"], permission: "prompt", refuses: null, silent: false };

/** Lends every page of a browser ears; `change` alters them while a page is open. */
export async function lendEars(context: BrowserContext, ears: Partial<Ears> = {}): Promise<void> {
  await context.addInitScript(
    (start) => {
      const { mediaDevices, permissions } = navigator;
      if (!mediaDevices) return;
      const state: Ears = start;
      const status = Object.assign(new EventTarget(), { name: "microphone", onchange: null as (() => void) | null });
      Object.defineProperty(status, "state", { get: () => state.permission });
      const tracks = new Set<MediaStreamTrack>();
      let answer: ((given: Partial<Ears>) => void) | undefined;
      const device = (label: string) => {
        const named = state.permission === "granted";
        const info = { kind: "audioinput", deviceId: named ? label : "", groupId: `group of ${label}`, label: named ? label : "" };
        return { ...info, toJSON: () => info } as MediaDeviceInfo;
      };
      const speaker = { kind: "audiooutput", deviceId: "speaker", groupId: "s", label: "Speaker", toJSON: () => ({}) };
      let tone: OscillatorNode | undefined;
      /** The one sound that all its microphones hear. It goes to no loudspeaker: those are for the page alone. */
      const sounding = (): OscillatorNode => {
        const context = new AudioContext({ sinkId: { type: "none" } } as AudioContextOptions);
        const tone = context.createOscillator();
        // Before the first click nothing may sound, and the browser complains of whoever tries.
        const begin = () => {
          tone.start();
          context.resume();
        };
        if (navigator.userActivation.hasBeenActive) begin();
        else addEventListener("pointerup", begin, { once: true });
        return tone;
      };
      const give = (wanted?: string) => {
        const label = wanted ?? state.plugged[0];
        if (label === undefined || !state.plugged.includes(label))
          throw new DOMException("Requested device not found", "NotFoundError");
        tone ??= sounding();
        const sink = (tone.context as AudioContext).createMediaStreamDestination();
        tone.connect(sink);
        const [track] = sink.stream.getAudioTracks();
        if (!track) throw new Error("no track");
        Object.defineProperty(track, "label", { value: label });
        const settings = track.getSettings.bind(track);
        track.getSettings = () => ({ ...settings(), groupId: `group of ${label}` });
        tracks.add(track);
        return sink.stream;
      };
      mediaDevices.enumerateDevices = async () => [...state.plugged.map(device), speaker];
      mediaDevices.getUserMedia = async (wanted) => {
        const audio = wanted?.audio as { deviceId?: { exact?: string } } | boolean | undefined;
        const id = typeof audio === "object" ? audio.deviceId?.exact : undefined;
        if (state.refuses) throw new DOMException(state.refuses.message ?? "", state.refuses.name);
        if (state.permission === "denied") throw new DOMException("Permission denied", "NotAllowedError");
        if (state.plugged.length === 0) throw new DOMException("Requested device not found", "NotFoundError");
        if (state.permission === "prompt") {
          if (state.silent) await new Promise<void>((answered) => (answer = () => answered()));
          state.permission = "granted";
          status.onchange?.();
        }
        return give(id);
      };
      const query = permissions.query.bind(permissions);
      permissions.query = async (wanted) =>
        (wanted as { name: string }).name === "microphone" ? (status as unknown as PermissionStatus) : query(wanted);
      Object.assign(window, {
        ears: (change: Partial<Ears>) => {
          const before = { ...state };
          Object.assign(state, change);
          for (const track of tracks) {
            if (state.permission === "granted" && state.plugged.includes(track.label)) continue;
            tracks.delete(track);
            track.stop();
            track.dispatchEvent(new Event("ended"));
          }
          if (before.permission !== state.permission) status.onchange?.();
          if (before.plugged.join() !== state.plugged.join()) mediaDevices.dispatchEvent(new Event("devicechange"));
          if (!state.silent) answer?.(change);
        },
        // A sleeping tab, or a driver that was started anew.
        endTracks: () => {
          for (const track of tracks) {
            tracks.delete(track);
            track.stop();
            track.dispatchEvent(new Event("ended"));
          }
        },
      });
    },
    { ...ONE, ...ears },
  );
}

/** Alters what a page's browser hears with, as if somebody did it to the machine. */
export async function change(page: Page, ears: Partial<Ears>): Promise<void> {
  await page.evaluate((ears) => (window as unknown as { ears(it: Partial<Ears>): void }).ears(ears), ears);
}

/** Somebody of `acme` with a softphone: calls come to their browser, statuses from a presence reason list. */
export async function softphoneAgent(browser: Browser, demo: Demo): Promise<Person> {
  const who = demo.agent();
  const context = await browser.newContext({ baseURL: demo.url });
  await becomeAdministrator(context, demo);
  const { request } = context;
  const found = await (await request.get(`${demo.url}/api/v1/users?search=${who.account}`)).json();
  const { id } = found.users.find((user: { username: string }) => user.username === who.account);
  const { user, version, language } = await (await request.get(`${demo.url}/api/v1/users/${id}`)).json();
  const { name, username, email, roles } = user;
  const saved = await request.put(`${demo.url}/api/v1/users/${id}`, {
    data: { version, name, username, email, roles, phone: "softphone", language, sso_only: false },
  });
  expect(saved.status(), await saved.text()).toBe(200);
  await context.close();
  return who;
}

/** Signs such a person in and opens their desk. */
export async function atTheDesk(page: Page, browser: Browser, demo: Demo): Promise<void> {
  await signInByApi(page.request, demo, await softphoneAgent(browser, demo));
  await visit(page, "/acme/desk");
  await expect(ready(page)).toBeVisible();
}

export const ready = (page: Page) => page.getByRole("region", { name: "Ready for calls" });
/** All lamps in a line. */
export const line = (page: Page) => ready(page).locator("summary .summary");
export const lamp = (page: Page, name: string) =>
  ready(page).getByRole("list", { name: "What calls need" }).getByRole("listitem").filter({ hasText: name });
export const words = (page: Page) => ready(page).locator(".microphone-cure [role=status]");
export const cure = (page: Page, name: string) => ready(page).getByRole("button", { name, exact: true });
export const level = (page: Page) => ready(page).getByRole("meter", { name: "Level" });

/** Any click: from then on the browser plays sounds. */
export const click = (page: Page) => page.getByRole("heading", { level: 1 }).click();

/** All is well: in a line, closed. */
export async function isGreen(page: Page): Promise<void> {
  await expect(line(page)).toHaveText("Everything works");
  await expect(ready(page).locator("details")).not.toHaveAttribute("open");
}

export async function isRed(page: Page, name: string, word: string): Promise<void> {
  await expect(ready(page).locator("details")).toHaveAttribute("open");
  await expect(lamp(page, name)).toContainText(word);
  await expect(lamp(page, name)).toContainText("not ready");
}

export const REFUSED_HERE =
  "You blocked the microphone for this site. Click the icon left of the address and turn Microphone on. This page goes on by itself.";
