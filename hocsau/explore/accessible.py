"""What the page's own code must add to ipywidgets' sliders: names, a voice for the numbers, and how wide a picture may be.

A slider of ipywidgets has an empty aria-label, and its readout is an editable field without a name: both get the label of
their row. The line of numbers (class hocsau-status) is copied into a role="status" region a moment after it stops changing,
so that a screen reader says it once, and not thirty times during a drag. The width that the page leaves for the picture is
told to the kernel, which draws it in that size: one that the browser makes smaller is less sharp, and takes it longer.
"""

from __future__ import annotations

import anywidget
import traitlets

__all__ = ["Accessible"]


class Accessible(anywidget.AnyWidget):
    """An invisible widget that names the sliders beside it, announces the status line, and measures the page.

    room: the CSS pixels that a picture may be wide; 0 until the page has said so
    """

    room = traitlets.Int(0).tag(sync=True, echo_update=False)

    _esm = """
    function render({ model, el }) {
      const voice = document.createElement("div");
      voice.setAttribute("role", "status");
      voice.setAttribute("aria-live", "polite");
      voice.style.cssText =
        "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap";
      el.append(voice);
      let observer = null, sizes = null, later = null, measured = null, tries = 0, ended = false;
      let places = "", shown = null, moved = 0, late = 0, said = false, word = null;
      // A server that holds a small message back until the one before is acknowledged sends the picture 40 ms late, and
      // the browser acknowledges at once only with something of its own to send: so it says a word once a change, when
      // the picture should be on its way. Only while pictures come late: a word takes the kernel a moment.
      const follow = (root) => {
        const now = performance.now();
        const there = Array.from(root.querySelectorAll(".noUi-handle"), (one) => one.getAttribute("aria-valuenow")).join();
        if (there !== places) {
          places = there;
          moved = moved || now;
          if (late && !said) { said = true; word = setTimeout(() => model.send({}), 18); }
        }
        const picture = root.querySelector(".widget-html-content img");
        if (picture === shown) return;
        if (moved) late = now - moved > 42 ? 60 : Math.max(0, late - 1);
        shown = picture; moved = 0; said = false;
      };
      const set = (node, name, value) => {
        if (node && value && node.getAttribute(name) !== value) node.setAttribute(name, value);
      };
      const look = (root) => {
        follow(root);
        for (const handle of root.querySelectorAll(".noUi-handle")) {
          const row = handle.closest(".widget-inline-hbox");
          const label = row && row.querySelector("label, .widget-label");
          const readout = row && row.querySelector(".widget-readout");
          const name = label && label.textContent.trim();
          set(handle, "aria-label", name);
          set(readout, "aria-label", name);
          set(readout, "role", readout && readout.isContentEditable ? "textbox" : "");
          set(handle, "aria-valuetext", readout && readout.textContent.trim());
        }
        const line = root.querySelector(".hocsau-status");
        const text = line ? line.textContent : "";
        if (text !== voice.textContent) {
          clearTimeout(later);
          later = setTimeout(() => { voice.textContent = text; }, 400);
        }
      };
      const start = () => {
        const root = el.closest(".hocsau-explorer");
        if (!root) { if (!ended && tries++ < 200) setTimeout(start, 50); return; }
        observer = new MutationObserver(() => look(root));
        observer.observe(root, { subtree: true, childList: true, characterData: true,
                                 attributes: true, attributeFilter: ["aria-valuetext", "aria-valuenow"] });
        look(root);
        const content = root.querySelector(".widget-html-content");
        if (!content) return;
        sizes = new ResizeObserver(() => {
          clearTimeout(measured);
          measured = setTimeout(() => {
            const room = Math.floor(content.getBoundingClientRect().width);
            if (room && room !== model.get("room")) { model.set("room", room); model.save_changes(); }
          }, 150);
        });
        sizes.observe(content);
      };
      start();
      return () => {
        ended = true; for (const timer of [later, measured, word]) clearTimeout(timer);
        for (const one of [observer, sizes]) if (one) one.disconnect();
      };
    }
    export default { render };
    """
