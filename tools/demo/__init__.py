"""The demonstration class: 24 students whose right answers, mistakes and accidents are known."""
