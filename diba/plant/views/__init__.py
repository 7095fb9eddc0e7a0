"""The ground's pages, a file a subject."""
