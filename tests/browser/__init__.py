"""The real program, a real Chromium, and people who only know the pages."""
