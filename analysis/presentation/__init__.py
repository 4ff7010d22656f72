"""What all pages, tables and figures share: style, words and numbers in two languages."""
