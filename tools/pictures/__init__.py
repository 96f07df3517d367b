"""The pictures of the README and of the stories' pages, made anew: `make pictures`."""
