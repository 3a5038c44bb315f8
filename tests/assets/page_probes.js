// What tests ask of the page: an object of functions, each evaluated in the page by its name (tests/assets/browser.py).
({
  /** Choose a view, and wait until the result stands in it, painted: the first frame after it has passed. */
  async drawn(view) {
    const before = document.querySelector(".result figure");
    document.querySelector(`input[name=view][value=${view}]`).click();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    if (document.querySelector(".result figure") === before) throw new Error("nothing was drawn anew");
  },

  /** What has the focus, and whether that can be seen. */
  focus() {
    const one = document.activeElement;
    const marks = [one, one.closest(".level"), one.closest(".grows"), one.nextElementSibling].filter(Boolean).map((at) => getComputedStyle(at));
    const isMarked = marks.some((style) => style.outlineStyle !== "none" || style.borderBottomWidth === "2px");
    return [one.id || one.value || one.textContent, isMarked || one === document.body]; // where the tour begins anew
  },

  /** Which words, tags and labels of the drawings lie over one another, or outside. */
  overlapsInDrawings() {
    const found = [];
    for (const svg of document.querySelectorAll(".result svg")) {
      const parts = [...svg.querySelectorAll("rect, text:not(.form)")];
      const boxes = parts.filter((one) => one.textContent || one.tagName === "rect").map((one) => {
        const { x, y, width, height } = one.getBBox();
        const name = one.textContent || one.parentNode.querySelector(".form").textContent;
        return { name, left: x, right: x + width, top: y, bottom: y + height };
      });
      const [width, height] = [svg.width.baseVal.value, svg.height.baseVal.value];
      boxes.forEach((one, at) => {
        const { name, left, right, top, bottom } = one;
        if (left < -0.5 || top < -0.5 || right > width + 0.5 || bottom > height + 0.5) found.push(`${name} sticks out`);
        for (const other of boxes.slice(at + 1)) {
          const wide = Math.min(right, other.right) - Math.max(left, other.left);
          const high = Math.min(bottom, other.bottom) - Math.max(top, other.top);
          if (wide > 0.5 && high > 0.5) found.push(`${name} and ${other.name}`);
        }
      });
    }
    return found;
  },

  /** Per drawing: how many words and arcs there are, and what does not end, point or stand at the centre of its word. */
  arcs() {
    return [...document.querySelectorAll(".result svg")].map((svg) => {
      const words = [...svg.querySelectorAll(".word rect")].map((rect) => rect.getBBox());
      const down = words.length > 1 && words[1].y > words[0].y;
      const middle = (box) => (down ? box.y + box.height / 2 : box.x + box.width / 2);
      const mirrored = svg.parentElement.dir === "rtl";
      const off = [];
      for (const arc of svg.querySelectorAll(".arc")) {
        const path = arc.querySelector("path");
        const { head, at } = arc.dataset;
        const ends = [[at, path.getPointAtLength(path.getTotalLength())]];
        if (head !== undefined) ends.push([head, path.getPointAtLength(0)]);
        for (const [word, { x, y }] of ends) {
          const { x: left, y: upper, width } = words[word];
          const gap = down ? (mirrored ? x - left - width : left - x) : upper - y;
          const aside = Math.abs((down ? y : x) - middle(words[word]));
          if (aside > 0.5 || gap < 0 || gap > 6) off.push(`${arc.textContent} at ${word}`);
        }
        const tip = arc.querySelector(".tip").getBBox();
        if (Math.abs(middle(tip) - middle(words[at])) > 0.5) off.push(`${arc.textContent}: its arrow`);
      }
      for (const form of down ? [] : svg.querySelectorAll(".form")) {
        const aside = Math.abs(middle(form.getBBox()) - middle(words[form.parentNode.dataset.at]));
        if (aside > 1) off.push(`${form.textContent} is not in its middle`);
      }
      return { words: words.length, arcs: svg.querySelectorAll(".arc").length, off };
    });
  },

  /** Per drawing: where its words begin and end, in reading order, and whether their letters stand as they are read. */
  words() {
    return [...document.querySelectorAll(".result svg")].map((svg) => [...svg.querySelectorAll(".word")].map((word) => {
      const box = word.querySelector("rect").getBBox();
      const form = word.querySelector(".form");
      const last = form.getNumberOfChars() - 1;
      const [from, to] = [form.getStartPositionOfChar(0).x, form.getEndPositionOfChar(last).x];
      return { text: form.textContent, left: box.x, right: box.x + box.width, top: box.y, runs: from <= to ? "ltr" : "rtl" };
    }));
  },

  /** The ends of the brackets, in the order of the spans. */
  brackets() {
    return [...document.querySelectorAll(".result .span path")].map((path) => {
      const { x, width } = path.getBBox();
      return [x, x + width];
    });
  },

  /** How the drawing that is too wide shows it: sides that fade, height of its bar, whether the keyboard reaches it. */
  edges(selector) {
    const box = document.querySelector(selector);
    const fades = ["before", "after"].map((side) => getComputedStyle(box.parentElement, `::${side}`).opacity);
    return { more: box.dataset.more, fades, bar: box.offsetHeight - box.clientHeight, reached: box.tabIndex === 0 };
  },

  /** Whether a field shows all of its text, how many lines it is high, and what its top line is cut by when it is scrolled. */
  field(selector) {
    const field = document.querySelector(selector);
    const isWhole = field.scrollHeight <= field.clientHeight;
    field.scrollTop = field.scrollHeight;
    const cut = field.scrollTop % 29;
    field.scrollTop = 0;
    return { isWhole, lines: field.clientHeight / 29, cut };
  },

  /** Which parts of the page lie over one another, or leave it to the right. */
  overlapsOnThePage() {
    const names = `h1 span, .masthead p, [role=tab], textarea, .field, legend:not(.unseen), .level, .go, .examples button,
      .alert p, .alert button, .alert input, .status, .legend li, .view span, summary, .code h3, .code button, pre, .big,
      h2, .tick, .class, .track, .number, footer p, figure, .verdict, .more`;
    const seen = [...document.querySelectorAll(names)].filter((one) => one.checkVisibility() && one.offsetWidth !== 0);
    const found = document.documentElement.scrollWidth > innerWidth ? ["the page scrolls sideways"] : [];
    seen.forEach((one, at) => {
      const box = one.getBoundingClientRect();
      if (box.right > innerWidth + 0.5) found.push(`${one.className || one.tagName} sticks out`);
      for (const other of seen.slice(at + 1)) {
        const its = other.getBoundingClientRect();
        const wide = Math.min(box.right, its.right) - Math.max(box.left, its.left);
        const high = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
        const within = one.contains(other) || other.contains(one);
        const names = [one, other].map((part) => part.className || part.tagName).join(" and ");
        if (!within && wide > 1 && high > 1) found.push(names);
      }
    });
    return found;
  },

  /** The contrast of all visible text and of the lines that mean something: WCAG 2.2 AA asks 4.5, of large ones 3. */
  contrasts() {
    const parse = (colour) => colour.match(/[\d.]+/g).map(Number);
    const linear = (c) => (c <= 10.31475 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
    const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    const behind = (one) => {
      for (let at = one; at; at = at.parentElement) {
        const colour = parse(getComputedStyle(at).backgroundColor);
        if (!(at instanceof SVGElement) && (colour[3] ?? 1) === 1) return colour;
      }
      return [255, 255, 255];
    };
    const measured = [];
    const note = (what, colour, ground, needed) => {
      const [dark, bright] = [light(parse(colour)), light(ground)].sort((a, b) => a - b);
      const ratio = (bright + 0.05) / (dark + 0.05);
      measured.push({ what, ratio: Math.round(100 * ratio) / 100, enough: ratio >= needed });
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const one = walker.currentNode.parentElement;
      const words = walker.currentNode.data.trim();
      if (!words || !one.checkVisibility() || one.closest("noscript, .unseen")) continue;
      const style = getComputedStyle(one);
      const pill = one.matches(".form") && one.parentNode.querySelector("rect");
      const ground = pill ? parse(getComputedStyle(pill).fill) : behind(one);
      const colour = one instanceof SVGElement ? style.fill : style.color;
      note(words.slice(0, 30), colour, ground, parseFloat(style.fontSize) >= 24 ? 3 : 4.5);
    }
    const shown = (names) => [...document.querySelectorAll(names)].filter((one) => one.checkVisibility());
    for (const field of shown("textarea")) {
      note("textarea", getComputedStyle(field).color, behind(field), 4.5);
      note("placeholder", getComputedStyle(field, "::placeholder").color, behind(field), 4.5);
      note("edge of textarea", getComputedStyle(field.parentElement).borderBottomColor, behind(field), 3);
    }
    for (const line of shown(".arc path:first-child, .span path")) {
      note("line", getComputedStyle(line).stroke, behind(line), 3);
    }
    for (const edge of shown(".level, .examples button")) {
      note("edge", getComputedStyle(edge).borderTopColor, behind(edge), 3);
    }
    return measured;
  },
})
