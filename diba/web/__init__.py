"""Settings, urls, base templates, static sources. No logic."""
