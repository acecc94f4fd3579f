// The browser's own microphone, asked for and followed.
import type { Page } from "@playwright/test";
import { atTheDesk, click, isGreen, isRed, REFUSED_HERE, words } from "./support/headset";
import { ASKED, launched } from "./support/phone";
import { expect, test } from "./support/test";

test.use({ launchOptions: launched(ASKED) });

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

// Headless Chromium keeps a lamp red after the permission is given; why is not known yet.
test.fixme("asked for on a click, taken back and given again in the settings, followed without a reload", async ({
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
