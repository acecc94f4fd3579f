// The browser's own microphone, asked for and followed.
import type { Page } from "@playwright/test";
import { atTheDesk, click, isGreen, isRed, REFUSED_HERE, words } from "./support/headset";
import { ASKED, launched } from "./support/phone";
import { expect, test } from "./support/test";

test.use({ launchOptions: launched(ASKED) });

type Setting = "granted" | "denied" | "prompt";

/** Says of the browser's own microphone what a person would in its settings. The browser forgets what it was told as soon
 * as the session ends that told it, so one lasts as long as the page. */
async function settings(page: Page): Promise<(setting: Setting) => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  const { targetInfo } = await session.send("Target.getTargetInfo");
  return async (setting) => {
    await session.send("Browser.setPermission", {
      permission: { name: "microphone" },
      setting,
      origin: new URL(page.url()).origin,
      browserContextId: targetInfo.browserContextId,
    });
  };
}

test("asked for on a click, taken back and given again in the settings, followed without a reload", async ({
  page,
  browser,
  demo,
}) => {
  await atTheDesk(page, browser, demo);
  await isRed(page, "Microphone", "Not allowed");
  await expect(words(page)).toHaveText("Callers need to hear you. Your browser asks next: choose Allow.");
  const permit = await settings(page);
  await permit("granted");
  await click(page);
  await isGreen(page);
  await permit("denied");
  await isRed(page, "Microphone", "Blocked");
  await expect(words(page)).toContainText(REFUSED_HERE);
  await permit("granted");
  await isGreen(page);
  await permit("prompt");
  await isRed(page, "Microphone", "Not allowed");
});
