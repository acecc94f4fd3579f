// The simulator is what Amazon Connect's own library finds: loaded unchanged, without anything of ours.
import { fileURLToPath } from "node:url";
import { answerForCookies, HEARING, launched, Simulator } from "./support/phone";
import { Demo, expect, test } from "./support/test";
import type { Page } from "@playwright/test";

const LIBRARY = fileURLToPath(
  new URL("../frontend/node_modules/amazon-connect-streams/release/connect-streams-min.js", import.meta.url),
);

test.use({ ownDemo: true, ears: launched(HEARING) });

/** A document of Callgate's origin with nothing but the library in it. */
async function bare(page: Page, demo: Demo): Promise<void> {
  await page.goto(`${demo.url}/dev/mail.json`);
  await page.evaluate(() => {
    document.body.innerHTML = "<div id=phone></div>";
  });
  await page.addScriptTag({ path: LIBRARY });
}

/** Starts the library and notes its events. */
async function start(page: Page, panel: string, more: object = {}): Promise<void> {
  await page.evaluate(
    ([ccpUrl, more]) => {
      // biome-ignore lint/suspicious/noExplicitAny: the library has no types here
      const { connect } = window as any;
      // biome-ignore lint/suspicious/noExplicitAny: as above
      const seen: any = ((window as any).seen = { events: [], agent: undefined, contact: undefined });
      connect.core.initCCP(document.getElementById("phone"), {
        ccpUrl,
        loginPopup: false,
        softphone: { allowFramedSoftphone: true },
        ...(more as object),
      });
      const bus = connect.core.getEventBus();
      for (const event of ["init", "ack_timeout", "terminated", "auth_fail", "access_denied", "iframe_retries_exhausted"])
        bus.subscribe(event, () => seen.events.push(event));
      bus.subscribe("agent::softphone_error", (error: { errorType: string }) => seen.events.push(error.errorType));
      bus.subscribe("agent::mute_toggle", (data: { muted: boolean }) => seen.events.push(`muted ${data.muted}`));
      // biome-ignore lint/suspicious/noExplicitAny: as above
      connect.agent((agent: any) => (seen.agent = agent));
      // biome-ignore lint/suspicious/noExplicitAny: as above
      connect.contact((contact: any) => {
        seen.contact = contact;
        for (const event of ["onConnecting", "onAccepted", "onConnected", "onMissed", "onEnded", "onACW", "onDestroy"])
          contact[event](() => seen.events.push(event));
      });
    },
    [panel, more] as const,
  );
}

// biome-ignore lint/suspicious/noExplicitAny: what the page has noted
const seen = <T>(page: Page, look: (seen: any) => T): Promise<T> =>
  page.evaluate(`(${look})(window.seen)`) as Promise<T>;
const events = (page: Page) => seen(page, (seen) => seen.events as string[]);

/** Calls one of the library's methods that report by callbacks. */
const done = (page: Page, on: "agent" | "contact", method: string, ...args: unknown[]) =>
  page.evaluate(
    ([on, method, args]) =>
      new Promise<string>((resolve) => {
        const callbacks = { success: () => resolve("done"), failure: (error: unknown) => resolve(`failed: ${error}`) };
        // biome-ignore lint/suspicious/noExplicitAny: as above
        (window as any).seen[on][method](...args, callbacks);
      }),
    [on, method, args] as const,
  );

const status = (page: Page, name: string) =>
  page.evaluate(
    (name) =>
      new Promise<string>((resolve) => {
        // biome-ignore lint/suspicious/noExplicitAny: as above
        const { agent } = (window as any).seen;
        const state = agent.getAgentStates().find((state: { name: string }) => state.name === name);
        agent.setState(state, { success: () => resolve("done"), failure: (error: string) => resolve(error) });
      }),
    name,
  );

for (const instance of ["dextr-docs", "thedarkside"] as const) {
  test(`signs in at ${instance}, takes a call and signs out`, async ({ page, demo, context }) => {
    const simulator = Simulator.of(demo, instance);
    await simulator.signInBefore(context, "agent");
    await bare(page, demo);
    await start(page, simulator.panel);
    await expect.poll(() => events(page)).toContain("init");
    await expect.poll(() => seen(page, (seen) => seen.agent?.getConfiguration().username)).toBe("agent");
    expect(await seen(page, (seen) => seen.agent.getState().name)).toBe("Offline");
    expect(await seen(page, (seen) => seen.agent.isSoftphoneEnabled())).toBe(true);

    expect(await status(page, "Available")).toBe("done");
    await simulator.sees("agent", "Available");
    await simulator.ring("agent", "+493055501");
    await expect.poll(() => events(page)).toContain("onConnecting");
    expect(await seen(page, (seen) => seen.contact.isInbound())).toBe(true);
    expect(await seen(page, (seen) => seen.contact.isSoftphoneCall())).toBe(true);
    expect(await seen(page, (seen) => seen.contact.getInitialConnection().getEndpoint().phoneNumber)).toBe("+493055501");
    expect(await status(page, "Lunch")).toContain("InvalidStateException");
    expect(await done(page, "contact", "accept")).toBe("done");
    await expect.poll(() => events(page)).toContain("onConnected");
    expect(await events(page)).toContain("onAccepted");
    await page.evaluate("seen.agent.mute()");
    await expect.poll(() => events(page)).toContain("muted true");
    await simulator.hangUp("agent");
    await expect.poll(() => events(page)).toContain("onACW");
    expect(await done(page, "contact", "clear")).toBe("done");
    await expect.poll(() => events(page)).toContain("onDestroy");
    await simulator.sees("agent", "Available");

    await page.evaluate(`connect.core.getUpstream().sendUpstream("terminate")`);
    await expect.poll(() => events(page)).toContain("terminated");
    expect((await simulator.agent("agent")).browsers).toBe(0);
  });
}

