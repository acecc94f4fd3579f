// A mail server for tests: takes mails as any other would and tells on standard output what came.
// The local part of the recipient chooses what goes wrong:
//   nobody  is refused for good
//   full    is refused for now
//   slow    is answered only once a line arrives on standard input
// It ends with its standard input, so it never outlives the test.
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";

const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const refusal = (responseCode) => Object.assign(new Error("Mailbox trouble"), { responseCode });
const refused = { nobody: refusal(550), full: refusal(452) };
const held = [];

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS"],
  disableReverseLookup: true,
  onRcptTo: ({ address }, session, done) => done(refused[address.split("@")[0]]),
  onData: async (stream, session, done) => {
    const source = await text(stream);
    const [{ address: to }] = session.envelope.rcptTo;
    if (to.startsWith("slow@")) {
      say({ held: { to } });
      await new Promise((release) => held.push(release));
    }
    say({ arrived: { to, source } });
    done();
  },
});

server.on("error", (error) => say({ error: { message: error.message } }));
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => say({ listening: server.server.address().port }));
createInterface({ input: process.stdin })
  .on("line", () => held.splice(0).forEach((release) => release()))
  .on("close", () => process.exit());
