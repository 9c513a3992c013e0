len("\u00fc")