test("calls somebody, who answers and hangs up", async ({ page, demo, context }) => {
  const simulator = Simulator.of(demo);
  await simulator.signInBefore(context, "agent");
  await bare(page, demo);
  await start(page, simulator.panel);
  await expect.poll(() => seen(page, (seen) => Boolean(seen.agent))).toBe(true);
  const call = (number: string) =>
    page.evaluate(
      (number) =>
        new Promise<string>((resolve) => {
          // biome-ignore lint/suspicious/noExplicitAny: as above
          const { connect, seen } = window as any;
          const endpoint = connect.Endpoint.byPhoneNumber(number);
          seen.agent.connect(endpoint, { success: () => resolve("done"), failure: resolve, timeout: 5000 });
        }),
      number,
    );
  expect(await call("+")).toContain("BadEndpointException");
  expect(await call("+493055502")).toBe("done");
  await expect.poll(() => events(page)).toContain("onConnected");
  expect(await seen(page, (seen) => seen.contact.isInbound())).toBe(false);
  await simulator.hangUp("agent");
  await simulator.sees("agent", "AfterCallWork");
});

test("two tabs agree, and a signed-out agent is told so", async ({ page, demo, context, complaints }) => {
  complaints.allow(/answer 401/);
  const simulator = Simulator.of(demo);
  await simulator.signInBefore(context, "agent");
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await bare(tab, demo);
    await start(tab, simulator.panel, { loginOptions: { disableAuthPopupAfterLogout: true } });
    await expect.poll(() => seen(tab, (seen) => Boolean(seen.agent))).toBe(true);
  }
  expect(await status(page, "Lunch")).toBe("done");
  await expect.poll(() => seen(other, (seen) => seen.agent.getState().name)).toBe("Lunch");
  await simulator.signOut("agent");
  for (const tab of [page, other]) await expect.poll(() => events(tab)).toContain("auth_fail");
});

test("goes wrong when it is told to", async ({ page, demo, context, complaints }) => {
  complaints.allow(/refused to connect|Framing|frame-ancestors|X-Frame/i, /request failed/);
  const simulator = Simulator.of(demo);
  await simulator.signInBefore(context, "agent");
  await simulator.turn({ no_microphone: true, claims: "admin", no_status: true });
  await bare(page, demo);
  await start(page, simulator.panel);
  await expect.poll(() => seen(page, (seen) => seen.agent?.getConfiguration().username)).toBe("admin");
  await expect.poll(() => events(page)).toContain("microphone_not_shared");
  expect(await status(page, "Available")).toContain("InternalServiceException");

  await simulator.turn({ access_denied: true });
  await expect.poll(() => events(page)).toContain("access_denied");

  await simulator.turn({ refused: true });
  await bare(page, demo);
  await start(page, simulator.panel, { ccpLoadTimeout: 1000 });
  await expect.poll(() => events(page)).toContain("ack_timeout");
  expect(await events(page)).not.toContain("init");
});

test("asks for its cookies where the browser keeps them from frames", async ({ page, context, complaints }) => {
  complaints.allow(/refused to connect|requestStorageAccess/i);
  const demo = await Demo.start(undefined, "--phone-elsewhere");
  try {
    const simulator = Simulator.of(demo, "thedarkside");
    await simulator.signInBefore(context, "agent");
    await simulator.turn({ cookies_blocked: true });
    await bare(page, demo);
    const storageAccess = { canRequest: true, mode: "custom", custom: { hideCCP: false } };
    await start(page, simulator.panel, { storageAccess });
    await answerForCookies(page, "denied", demo.url, simulator.url);
    const grant = page.frameLocator("iframe").getByRole("button", { name: "Grant access" });
    await grant.click();
    await expect(page.frameLocator("iframe").getByText("Your browser did not allow it.")).toBeVisible();
    expect(await events(page), "no timer runs before").toEqual([]);
    await answerForCookies(page, "granted", demo.url, simulator.url);
    await grant.click();
    await expect.poll(() => events(page)).toContain("init");
  } finally {
    await page.close();
    await demo.stop();
  }
});
