"""Pages in the browser. Solara is imported here and nowhere else: it takes over matplotlib's backend in the process that imports it."""
