// The server restarts while an agent sits at the desk: their phone is Amazon Connect's, and so is their status.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "@playwright/test";
import { Demo, freePort, PASSWORD, Served } from "./support/callgate";
import { present, status } from "./support/first-minute";
import { MailServer } from "./support/mail";
import { HEARING, launched, Simulator } from "./support/phone";
import { alive, expect, test } from "./support/test";

test.use({ ears: launched(HEARING) });

test("a restart is a short banner and nothing else", async ({ context, page, complaints }) => {
  complaints.allow(/request failed/, /ERR_CONNECTION_REFUSED/, /answer 5\d\d/);
  test.setTimeout(120_000);
  const folder = await mkdtemp(join(tmpdir(), "callgate-end2end-"));
  const mail = new MailServer();
  await mail.start();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const demo = await Demo.start(undefined, "--phone-for", url);
  const there = Simulator.of(demo);
  const server = new Served(url, {
    CALLGATE_LISTEN: `127.0.0.1:${port}`,
    CALLGATE_DATA_DIR: folder,
    CALLGATE_SMTP_URL: mail.url,
    CALLGATE_MAIL_FROM: "Callgate <callgate@callgate.example>",
    CALLGATE_CCP_HOSTS: new URL(demo.phones).host,
  });
  try {
    server.command(
      ...["company", "create", "--alias", "initech", "--name", "Initech", "--admin-email", "boss@initech.example"],
      ...["--second-factor", "off", "--amazon-connect", there.panel],
    );
    await server.start();
    const token = async (email: string) => {
      const letter = await mail.wait(email, /./);
      return new URL(/http:\/\/\S+\/invitation\S+/.exec(letter.text)?.[0] as string).searchParams.get("token");
    };
    const boss = await request.newContext({ baseURL: url, extraHTTPHeaders: { origin: url } });
    const entered = { token: await token("boss@initech.example"), password: PASSWORD };
    expect((await boss.post("/api/v1/invitations/accept", { data: entered })).status()).toBe(200);
    const agent = { name: "Dean Dextr", email: "agent@initech.example", roles: ["agent"], phone: "softphone", invite: true };
    const made = await boss.post("/api/v1/users", { data: agent });
    expect(made.status(), await made.text()).toBe(201);
    const { user } = await made.json();
    // Whoever never came in by Secure Login is nobody there as long as nobody says so.
    const named = await boss.put(`/api/v1/users/${user.id}/phone-username`, { data: { phone_username: "agent" } });
    expect(named.ok(), await named.text()).toBe(true);
    await boss.dispose();
    const accepted = await context.request.post(`${url}/api/v1/invitations/accept`, {
      headers: { origin: url },
      data: { token: await token(agent.email), password: PASSWORD },
    });
    expect((await accepted.json()).step).toBe("signed_in");

    await context.grantPermissions(["microphone"], { origin: url });
    await there.signInBefore(context, "agent");
    await page.goto(`${url}/initech/desk`);
    await alive(page);
    await status(page, "Available").click();
    await there.sees("agent", "Available");

    const banner = page.getByText(/You are offline|No connection/).first();
    await server.stop();
    await expect(banner).toBeVisible({ timeout: 60_000 });
    expect((await there.agent("agent")).status, "while nobody answers").toBe("Available");
    await server.start();
    await expect(banner).toBeHidden({ timeout: 60_000 });
    await expect(present(page)).toContainText("Available");
    expect((await there.agent("agent")).status).toBe("Available");
    await there.ring("agent");
    await page.getByRole("button", { name: "Accept", exact: true }).click();
    await there.sees("agent", "Busy");
  } finally {
    await server.stop();
    await demo.stop();
    await mail.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
