// The failure catalogue of the microphone, with ears that tests lend: told as what it is, and cured without a reload.
// Chromium only: what Firefox and Safari do differently is written from their documentation.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import {
  type Answer,
  atTheDesk,
  change,
  click,
  cure,
  type Ears,
  isGreen,
  isRed,
  lendEars,
  level,
  line,
  ready,
  REFUSED_HERE,
  words,
} from "./support/headset";
import { alive, expect, test } from "./support/test";

/** Nobody has clicked in a page that was just opened, so what the stand-in plays is not allowed to start. */
const TOO_EARLY = /AudioContext was not allowed to start/;
interface Row {
  name: string;
  /** How the machine is when the page is opened. */
  begins: Partial<Ears>;
  /** What brings the trouble about. */
  provoke?: (page: Page) => Promise<void>;
  /** What is read there. */
  says: string;
  /** Beside the lamp. */
  word: string;
  /** What cures it. */
  heal: (page: Page) => Promise<void>;
}

const refusing = (name: string, message?: string): { refuses: Answer } => ({ refuses: { name, message } });

const CATALOGUE: Row[] = [
  {
    name: "refused",
    begins: { permission: "denied" },
    says: REFUSED_HERE,
    word: "Blocked",
    heal: (page) => change(page, { permission: "granted" }),
  },
  {
    name: "not asked yet",
    begins: { permission: "prompt" },
    says: "Callers need to hear you. Your browser asks next: choose Allow.",
    word: "Not allowed",
    heal: (page) => cure(page, "Allow microphone").click(),
  },
  {
    name: "the question closed",
    begins: { permission: "prompt", ...refusing("NotAllowedError", "Permission dismissed") },
    provoke: (page) => cure(page, "Allow microphone").click(),
    says: "The question was closed without an answer. Ask again, then choose Allow.",
    word: "Not allowed",
    heal: async (page) => {
      await change(page, { refuses: null });
      await cure(page, "Ask again").click();
    },
  },
  {
    name: "the question overlooked",
    begins: { permission: "prompt", silent: true },
    provoke: (page) => cure(page, "Allow microphone").click(),
    says: "Your browser is still waiting for your answer. Answer the question near the address bar: choose Allow.",
    word: "Asking",
    // The old question is answered at last.
    heal: (page) => change(page, { silent: false }),
  },
  {
    name: "blocked by the system",
    begins: { permission: "granted", ...refusing("NotAllowedError", "Permission denied by system") },
    says: "Your computer is blocking Chrome. Let Chrome use the microphone in your computer's privacy settings. This page goes on by itself.",
    word: "Blocked",
    heal: (page) => change(page, { refuses: null }),
  },
  {
    name: "no device",
    begins: { permission: "granted", plugged: [] },
    says: "No microphone is connected. Plug in your headset. This page goes on by itself.",
    word: "Not connected",
    heal: (page) => change(page, { plugged: ["Headset at desk 4"] }),
  },
  {
    name: "in use by another program",
    begins: { permission: "granted", ...refusing("NotReadableError", "Could not start audio source") },
    says: "Another program is using your headset. Close Teams or Zoom, then try again.",
    word: "In use",
    heal: async (page) => {
      await change(page, { refuses: null });
      await cure(page, "Try again").click();
    },
  },
  {
    name: "pulled out in mid-shift",
    begins: { permission: "granted" },
    provoke: async (page) => {
      await isGreen(page);
      await change(page, { plugged: [] });
    },
    says: "Your microphone is gone. Plug in your headset again. This page goes on by itself.",
    word: "Lost",
    heal: (page) => change(page, { plugged: ["Headset at desk 4"] }),
  },
  {
    name: "taken back in mid-shift",
    begins: { permission: "granted" },
    provoke: async (page) => {
      await isGreen(page);
      await change(page, { permission: "denied" });
    },
    says: REFUSED_HERE,
    word: "Blocked",
    heal: (page) => change(page, { permission: "granted" }),
  },
  {
    name: "pulled out, and another one is there",
    begins: { permission: "granted", plugged: ["Headset at desk 4", "Built-in"] },
    provoke: async (page) => {
      await isGreen(page);
      await change(page, { plugged: ["Built-in"] });
    },
    says: "Your microphone is gone. Plug in your headset again. This page goes on by itself.",
    word: "Lost",
    heal: (page) => cure(page, "Use Built-in").click(),
  },
];

