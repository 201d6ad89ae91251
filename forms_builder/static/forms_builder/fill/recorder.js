// Recording sound or a film in the page. What is recorded becomes the file of the input, which
// stays for those who have a recording already or whose browser cannot record.

import { aidFor } from "./aid.js";

// `longest` in seconds: both end at about 14 MB.
const MEDIA = {
  audio: {
    kinds: ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"],
    wants: { audio: true },
    quality: { audioBitsPerSecond: 32000 },
    longest: 60 * 60,
  },
  video: {
    kinds: ["video/webm;codecs=vp8,opus", "video/mp4"],
    wants: { audio: true, video: { facingMode: "environment", height: { ideal: 480 } } },
    quality: { audioBitsPerSecond: 32000, videoBitsPerSecond: 600000 },
    longest: 3 * 60,
  },
};
const SUFFIX = { "audio/mp4": "m4a", "audio/ogg": "ogg", "video/mp4": "mp4" };

export function addRecorders(form) {
  for (const input of form.querySelectorAll("input[data-recorder]")) addRecorder(input);
}

function addRecorder(input) {
  if (!("MediaRecorder" in window) || !navigator.mediaDevices?.getUserMedia) {
    if (input.dataset.recorder === "audio") input.setAttribute("capture", "user"); // a phone opens its own
    return;
  }
  const aid = aidFor(input, input.dataset.saysRecord, "recorder");
  if (!aid) return;
  input.before(aid.box);
  const work = new Recording(input, aid);
  aid.button.addEventListener("click", () => work.press());
}

class Recording {
  constructor(input, { box, button, status }) {
    Object.assign(this, { input, box, button, status, recorder: null });
    this.medium = input.dataset.recorder;
    this.media = MEDIA[this.medium];
  }

  async press() {
    if (this.recorder) {
      this.recorder.stop();
      return;
    }
    this.button.disabled = true;
    try {
      this.begin(await navigator.mediaDevices.getUserMedia(this.media.wants));
    } catch {
      this.status.textContent = this.input.dataset.saysDenied;
    }
    this.button.disabled = false;
  }

  begin(stream) {
    const mimeType = this.media.kinds.find((kind) => MediaRecorder.isTypeSupported(kind));
    const parts = [];
    this.recorder = new MediaRecorder(stream, { mimeType, ...this.media.quality });
    this.recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    this.recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      this.finish(parts);
    });
    this.recorder.start(1000);
    this.button.textContent = this.input.dataset.saysStop;
    this.status.textContent = this.input.dataset.saysRecording;
    if (this.medium === "video") this.preview(stream);
    this.longest = setTimeout(() => this.recorder?.stop(), this.media.longest * 1000);
  }

  finish(parts) {
    clearTimeout(this.longest);
    const kind = (this.recorder.mimeType || `${this.medium}/webm`).split(";")[0];
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

  /** What the camera sees while it records; silent, or it would hear itself. */
  preview(stream) {
    const player = this.player();
    Object.assign(player, { srcObject: stream, muted: true, controls: false });
    player.play().catch(() => {});
  }

  play(file) {
    const player = this.player();
    Object.assign(player, { srcObject: null, muted: false, controls: true });
    player.src = URL.createObjectURL(file);
  }

  player() {
    let player = this.box.querySelector(this.medium);
    if (player?.src) URL.revokeObjectURL(player.src);
    if (player) return player;
    player = document.createElement(this.medium);
    player.playsInline = true;
    player.setAttribute("aria-label", this.input.dataset.saysListen);
    this.box.append(player);
    return player;
  }
}
