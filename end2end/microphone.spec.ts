// The microphone of people who take calls in their browser: explained, asked for, lost and found, tried out; and the other
// lamps of "Ready for calls". Chromium only: what Firefox and Safari do differently is written from their documentation.
import AxeBuilder from "@axe-core/playwright";
import type { BrowserContext, Page } from "@playwright/test";
import { type Answer, atTheDesk, change, type Ears, lamp, lendEars, line, ready } from "./support/headset";
import { ASKED, DEAF, HEARING, launched } from "./support/phone";
import { alive, button, expect, type Demo, test } from "./support/test";

/** Nobody has clicked in a page that was just opened, so what the stand-in plays is not allowed to start. */
const TOO_EARLY = /AudioContext was not allowed to start/;
const words = (page: Page) => ready(page).locator(".microphone-cure [role=status]");
const cure = (page: Page, name: string) => ready(page).getByRole("button", { name, exact: true });
const level = (page: Page) => ready(page).getByRole("meter", { name: "Level" });

/** Any click: from then on the browser plays sounds. */
const click = (page: Page) => page.getByRole("heading", { level: 1 }).click();

/** All is well: in a line, closed. */
async function isGreen(page: Page): Promise<void> {
  await expect(line(page)).toHaveText("Everything works");
  await expect(ready(page).locator("details")).not.toHaveAttribute("open");
}

async function isRed(page: Page, name: string, word: string): Promise<void> {
  await expect(ready(page).locator("details")).toHaveAttribute("open");
  await expect(lamp(page, name)).toContainText(word);
  await expect(lamp(page, name)).toContainText("not ready");
}

/** Says of the browser's own microphone what a person would in its settings. */
async function permit(page: Page, setting: "granted" | "denied" | "prompt"): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { targetInfo } = await session.send("Target.getTargetInfo");
  await session.send("Browser.setPermission", {
    permission: { name: "microphone" },
    setting,
    origin: new URL(page.url()).origin,
    browserContextId: targetInfo.browserContextId,
  });
  await session.detach();
}

const REFUSED_HERE =
  "You blocked the microphone for this site. Click the icon left of the address and turn Microphone on. This page goes on by itself.";

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
  test.use({ ears: launched(DEAF) });

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

test.describe("the browser's own microphone", () => {
  test.use({ ears: launched(ASKED) });

  test("asked for on a click, taken back and given again in the settings, followed without a reload", async ({
    page,
    browser,
    demo,
  }) => {
    await atTheDesk(page, browser, demo);
    await isRed(page, "Microphone", "Not allowed");
    await expect(words(page)).toHaveText("Callers need to hear you. Your browser asks next: choose Allow.");
    await permit(page, "granted");
    await click(page);
    await isGreen(page);
    await permit(page, "denied");
    await isRed(page, "Microphone", "Blocked");
    await expect(words(page)).toContainText(REFUSED_HERE);
    await permit(page, "granted");
    await isGreen(page);
    await permit(page, "prompt");
    await isRed(page, "Microphone", "Not allowed");
  });

  test("a question that nobody answers is noticed after eight seconds, and may be answered later", async ({
    page,
    browser,
    demo,
  }) => {
    await atTheDesk(page, browser, demo);
    await cure(page, "Allow microphone").click();
    await expect(words(page)).toHaveText("Your browser asks for the microphone now. Choose Allow.");
    await expect(ready(page).getByRole("img", { name: /Choose Allow/ })).toBeVisible();
    await expect(words(page)).toContainText("Your browser is still waiting for your answer.", { timeout: 12_000 });
    await expect(cure(page, "Ask again")).toBeEnabled();
    await permit(page, "granted");
    await isGreen(page);
  });
});

