// What Amazon Connect's library finds in the frame: answers to its messages, news of the agent. Built from the library's
// own source; sound is not simulated. In a window of its own this page only shows and changes the agent's status.
const instance = document.querySelector("main").dataset.instance;
const framed = window.parent !== window;
const page = (event, data) => framed && window.parent.postMessage({ event, data }, "*");
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const at = (id) => document.getElementById(id);

/** The library wants dates where the server says milliseconds. */
const TIMES = new Set(["timestamp", "startTimestamp", "queueTimestamp", "snapshotTimestamp", "localTimestamp", "timeStamp"]);
const dated = (value) => {
  if (Array.isArray(value)) return value.map(dated);
  if (value === null || typeof value !== "object") return value;
  const pairs = Object.entries(value).map(([key, inner]) => [key, TIMES.has(key) ? new Date(inner) : dated(inner)]);
  return Object.fromEntries(pairs);
};

let known; // the last news
let told = false; // whether the page was told of the agent
let configured = false; // whether the page has said how it wants this frame
let softphone = false; // whether the page lets this frame take the sound
let rang; // the contact for which the microphone was asked

async function ask(method, params) {
  try {
    const answer = await fetch(`/${instance}/ask`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ method, params, framed }),
    });
    return await answer.json();
  } catch {
    return { err: JSON.stringify({ type: "NetworkError", message: "Amazon Connect cannot be reached" }) };
  }
}

/** Asks for the microphone as the real frame does: once it may, and again for each call. */
async function listen() {
  if (!softphone || !known?.update.configuration.softphoneEnabled) return;
  let why = known.noMicrophone ? "the simulator gives none" : "";
  if (!why) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      for (const track of stream.getTracks()) track.stop();
    } catch (error) {
      why = `${error.name}: ${error.message}`;
    }
  }
  at("microphone").textContent = why ? "No microphone" : "Microphone ready";
  await ask("heard", { hears: !why });
  if (why) {
    const error = { errorType: "microphone_not_shared", errorMessage: why, endPointUrl: "" };
    page("agent::softphone_error", error);
  }
}

/** Tells the page how the agent is. */
function tell() {
  if (!known || known.dead) return;
  if (known.accessDenied) return page("access_denied");
  page("update_connected_ccps", { length: known.browsers });
  page("agent::update", dated(known.update));
  if (!told) listen();
  told = true;
  const ringing = known.update.snapshot.contacts.find(({ state }) => state.type === "connecting");
  if (ringing && ringing.contactId !== rang) {
    rang = ringing.contactId;
    listen();
  }
}

const answers = {
  synchronize: () => page("acknowledge"),
  outer_context_info: tell,
  reload_agent_configuration: () => told && tell(),
  broadcast: (data) => ask("broadcast", data),
  terminate: () => fetch(`/${instance}/logout`, { method: "POST", redirect: "manual" }).catch(() => undefined),
  configure(data) {
    const before = softphone;
    configured = true;
    softphone = data?.softphone?.allowFramedSoftphone ?? false;
    if (softphone && !before && told) listen();
  },
  async api_request({ requestId, method, params }) {
    const { data, err } = await ask(method, params);
    page("api_response", { event: "api_response", requestId, data: data ?? {}, err: err ?? null });
  },
  master_request({ requestId, params }) {
    const data = { masterId: id, topic: params.topic, isMaster: true };
    page("master_response", { event: "master_response", requestId, data });
  },
  async media_device_request() {
    try {
      const devices = await navigator.mediaDevices.enumerateDevices();
      page("media_device_response", devices.map((device) => device.toJSON()));
    } catch (error) {
      page("media_device_response", { error: String(error) });
    }
  },
};

window.addEventListener("message", ({ source, data }) => {
  if (source !== window.parent || known?.dead) return;
  answers[data?.event]?.(data.data);
});

/** The frame's own controls: the agent may work here too. */
function show() {
  const { configuration, snapshot } = known.update;
  const states = configuration.agentStates.map(({ name }) => name);
  const present = snapshot.state.name;
  const names = states.includes(present) ? states : [present, ...states];
  at("status").replaceChildren(...names.map((name) => new Option(name, name, name === present, name === present)));
  const [contact] = snapshot.contacts;
  const number = contact?.connections[1].endpoint.phoneNumber;
  at("contact").textContent = contact ? `${contact.state.type}: ${number}` : "";
  const buttons = [];
  const button = (word, method, params) => {
    const made = document.createElement("button");
    made.textContent = word;
    made.addEventListener("click", () => ask(method, { contactId: contact.contactId, ...params }));
    buttons.push(made);
  };
  if (contact?.state.type === "connecting" && contact.initiationMethod === "inbound") {
    button("Accept call", "acceptContact");
    button("Reject call", "rejectContact");
  } else if (["connecting", "connected"].includes(contact?.state.type)) {
    button("End call", "destroyConnection", { connectionId: contact.contactId });
  } else if (contact) {
    button("Close contact", "clearContact");
  }
  at("buttons").replaceChildren(...buttons);
}

at("status").addEventListener("change", ({ target }) => {
  const enqueueNextState = known.update.snapshot.contacts.length > 0;
  ask("putAgentState", { state: { name: target.value }, enqueueNextState });
});

/** What changed since; ends when the person is signed out. */
async function news() {
  const query = known ? { version: known.version, told: known.told, framed } : { framed };
  const answer = await fetch(`/${instance}/news?${new URLSearchParams(query)}`, { cache: "no-store" });
  if (answer.status === 401) return (await answer.json()).how;
  if (!answer.ok) throw new Error(`answer ${answer.status}`);
  const fresh = await answer.json();
  const changed = fresh.version !== known?.version;
  known = fresh;
  for (const { event, data } of known.broadcasts) if (!known.dead) page(event, data);
  show();
  if (changed && told) tell();
}

async function follow() {
  for (;;) {
    try {
      const how = await news();
      if (!how) continue;
      page(how);
      // The login page takes its place; it refuses frames.
      return window.location.reload();
    } catch {
      await wait(1000);
    }
  }
}

const id = crypto.randomUUID();
await news().catch(() => undefined);
if (known?.slow) await wait(known.slow * 1000);
if (known && !known.dead) {
  page("acknowledge", { id });
  // The page's library says how it wants a frame to the first one only; one that was loaded anew asks, as the real one does.
  setTimeout(() => {
    if (!configured) page("request_configure");
    if (!told) tell();
  }, 1000);
}
follow();
