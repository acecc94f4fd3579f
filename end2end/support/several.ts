// Somebody with accounts of several companies, on a server of their own, and a second region beside it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type APIRequestContext, type BrowserContext, expect, request } from "@playwright/test";
import { freePort, Served } from "./callgate";
import { MailServer } from "./mail";

export const SECRET = "seven slow rivers at noon";
/** Asks for a code beside the password; the others do not. */
export const STRICT = "umbrella";

export const anna = (alias: string) => `anna@${alias}.example`;

/** A server with companies in each of which Anna has the account `anna`. */
export class Several {
  readonly mail = new MailServer();
  #folder = "";
  #served: Served | undefined;

  get url(): string {
    return this.served.url;
  }

  get served(): Served {
    if (!this.#served) throw new Error("not started");
    return this.#served;
  }

  static async start(aliases: string[], settings: Record<string, string> = {}): Promise<Several> {
    const several = new Several();
    several.#folder = await mkdtemp(join(tmpdir(), "callgate-end2end-"));
    await several.mail.start();
    const port = await freePort();
    const served = new Served(`http://127.0.0.1:${port}`, {
      CALLGATE_LISTEN: `127.0.0.1:${port}`,
      CALLGATE_DATA_DIR: several.#folder,
      CALLGATE_SMTP_URL: several.mail.url,
      CALLGATE_MAIL_FROM: "Callgate <callgate@callgate.example>",
      ...settings,
    });
    several.#served = served;
    for (const alias of aliases) {
      const name = alias.charAt(0).toUpperCase() + alias.slice(1);
      const demand = alias === STRICT ? "required" : "off";
      served.command(
        ...["company", "create", "--alias", alias, "--name", name, "--admin-email", `boss@${alias}.example`],
        ...["--second-factor", demand, "--help-name", "Help desk", "--help-phone", "4000"],
      );
    }
    await served.start();
    for (const alias of aliases) await several.#settle(alias);
    return several;
  }

  /** Anna's first day: her temporary password becomes her own. */
  async #settle(alias: string): Promise<void> {
    const told = this.served.command(
      ...["account", "create", "--company", alias, "--username", "anna", "--email", anna(alias)],
      ...["--name", "Anna Berg", "--role", "agent", "--temporary-password"],
    );
    const password = /^ {4}(\S+)$/m.exec(told)?.[1];
    const api = await request.newContext({ baseURL: this.url });
    let step = await post(api, `companies/${alias}/sign-in`, { account: "anna", password });
    step = await post(api, "sign-in/password", { attempt: step.attempt, password: SECRET });
    if (step.step === "code") {
      const code = await this.mail.code(anna(alias));
      step = await post(api, "sign-in/code", { attempt: step.attempt, code });
      step = await post(api, "sign-in/setup", { attempt: step.attempt, method: "email" });
      const [first] = step.part.codes;
      step = await post(api, "sign-in/setup/confirm", { attempt: step.attempt, code: first });
    }
    expect(step.step).toBe("signed_in");
    await api.dispose();
  }

  /** Signs Anna in with her password alone, which is enough but for the strict company. */
  async signIn(context: BrowserContext, alias: string): Promise<void> {
    const step = await post(context.request, `${this.url}/api/v1/companies/${alias}/sign-in`, {
      account: "anna",
      password: SECRET,
    });
    expect(step.step).toBe("signed_in");
  }

  /** Connects Anna's account there with the one that is signed in. */
  async connect(context: BrowserContext, alias: string): Promise<void> {
    const typed = { company: alias, account: "anna", password: SECRET };
    const step = await post(context.request, `${this.url}/api/v1/person/companies`, typed);
    expect(step.step).toBe("signed_in");
  }

  async stop(): Promise<void> {
    await this.#served?.stop();
    await this.mail.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

// biome-ignore lint/suspicious/noExplicitAny: an answer of any step
async function post(api: APIRequestContext, path: string, data: unknown): Promise<any> {
  const address = path.startsWith("http") ? path : `/api/v1/${path}`;
  const answer = await api.post(address, { data: data as object });
  expect(answer.status(), await answer.text()).toBe(200);
  return answer.json();
}