test.describe("the failure catalogue", () => {
  for (const { name, begins, provoke, says, word, heal } of CATALOGUE) {
    test(`${name}: told as what it is, and cured without a reload`, async ({ page, context, browser, demo, complaints }) => {
      complaints.allow(TOO_EARLY);
      await lendEars(context, begins);
      await atTheDesk(page, browser, demo);
      await page.evaluate(() => Object.assign(window, { same: true }));
      await click(page);
      await provoke?.(page);
      await isRed(page, "Microphone", word);
      await expect(words(page)).toHaveText(new RegExp(`^${says.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`), { timeout: 15_000 });
      const { violations } = await new AxeBuilder({ page }).include(".ready-for-calls").analyze();
      expect(violations).toEqual([]);
      await heal(page);
      await expect(line(page)).toHaveText("Everything works", { timeout: 15_000 });
      await isGreen(page);
      expect(await page.evaluate(() => "same" in window)).toBe(true);
    });
  }

  test("our own header: a reference instead of blame", async ({ page, context, browser, demo, complaints }) => {
    complaints.allow(TOO_EARLY, /permissions policy/i);
    await lendEars(context, { permission: "granted" });
    await page.route("**/acme/desk", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), "permissions-policy": "microphone=()" } });
    });
    await atTheDesk(page, browser, demo);
    await isRed(page, "Microphone", "Blocked");
    await expect(words(page)).toHaveText(
      "This site's own settings keep it from the microphone. It is nothing you did. Give your administrator this reference: microphone-policy",
    );
    await page.unroute("**/acme/desk");
    await page.reload();
    await alive(page);
    await click(page);
    await isGreen(page);
  });

  for (const [name, spoil, says] of [
    [
      "an insecure page",
      () => {
        Object.defineProperty(window, "isSecureContext", { value: false });
        Object.defineProperty(navigator, "mediaDevices", { value: undefined });
      },
      "Browsers give the microphone to secure pages only. Open this page at its https address, or ask your administrator for it.",
    ],
    [
      "a browser that cannot",
      () => Object.defineProperty(navigator, "mediaDevices", { value: undefined }),
      "This browser cannot use a microphone. Use a current Chrome, Edge, Firefox or Safari.",
    ],
  ] as const) {
    test(`${name}: says what would do`, async ({ page, context, browser, demo }) => {
      await context.addInitScript(spoil);
      await atTheDesk(page, browser, demo);
      await isRed(page, "Microphone", "Not possible");
      await expect(words(page)).toHaveText(says);
      await expect(ready(page).getByRole("link", { name: "Open the secure address" })).toHaveCount(name === "an insecure page" ? 1 : 0);
    });
  }

  test("a stream that ends by itself is taken up again in silence, once", async ({ page, context, browser, demo, complaints }) => {
    complaints.allow(TOO_EARLY);
    await lendEars(context, { permission: "granted" });
    await atTheDesk(page, browser, demo);
    await click(page);
    await isGreen(page);
    await ready(page).locator("summary").click();
    await expect(level(page)).toHaveAttribute("aria-valuetext", /Good|Very loud/);
    const end = () => page.evaluate(() => (window as unknown as { endTracks(): void }).endTracks());
    await end();
    await expect(words(page)).toHaveText("Callers can hear you. In use: Headset at desk 4.");
    await expect(level(page)).toHaveAttribute("aria-valuetext", /Good|Very loud/);
  });

  test("the choice is kept for each headset", async ({ page, context, browser, demo, complaints }) => {
    complaints.allow(TOO_EARLY);
    await lendEars(context, { permission: "granted", plugged: ["Built-in", "Headset at desk 4"] });
    await atTheDesk(page, browser, demo);
    await click(page);
    await isGreen(page);
    await ready(page).locator("summary").click();
    await expect(words(page)).toContainText("In use: Built-in.");
    const choice = ready(page).getByLabel("Microphone", { exact: true });
    await choice.selectOption("Headset at desk 4");
    await expect(words(page)).toContainText("In use: Headset at desk 4.");
    await page.reload();
    await alive(page);
    await click(page);
    await isGreen(page);
    await ready(page).locator("summary").click();
    await expect(words(page)).toContainText("In use: Headset at desk 4.");
    await expect(choice).toHaveValue("Headset at desk 4");
    const kept = await page.evaluate(() => localStorage.getItem("callgate-headsets"));
    expect(JSON.parse(kept ?? "")[0]).toEqual({ microphone: "Headset at desk 4", speaker: "" });
  });
});
