// Drafts are saved while people type.

const SAVE_AFTER = 2500; // milliseconds without typing

/** Saves the draft a moment after the last change; typed text never waits for a button. */
export class Saver {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-saved]");
    this.busy = false;
    this.again = false;
    this.stopped = false;
    form.addEventListener("submit", () => {
      this.stopped = true;
      clearTimeout(this.timer);
    });
  }

  soon() {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SAVE_AFTER);
  }

  async save() {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    this.say("saving");
    try {
      await this.send();
    } catch {
      this.say("failed");
      this.soon();
    }
    this.busy = false;
    if (this.again) {
      this.again = false;
      this.soon();
    }
  }

  async send() {
    const body = new FormData(this.form);
    // Files go with the next step; sending them again and again would cost the phone dear.
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    body.append("_autosave", "1");
    const response = await fetch(this.form.action, {
      method: "POST",
      body,
      credentials: "same-origin",
      headers: { Accept: "application/json" },
    });
    if (response.status === 409) {
      this.stopped = true;
      this.say("conflict");
      return;
    }
    if (!response.ok) throw new Error(String(response.status));
    const saved = await response.json();
    this.form.elements.row_version.value = saved.row_version;
    this.form.elements.seen.value = saved.seen;
    this.say("saved");
    // What the server works out by itself; while rows move, it speaks of those of before.
    if (saved.given && !this.again) {
      this.form.dispatchEvent(new CustomEvent("answered", { detail: saved.given }));
    }
  }

  say(what) {
    const time = new Date().toTimeString().slice(0, 5);
    const text = this.form.dataset[`says${what[0].toUpperCase()}${what.slice(1)}`];
    this.status.textContent = what === "saved" ? `${text} ${time}` : text;
  }
}
