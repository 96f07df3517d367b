"""What the page's own code must add to ipywidgets' sliders: names, and a voice for the numbers.

A slider of ipywidgets has an empty aria-label, and its readout is an editable field without a name: both get the label of
their row. The line of numbers (class hocsau-status) is copied into a role="status" region a moment after it stops changing,
so that a screen reader says it once, and not thirty times during a drag.
"""

from __future__ import annotations

import anywidget

__all__ = ["Accessible"]


class Accessible(anywidget.AnyWidget):
    """An invisible widget that names the sliders beside it and announces the status line."""

    _esm = """
    function render({ el }) {
      const voice = document.createElement("div");
      voice.setAttribute("role", "status");
      voice.setAttribute("aria-live", "polite");
      voice.style.cssText =
        "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap";
      el.append(voice);
      let observer = null, later = null, tries = 0, ended = false;
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
      };
      start();
      return () => { ended = true; clearTimeout(later); if (observer) observer.disconnect(); };
    }
    export default { render };
    """
