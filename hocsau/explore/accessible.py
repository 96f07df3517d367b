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
      const set = (node, name, value) => {
        if (node && value && node.getAttribute(name) !== value) node.setAttribute(name, value);
      };
      const look = (root) => {
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
        ended = true; clearTimeout(later); clearTimeout(measured);
        for (const one of [observer, sizes]) if (one) one.disconnect();
      };
    }
    export default { render };
    """
