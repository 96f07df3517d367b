"""The workshop: what proves, measures, shows and packs the course. It may import everything; nothing imports it but tests."""
