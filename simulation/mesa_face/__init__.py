"""The city as a Mesa model: agents as views of rows, for Mesa's tools and a researcher's own processes."""
