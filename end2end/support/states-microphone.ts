// "Ready for calls" at the desk of somebody who takes calls in their browser: green, and red for every reason.
import { expect } from "@playwright/test";
import { atTheDesk, type Ears, lendEars, line, ready } from "./headset";
import type { Stage } from "./states";

/** The desk with these ears, after a click; `then` goes on in the page. */
function desk(ears: Partial<Ears>, then?: (stage: Stage) => Promise<void>) {
  return async (stage: Stage) => {
    const { page, context, demo } = stage;
    await lendEars(context, ears);
    const browser = context.browser();
    if (!browser) throw new Error("no browser");
    await atTheDesk(page, browser, demo);
    await page.getByRole("heading", { level: 1 }).click();
    await then?.(stage);
  };
}

const press = (name: string) => async ({ page }: Stage) => ready(page).getByRole("button", { name, exact: true }).click();
const says = (text: string) => async ({ page }: Stage) => expect(ready(page).getByText(text)).toBeVisible({ timeout: 12_000 });

export const MICROPHONE_STATES: Record<string, (stage: Stage) => Promise<void>> = {
  "microphone-good": desk({ permission: "granted" }, async ({ page }) => {
    await expect(line(page)).toHaveText("Everything works");
  }),
  "microphone-tried": desk({ permission: "granted", plugged: ["Headset at desk 4", "Built-in"] }, async ({ page }) => {
    await expect(line(page)).toHaveText("Everything works");
    await ready(page).locator("summary").click();
    await expect(ready(page).getByText("We hear you.")).toBeVisible();
  }),
  "microphone-not-asked": desk({ permission: "prompt" }, says("Callers need to hear you.")),
  "microphone-overlooked": desk({ permission: "prompt", silent: true }, async (stage) => {
    await press("Allow microphone")(stage);
    await says("Your browser is still waiting for your answer.")(stage);
  }),
  "microphone-refused": desk({ permission: "denied" }, says("You blocked the microphone for this site.")),
  "microphone-blocked-by-system": desk(
    { permission: "granted", refuses: { name: "NotAllowedError", message: "Permission denied by system" } },
    says("Your computer is blocking Chrome."),
  ),
  "microphone-no-device": desk({ permission: "granted", plugged: [] }, says("No microphone is connected.")),
  "microphone-in-use": desk(
    { permission: "granted", refuses: { name: "NotReadableError" } },
    says("Another program is using your headset."),
  ),
};
