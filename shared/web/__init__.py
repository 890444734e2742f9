"""The one look of all pages: base page, words in two languages, assets, headers."""
