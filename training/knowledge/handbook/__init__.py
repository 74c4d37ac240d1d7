"""The published articles as a book: in flows what a reader may read, out comes a page to print, or a PDF."""
