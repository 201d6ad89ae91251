/* The rows of a section, light until they come near the window.

   Wagtail draws about 170 elements for a row. Here a row is first its hidden inputs and a
   line of text; it becomes Wagtail's own block when it is scrolled to, focused, wrong or
   asked for by `dayaqRows.full(element)`. A form is thus sent whole, whatever was drawn. */
(() => {
  const { StreamBlock, StreamBlockDefinition } = window.wagtailStreamField.blocks;
  const CHILD = "[data-streamfield-child]";
  const STREAM = "[data-streamfield-stream-container]";
  const MARGIN = "800px 0px"; // drawn before they are seen
  const SLICE = 12; // milliseconds of drawing between two frames
  let atOnce = 12; // rows of a page that are drawn without waiting to be seen

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  const plain = (value) => (Array.isArray(value) ? value[0] : value) ?? "";
  const hidden = (name, value) => make("input", { type: "hidden", name, value });

  /* What stands for Wagtail's StreamChild until the row is drawn. */
  class LightRow {
    constructor(sequence, definition, place, prefix, index, id, state) {
      Object.assign(this, { sequence, definition, prefix, index, id, state, type: definition.name });
      this.order = hidden(`${prefix}-order`, index);
      this.inputs = new Map();
      for (const [name, value] of Object.entries(state ?? {})) {
        if (value !== false) this.inputs.set(name, hidden(`${prefix}-value-${name}`, value === true ? "on" : plain(value)));
      }
      this.element = make("div", { "data-streamfield-child": "", "data-contentpath": id ?? "", class: "dayaq-light" },
        hidden(`${prefix}-deleted`, ""), this.order, hidden(`${prefix}-type`, this.type), hidden(`${prefix}-id`, id ?? ""),
        ...this.inputs.values(), make("p", { class: "dayaq-light__text" }, this.getTextLabel() ?? definition.meta.label));
      this.element.dayaqLight = this;
      place.replaceWith(this.element);
      nearby.observe(this.element);
    }

    /* Other scripts write into the inputs (a free code), so texts are read from there. */
    getState() {
      const value = this.state && Object.fromEntries(Object.entries(this.state).map(([name, one]) =>
        [name, typeof one === "string" ? this.inputs.get(name).value : one]));
      return { type: this.type, value, id: this.id ?? null };
    }

    getValue() {
      return this.getState();
    }

    getDuplicatedState() {
      return { ...this.getState(), id: crypto.randomUUID() };
    }

    getTextLabel() {
      return this.state ? [this.state.code, this.state.label_az].filter(Boolean).join(": ") : null;
    }

    setIndex(index) {
      this.index = index;
      this.order.value = index;
    }

    /* Wagtail's own block in the place of this one. */
    full() {
      nearby.unobserve(this.element);
      const { sequence, index } = this;
      const place = document.createElement("div");
      const { dayaqDepth } = this.element.dataset;
      const { value } = this.getState();
      this.element.replaceWith(place);
      const child = StreamBlock.prototype._createChild.call(
        sequence, this.definition, place, this.prefix, index, this.id, value, sequence, {});
      sequence.children[index] = child;
      if (dayaqDepth) child.element.dataset.dayaqDepth = dayaqDepth;
      if (index > 0) child.enableMoveUp();
      if (index < sequence.children.length - 1) child.enableMoveDown();
      return child;
    }

    setError(error) {
      if (error) this.full().setError(error);
    }

    setState(state) {
      this.full().setState(state);
    }

    markDeleted(options) {
      this.full().markDeleted(options);
    }

    focus(options) {
      this.full().focus(options);
    }

    collapse() {}

    enableMoveUp() {}

    disableMoveUp() {}

    enableMoveDown() {}

    disableMoveDown() {}
  }

  /* The “+” between two rows; its menu is made when it is first asked for. */
  class LightInserter {
    constructor(sequence, place, { index, onRequestInsert }) {
      Object.assign(this, { sequence, index, onRequestInsert });
      this.element = sequence.inserters[0].element.cloneNode(true);
      this.element.querySelector("button").addEventListener("click", () => this.open());
      place.replaceWith(this.element);
    }

    open() {
      const place = document.createElement("div");
      this.element.replaceWith(place);
      const options = { index: this.index, onRequestInsert: this.onRequestInsert };
      const real = StreamBlock.prototype._createInsertionControl.call(this.sequence, place, options);
      this.sequence.inserters[this.index] = real;
      const button = real.element.querySelector("button");
      button.focus();
      button.click();
    }

    setIndex(index) {
      this.index = index;
    }

    delete() {
      this.element.remove();
    }
  }

  class FieldsBlock extends StreamBlock {
    constructor(...given) {
      super(...given); // calls setState, so what is below is not there yet
      this.container[0].dayaqStream = this;
    }

    setState(rows) {
      this.isFilling = true;
      super.setState(rows);
      this.isFilling = false;
      this.blockCountChanged();
    }

    blockCountChanged() {
      if (!this.isFilling) super.blockCountChanged();
    }

    /* A group or repeat comes with its end and a question inside. */
    _onRequestInsert(index, options) {
      super._onRequestInsert(index, options);
      if (!options.type?.startsWith("begin_")) return;
      ["question", "end"].forEach((type, place) => {
        const [definition, state, id] = this._getChildDataForInsertion({ type });
        this._insert(definition, state, id, index + 1 + place, {});
      });
    }

    _createChild(definition, place, prefix, index, id, state, ...more) {
      const isLight = this.isFilling && (atOnce -= 1) < 0;
      if (isLight) return new LightRow(this, definition, place, prefix, index, id, state);
      return super._createChild(definition, place, prefix, index, id, state, ...more);
    }

    _createInsertionControl(place, options) {
      if (this.isFilling && this.inserters?.length) return new LightInserter(this, place, options);
      return super._createInsertionControl(place, options);
    }
  }

  /* Sections are drawn by Wagtail; they are only found from their elements. */
  class SectionsBlock extends StreamBlock {
    constructor(...given) {
      super(...given);
      this.container[0].dayaqStream = this;
      this.container[0].classList.add("dayaq-sections");
    }
  }

  class SectionsBlockDefinition extends StreamBlockDefinition {
    render(place, prefix, state, error) {
      return new SectionsBlock(this, place, prefix, state, error);
    }
  }

  class FieldsBlockDefinition extends StreamBlockDefinition {
    render(place, prefix, state, error) {
      return new FieldsBlock(this, place, prefix, state, error);
    }
  }

  window.telepath.register("forms_builder.FieldsBlock", FieldsBlockDefinition);
  window.telepath.register("forms_builder.SectionsBlock", SectionsBlockDefinition);

  /* Drawing what comes near, a few rows between two frames. */
  const wanted = new Set();
  const draw = () => {
    const start = performance.now();
    for (const element of wanted) {
      wanted.delete(element);
      if (element.isConnected) element.dayaqLight.full();
      if (performance.now() - start > SLICE) break;
    }
    if (wanted.size) requestAnimationFrame(draw);
  };
  const nearby = new IntersectionObserver((entries) => {
    const before = wanted.size;
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) wanted.add(target);
      else wanted.delete(target);
    }
    if (wanted.size && !before) requestAnimationFrame(draw);
  }, { rootMargin: MARGIN });

  const streamOf = (row) => row.parentElement.closest(STREAM)?.parentElement.dayaqStream;
  const childOf = (row) => streamOf(row)?.children.find(({ element }) => element === row);

  /* The row as Wagtail's block; `row` is its element, light or not. */
  const full = (row) => row.dayaqLight?.full().element ?? row;

  /* A new row of `type` after `row`, drawn and in place when this returns its element. */
  const insertAfter = (row, type) => {
    const stream = streamOf(row);
    const [definition, state, id] = stream._getChildDataForInsertion({ type });
    return stream._insert(definition, state, id, childOf(row).index + 1, { collapsed: false }).element;
  };

  /* The same at the beginning of the stream inside `box`. */
  const insertFirst = (box, type) => {
    const stream = box.querySelector(STREAM).parentElement.dayaqStream;
    const [definition, state, id] = stream._getChildDataForInsertion({ type });
    return stream._insert(definition, state, id, 0, {}).element;
  };

  /* Moves `row` by `steps`; false at the ends. */
  const move = (row, steps) => {
    const stream = streamOf(row);
    const from = childOf(row).index;
    const to = from + steps;
    if (to < 0 || to >= stream.children.length) return false;
    stream.moveBlock(from, to);
    return true;
  };

  window.dayaqRows = { CHILD, full, insertAfter, insertFirst, move };
})();
