// What the first minute takes, measured in a real browser: `cargo xtask bench phone`. Each line of JSON it prints is a row.
import { allowMicrophone, DEAN, firstTime, status } from "./support/first-minute";
import { HEARING, launched, Simulator } from "./support/phone";
import { expect, test, visit } from "./support/test";
import type { Page } from "@playwright/test";

const ROUNDS = Number(process.env.BENCH) || 5;

test.use({ ownDemo: true, ears: launched(HEARING) });

interface Marks {
  clicks: number[];
  /** When the phone said how its agent is, and in which status. */
  phone: [number, string][];
  /** When a heading or the shown status became another one. */
  shown: [number, string][];
  /** When the status Available could be chosen. */
  choosable: number;
}

/** Notes within the page what happens when, by its own clock, which runs on while pages change within the document. */
function note(): void {
  const marks: Marks = { clicks: [], phone: [], shown: [], choosable: 0 };
  (window as unknown as { marks: Marks }).marks = marks;
  addEventListener("click", ({ timeStamp }) => marks.clicks.push(timeStamp), true);
  addEventListener("message", ({ data }) => {
    if (data?.event === "agent::update") marks.phone.push([performance.now(), data.data.snapshot.state.name]);
  });
  const look = () => {
    for (const text of [document.querySelector("h1")?.textContent, document.querySelector(".status .what")?.textContent])
      if (text && !marks.shown.some(([, before]) => before === text)) marks.shown.push([performance.now(), text]);
    const available = [...document.querySelectorAll<HTMLButtonElement>("[role=group] button")].find(
      ({ textContent }) => textContent?.trim() === "Available",
    );
    if (available && !available.disabled) marks.choosable ||= performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

const marksOf = (page: Page) => page.evaluate(() => (window as unknown as { marks: Marks }).marks);
const first = (list: [number, string][], text: string) => list.find(([, said]) => said.includes(text))?.[0] ?? Number.NaN;

test("the first minute", async ({ page, demo, context }) => {
  test.setTimeout(600_000);
  const simulator = Simulator.of(demo);
  await allowMicrophone(context, demo);
  await firstTime(page, demo, simulator);
  await page.close();
  const rows: Record<string, number[]> = {};
  const add = (name: string, value: number) => (rows[name] ??= []).push(value);
  for (let round = 0; round < ROUNDS; round++) {
    await context.clearCookies({ name: /callgate-session/ });
    const tab = await context.newPage();
    await tab.addInitScript(note);
    await visit(tab, `/${DEAN.company}`);
    await tab.getByRole("button", { name: "Secure Login", exact: true }).click();
    await expect(tab.getByRole("heading", { name: "Login summary" })).toBeVisible({ timeout: 30_000 });
    const there = await marksOf(tab);
    const begun = there.clicks[0] as number;
    const summary = first(there.shown, "Login summary") - begun;
    const phone = Math.max(0, (there.phone[0]?.[0] ?? begun) - begun);
    add("secure_login_clicks", there.clicks.length);
    add("secure_login_ms", summary - phone);
    add("secure_login_phone_ms", phone);

    await tab.getByRole("link", { name: "Go to Dashboard", exact: true }).click();
    await expect(status(tab, "Available")).toBeEnabled();
    await status(tab, "Available").click();
    await simulator.sees(DEAN.account, "Available");
    await expect(tab.locator(".status .what")).toContainText("Available");
    const here = await marksOf(tab);
    const [, go, choose] = here.clicks as [number, number, number];
    const told = here.phone.filter(([at]) => at > choose);
    const phoneToo = first(told, "Available") - choose;
    const shown = first(here.shown, "Available") - choose;
    add("available_clicks", here.clicks.length - there.clicks.length);
    add("available_ms", here.choosable - go + shown - phoneToo);
    add("available_phone_ms", phoneToo);
    // As if the shift were over.
    await simulator.signOut(DEAN.account);
    await tab.close();
    await simulator.signInBefore(context, DEAN.account);
  }
  for (const [name, values] of Object.entries(rows)) {
    values.sort((a, b) => a - b);
    console.log(JSON.stringify({ bench: name, value: values[Math.floor(values.length / 2)] }));
  }
});
