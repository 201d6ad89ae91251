// Recording sound in the page. What is recorded becomes the file of the input, which stays for
// those who have a recording already or whose browser cannot record.

const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const SUFFIX = { "audio/webm": "webm", "audio/mp4": "m4a", "audio/ogg": "ogg" };
const BITS_A_SECOND = 32000;
const LONGEST = 60 * 60; // seconds; about 14 MB

export function addRecorders(form) {
  for (const input of form.querySelectorAll("input[data-recorder]")) addRecorder(input);
}

function addRecorder(input) {
  if ("ready" in input.dataset) return;
  input.dataset.ready = "";
  if (!("MediaRecorder" in window) || !navigator.mediaDevices?.getUserMedia) {
    input.setAttribute("capture", "user"); // a phone opens its own recorder
    return;
  }
  const box = document.createElement("div");
  box.className = "cluster recorder";
  box.dataset.aid = "";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--small";
  button.textContent = input.dataset.saysRecord;
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  box.append(button, status);
  input.before(box);
  const work = new Recording(input, box, button, status);
  button.addEventListener("click", () => work.press());
}

class Recording {
  constructor(input, box, button, status) {
    Object.assign(this, { input, box, button, status, recorder: null });
  }

  async press() {
    if (this.recorder) {
      this.recorder.stop();
      return;
    }
    this.button.disabled = true;
    try {
      this.begin(await navigator.mediaDevices.getUserMedia({ audio: true }));
    } catch {
      this.status.textContent = this.input.dataset.saysDenied;
    }
    this.button.disabled = false;
  }

  begin(stream) {
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    const parts = [];
    this.recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS_A_SECOND });
    this.recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    this.recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      this.finish(parts);
    });
    this.recorder.start(1000);
    this.button.textContent = this.input.dataset.saysStop;
    this.status.textContent = this.input.dataset.saysRecording;
    this.longest = setTimeout(() => this.recorder?.stop(), LONGEST * 1000);
  }

  finish(parts) {
    clearTimeout(this.longest);
    const kind = (this.recorder.mimeType || "audio/webm").split(";")[0];
    this.recorder = null;
    this.button.textContent = this.input.dataset.saysRecord;
    this.status.textContent = this.input.dataset.saysDone;
    const name = `${new Date().toISOString().slice(0, 16).replace(/[T:]/g, "-")}.${SUFFIX[kind] ?? "webm"}`;
    const file = new File(parts, name, { type: kind });
    const files = new DataTransfer();
    files.items.add(file);
    this.input.files = files.files;
    this.play(file);
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  play(file) {
    let player = this.box.querySelector("audio");
    if (player) URL.revokeObjectURL(player.src);
    else {
      player = document.createElement("audio");
      player.controls = true;
      player.setAttribute("aria-label", this.input.dataset.saysListen);
      this.box.append(player);
    }
    player.src = URL.createObjectURL(file);
  }
}
