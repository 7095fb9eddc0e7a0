"""The science: plain Python and arrays. No Django, no clock, no files, no plots."""
