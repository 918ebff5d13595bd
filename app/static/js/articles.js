// Two helps for whoever writes an article: what she types is kept on the way, and what she pastes
// from a word processor becomes Markdown. Without this script the form works all the same.
"use strict";

(() => {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const state = form.querySelector("[data-draft-state]");
  const PAUSE = 3000;
  let timer = 0;
  let sent = "";

  const typed = () => {
    const data = new FormData(form);
    data.delete("picture");
    return data;
  };
  const asText = (data) => new URLSearchParams(data).toString();

  async function keep() {
    const data = typed();
    const text = asText(data);
    if (text === sent) return;
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: data });
      if (!answer.ok) throw new Error(String(answer.status));
      sent = text;
      state.textContent = form.dataset.kept;
    } catch {
      state.textContent = form.dataset.notKept;
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  form.addEventListener("submit", () => clearTimeout(timer));

  // --- pasting --------------------------------------------------------------------------------

  const BLOCKS = "p, h1, h2, h3, h4, h5, h6, div, section, article, blockquote, ul, ol, table, pre";
  const HEADING = /^H([1-6])$/;
  const LIST = /^(UL|OL)$/;
  const SILENT = /^(STYLE|SCRIPT|META|LINK|TITLE|XML|IMG|DEL)$/i;
  // Signs before the items of Word's lists; letters are numbers to Markdown, which counts itself.
  const BULLET = /^[\u2022\u00b7\u25aa\u25cf\u25e6\uf0b7\uf0a7o\u00a7-][\s\u00a0]+/;
  const NUMBER = /^\(?([0-9\u0660-\u0669]{1,3}|[a-z\u0621-\u064a]|[ivx]{1,4})[.)-][\s\u00a0]+/i;
  const westerly = (text) => text.replace(/[\u0660-\u0669]/g, (digit) => digit.charCodeAt(0) - 0x660);
  // Enough to stand inside an item with a number of two figures, too little for a block of code.
  const INDENT = "    ";

  const clean = (text) => text.replace(/[\u00a0\s]+/g, " ");
  const styleOf = (node) => node.getAttribute("data-style") || "";
  const isElement = (node) => node !== null && node.nodeType === Node.ELEMENT_NODE;

  // Pictures, what was struck out or hidden, and what editors said of the text among themselves.
  const isLeftOut = (node) => SILENT.test(node.tagName)
    || /mso-element:\s*comment|display:\s*none|mso-hide:\s*all/i.test(styleOf(node))
    || /MsoCommentReference|msocom/i.test(node.className);

  // The signs of Markdown that stand around a text; some programs say it by style alone.
  function signOf(node) {
    if (!isElement(node) || isLeftOut(node) || node.querySelector(BLOCKS)) return "";
    const style = styleOf(node);
    const isBold = /^(B|STRONG)$/.test(node.tagName)
      ? !/font-weight:\s*(normal|400)/i.test(style)
      : /^SPAN$/.test(node.tagName) && /font-weight:\s*(bold|[6-9]00)/i.test(style);
    const isSlanted = /^(I|EM|CITE)$/.test(node.tagName)
      || (/^SPAN$/.test(node.tagName) && /font-style:\s*italic/i.test(style));
    return (isSlanted ? "*" : "") + (isBold ? "**" : "");
  }

  // Word cuts a word in bold into several: two that touch would leave signs in the text.
  function joinAlike(page) {
    for (const node of page.querySelectorAll("b, strong, i, em, cite, span")) {
      const sign = signOf(node);
      while (sign && signOf(node.nextSibling) === sign) {
        node.append(...node.nextSibling.childNodes);
        node.nextSibling.remove();
      }
    }
  }

  function wrap(text, sign) {
    const inner = text.trim();
    if (!inner) return text;
    return `${text.match(/^\s*/)[0]}${sign}${inner}${sign}${text.match(/\s*$/)[0]}`;
  }

  function linked(node, text) {
    const href = (node.getAttribute("href") || "").trim();
    if (!/^(https?:|mailto:)/i.test(href)) return text;
    const address = href.replace(/[\s()<>]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, "0")}`);
    return text.trim() ? `[${text.trim()}](${address})` : "";
  }

  // One star is slanted, two are bold, three are both: as bits, what stands around is not said twice.
  function inline(node, around = 0) {
    if (node.nodeType === Node.TEXT_NODE) return clean(node.data);
    if (!isElement(node) || isLeftOut(node)) return "";
    if (node.tagName === "BR") return "\n";
    const own = signOf(node).length;
    const text = [...node.childNodes].map((each) => inline(each, around | own)).join("");
    return node.tagName === "A" ? linked(node, text) : wrap(text, "*".repeat(own & ~around));
  }

  // Everything in a node on one line.
  function flat(node) {
    const found = [];
    blocks(node, found);
    return clean(found.map((each) => each.text).join(" ")).trim();
  }

  function list(node, depth) {
    let number = (Number(node.getAttribute("start")) || 1) - 1;
    const lines = [];
    for (const item of node.children) {
      // Some programs put the inner list beside its item; before the first one it is none.
      if (LIST.test(item.tagName)) lines.push(list(item, lines.length ? depth + 1 : depth));
      else if (!isLeftOut(item)) {
        const own = item.cloneNode(true);
        for (const each of own.querySelectorAll("ul, ol")) each.remove();
        const text = flat(own);
        const inner = [...item.querySelectorAll("ul, ol")].filter((each) => each.parentElement.closest("ul, ol") === node);
        number += 1;
        if (text) lines.push(`${INDENT.repeat(depth)}${node.tagName === "OL" ? `${number}.` : "*"} ${text}`);
        lines.push(...inner.map((each) => list(each, text ? depth + 1 : depth)));
      }
    }
    return lines.filter(Boolean).join("\n");
  }

  function table(node, found) {
    const rows = [...node.rows].map((row) => [...row.cells]);
    const width = Math.max(0, ...rows.map((row) => row.length));
    if (width < 2) {
      rows.flat().forEach((cell) => blocks(cell, found));
      return;
    }
    const lines = rows.map((row) => {
      const cells = row.map((cell) => flat(cell).replace(/\|/g, "\\|"));
      return `| ${[...cells, ...Array(width - cells.length).fill("")].join(" | ")} |`;
    });
    lines.splice(1, 0, `|${" --- |".repeat(width)}`);
    found.push({ text: lines.join("\n"), level: 0 });
  }

  // A paragraph; one that Word shows as an item of a list has a level from 1.
  function paragraph(node) {
    const text = inline(node).trim();
    const isMarked = BULLET.test(text) || NUMBER.test(text);
    const isItem = /mso-list:\s*l[0-9]/i.test(styleOf(node)) || (isMarked && /MsoListParagraph/i.test(node.className));
    if (!isItem || !text) return { text, level: 0 };
    const level = Number((/level([1-9])/i.exec(styleOf(node)) || [0, 1])[1]);
    const number = NUMBER.exec(text);
    if (!number) return { text: `* ${text.replace(BULLET, "")}`, level };
    return { text: `${Number(westerly(number[1])) || 1}. ${text.slice(number[0].length)}`, level };
  }

  function block(node, found) {
    const heading = HEADING.exec(node.tagName);
    if (heading) {
      const text = flat(node).replace(/\*\*/g, "");
      if (text) found.push({ text: `${"#".repeat(Math.max(2, Number(heading[1])))} ${text}`, level: 0 });
    } else if (LIST.test(node.tagName)) {
      found.push({ text: list(node, 0), level: 0 });
    } else if (node.tagName === "TABLE") {
      table(node, found);
    } else if (node.tagName === "BLOCKQUOTE") {
      const inner = [];
      blocks(node, inner);
      found.push({ text: together(inner).replace(/^/gm, "> "), level: 0 });
    } else if (node.querySelector(BLOCKS)) {
      blocks(node, found);
    } else {
      found.push(paragraph(node));
    }
  }

  function blocks(node, found) {
    let line = "";
    const flush = () => {
      found.push({ text: line.trim(), level: 0 });
      line = "";
    };
    for (const child of node.childNodes) {
      // Google Docs puts the whole text into one <b>.
      const isBlock = isElement(child) && (child.matches(BLOCKS) || child.querySelector(BLOCKS) !== null);
      if (!isBlock) line += inline(child);
      else if (!isLeftOut(child)) {
        flush();
        block(child, found);
      }
    }
    flush();
  }

  function toMarkdown(html) {
    // The page's policy allows no style of others; what it says of the text is still read.
    const bare = html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/\sstyle=/gi, " data-style=");
    const page = new DOMParser().parseFromString(bare, "text/html");
    const found = [];
    joinAlike(page);
    blocks(page.body, found);
    return together(found);
  }

  function together(found) {
    let text = "";
    let depth = 0;
    for (const each of found.filter((one) => one.text)) {
      // An item stands at most one step further in than the one above it.
      const follows = depth > 0 && each.level > 0;
      depth = Math.min(each.level, depth + 1);
      text += (text && (follows ? "\n" : "\n\n")) + INDENT.repeat(Math.max(depth - 1, 0)) + each.text;
    }
    return text;
  }

  for (const area of form.querySelectorAll("textarea[name^='body-']")) {
    area.addEventListener("paste", (event) => {
      const html = event.clipboardData.getData("text/html");
      // Out of an editor of code or a plain window the text is what it is.
      if (!/<(p|h[1-6]|ul|ol|b|strong|i|em|a|blockquote|table)\b/i.test(html)) return;
      const text = toMarkdown(html);
      if (!text) return;
      event.preventDefault();
      // Kept by the browser's own undo.
      if (!document.execCommand("insertText", false, text)) area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
})();
