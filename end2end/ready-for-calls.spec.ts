// The microphone tried out, and the other lamps of "Ready for calls": each turned red and green without a reload.
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "@playwright/test";
import { atTheDesk, click, cure, isGreen, isRed, lamp, level, ready, words } from "./support/headset";
import { HEARING, launched } from "./support/phone";
import { button, type Demo, expect, test } from "./support/test";

test.use({ launchOptions: launched(HEARING), permissions: ["microphone"] });

test("a level that moves, a recording that is played, a tone that is heard or not", async ({ page, browser, demo }) => {
  await atTheDesk(page, browser, demo);
  await click(page);
  await isGreen(page);
  const microphones = () => page.evaluate(() => navigator.mediaDevices.enumerateDevices().then((all) => all.length));
  expect(await microphones()).toBeGreaterThan(0);
  await ready(page).locator("summary").click();
  await expect(words(page)).toContainText("Callers can hear you.");
  await expect(ready(page).getByText("We hear you.")).toBeVisible();
  // The browser's false microphone beeps for a moment twice a second. Whoever looked once a second, as `expect` does, might
  // always come between two beeps.
  const meter = await level(page).elementHandle();
  await page.waitForFunction((meter) => /Quiet|Good|Very loud/.test(meter?.getAttribute("aria-valuetext") ?? ""), meter, {
    timeout: 10_000,
  });
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

const sit = async (page: Page, browser: Browser, demo: Demo) => {
  await atTheDesk(page, browser, demo);
  await click(page);
  await isGreen(page);
};

test("sound: nothing is played without a loudspeaker", async ({ page, browser, demo }) => {
  await sit(page, browser, demo);
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

test("sound: a device that fails stops what plays, and it is begun again", async ({ page, context, browser, demo }) => {
  await context.addInitScript(() => {
    const made: AudioContext[] = [];
    let fails = true;
    // As Chromium does with a context whose device fails: it is suspended, and nobody resumes it.
    window.AudioContext = class extends AudioContext {
      constructor(options?: AudioContextOptions) {
        super(options);
        made.push(this);
        super.suspend();
      }

      async resume() {
        if (!fails) return super.resume();
        fails = false;
      }
    };
    Object.assign(window, { made });
  });
  await sit(page, browser, demo);
  await ready(page).locator("summary").click();
  await expect(ready(page).getByText("We hear you.")).toBeVisible();
  const states = () => page.evaluate(() => (window as unknown as { made: AudioContext[] }).made.map(({ state }) => state));
  await page.evaluate(() => Promise.all((window as unknown as { made: AudioContext[] }).made.map((it) => it.suspend())));
  await expect.poll(states).toEqual(["running"]);
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
    const body = {
      type: "/api/docs#signed_out",
      status: 401,
      title: "Nobody is signed in",
      code: "signed_out",
      reference: "1",
    };
    return route.fulfill({ status: 401, contentType: "application/problem+json", json: body });
  });
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await isRed(page, "Account", "Signed out");
  await expect(ready(page).getByRole("link", { name: "Sign in" })).toHaveAttribute("href", "/acme");
  out = false;
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await isGreen(page);
});