test.describe("trying it out", () => {
  test.use({ ears: launched(HEARING), permissions: ["microphone"] });

  test("a level that moves, a recording that is played, a tone that is heard or not", async ({ page, browser, demo }) => {
    await atTheDesk(page, browser, demo);
    await click(page);
    await isGreen(page);
    const microphones = () => page.evaluate(() => navigator.mediaDevices.enumerateDevices().then((all) => all.length));
    expect(await microphones()).toBeGreaterThan(0);
    await ready(page).locator("summary").click();
    await expect(words(page)).toContainText("Callers can hear you.");
    await expect(ready(page).getByText("We hear you.")).toBeVisible();
    await expect(level(page)).toHaveAttribute("aria-valuetext", /Quiet|Good|Very loud/);
    const { violations } = await new AxeBuilder({ page }).include(".ready-for-calls").analyze();
    expect(violations).toEqual([]);

    await button(page, "Record three seconds").click();
    await expect(ready(page).getByText("Say something: three seconds are being recorded.")).toBeVisible();
    await expect(ready(page).getByText("This is how callers hear you.")).toBeVisible();
    await expect(ready(page).getByText("That was you. Nothing of it was kept.")).toBeVisible();

    await button(page, "Play test tone").click();
    await expect(ready(page).getByText("Did you hear two tones?")).toBeVisible();
    await cure(page, "No").click();
    await isRed(page, "Sound", "Not heard");
    await expect(ready(page).getByText(/^You did not hear the test tone\. Turn the volume up/)).toBeVisible();
    await ready(page).locator(".cures").getByRole("button", { name: "Play test tone" }).click();
    await ready(page).locator(".cures").getByRole("button", { name: "Yes" }).click();
    await isGreen(page);
  });
});

test.describe("the other lamps", () => {
  test.use({ ears: launched(HEARING), permissions: ["microphone"] });

  const sit = async (page: Page, browser: BrowserContext["browser"] extends () => infer B ? NonNullable<B> : never, demo: Demo) => {
    await atTheDesk(page, browser, demo);
    await click(page);
    await isGreen(page);
  };

  test("sound: nothing is played before a click, and nothing without a loudspeaker", async ({ page, browser, demo }) => {
    await atTheDesk(page, browser, demo);
    await isRed(page, "Sound", "Needs a click");
    await expect(ready(page).getByText(/^Your browser plays nothing before the first click\./)).toBeVisible();
    await click(page);
    await isGreen(page);
    await page.evaluate(() => {
      const list = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
      Object.assign(window, { list });
      navigator.mediaDevices.enumerateDevices = async () => (await list()).filter(({ kind }) => kind !== "audiooutput");
      navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
    });
    await isRed(page, "Sound", "No loudspeaker");
    await page.evaluate(() => {
      navigator.mediaDevices.enumerateDevices = (window as unknown as { list: MediaDevices["enumerateDevices"] }).list;
      navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
    });
    await isGreen(page);
  });

  test("network: gone and back, and a server that does not answer", async ({ page, context, browser, demo, complaints }) => {
    complaints.allow(/request failed/, /Failed to load resource/, /net::ERR/);
    await sit(page, browser, demo);
    await ready(page).locator("summary").click();
    await expect(lamp(page, "Network")).toContainText(/\d+ ms/);
    await ready(page).locator("summary").click();
    await context.setOffline(true);
    await isRed(page, "Network", "No network");
    await context.setOffline(false);
    await isGreen(page);
    await page.route("**/api/v1/session", (route) => route.abort());
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await isRed(page, "Network", "No answer");
    await page.unroute("**/api/v1/session");
    await isGreen(page);
  });

  test("presence list: taken away and assigned", async ({ page, browser, demo }) => {
    await sit(page, browser, demo);
    await ready(page).locator("summary").click();
    await expect(lamp(page, "Presence list")).toContainText("Assigned");
    let without = true;
    await page.route("**/api/v1/presence**", async (route) => {
      const response = await route.fetch();
      const own = await response.json();
      const { list, ...rest } = own;
      const json = without ? { ...rest, needs_list: true, reasons: [], revision: "without" } : own;
      await route.fulfill({ response, json });
    });
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await isRed(page, "Presence list", "Missing");
    without = false;
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await isGreen(page);
  });

  test("account: signed out elsewhere", async ({ page, browser, demo }) => {
    await sit(page, browser, demo);
    let out = true;
    await page.route("**/api/v1/session", async (route) => {
      if (!out) return route.continue();
      const body = { status: 401, code: "signed_out", title: "Unauthorized", reference: "" };
      return route.fulfill({ status: 401, contentType: "application/problem+json", json: body });
    });
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await isRed(page, "Account", "Signed out");
    await expect(ready(page).getByRole("link", { name: "Sign in" })).toHaveAttribute("href", "/acme");
    out = false;
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await isGreen(page);
  });
});
