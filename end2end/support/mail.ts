// A real mail server that keeps what it gets.
import type { AddressInfo } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
}

export class MailServer {
  #server: SMTPServer | undefined;
  #port = 0;
  #mails: Mail[] = [];
  #waiting = new Set<() => void>();

  /** The address for `--smtp-url`; the same after a stop and a new start. */
  get url(): string {
    return `smtp://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      disableReverseLookup: true,
      // One that hangs on a closing would hold up the tests.
      closeTimeout: 500,
      onData: (stream, session, done) => {
        simpleParser(stream).then((mail: ParsedMail) => {
          for (const { address } of session.envelope.rcptTo) {
            this.#mails.push({
              to: address,
              subject: mail.subject ?? "",
              text: mail.text ?? "",
              html: mail.html || "",
            });
          }
          done();
          for (const wake of this.#waiting) wake();
        }, done);
      },
    });
    // Clients that vanish, such as a server that was killed, are no fault of ours.
    server.on("error", () => {});
    await new Promise<void>((started) => server.listen(this.#port, "127.0.0.1", () => started()));
    this.#port = (server.server.address() as AddressInfo).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server) await new Promise<void>((stopped) => server.close(() => stopped()));
  }

  /** Everything that came for an address, oldest first. */
  all(to: string): Mail[] {
    return this.#mails.filter((mail) => mail.to === to);
  }

  /** The mail with this number, counted from 1, among those for an address whose subject fits. */
  async wait(to: string, subject: RegExp, number = 1, timeout = 15_000): Promise<Mail> {
    const found = () => this.all(to).filter((mail) => subject.test(mail.subject))[number - 1];
    const mail = found();
    if (mail) return mail;
    return new Promise((resolve, reject) => {
      const look = () => {
        const mail = found();
        if (!mail) return;
        clearTimeout(late);
        this.#waiting.delete(look);
        resolve(mail);
      };
      const late = setTimeout(() => {
        this.#waiting.delete(look);
        const got = this.all(to).map((mail) => mail.subject);
        reject(new Error(`no mail ${number} for ${to} about ${subject}; there are: ${JSON.stringify(got)}`));
      }, timeout);
      this.#waiting.add(look);
    });
  }

  /** The first mail to anybody whose subject fits; it must have come. */
  first(subject: RegExp): Mail {
    const mail = this.#mails.find((mail) => subject.test(mail.subject));
    if (!mail) throw new Error(`no mail about ${subject}`);
    return mail;
  }

  /** The six digits of the code mail with this number, in whatever language. */
  async code(to: string, number = 1, timeout?: number): Promise<string> {
    const mail = await this.wait(to, /sign-in code|Anmeldecode|Code/i, number, timeout);
    const digits = /^\s*(\d{6})\s*$/m.exec(mail.text);
    if (!digits?.[1]) throw new Error(`no six digits in:\n${mail.text}`);
    return digits[1];
  }
}
