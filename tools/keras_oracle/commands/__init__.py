"""The commands of `tools/fixtures`, a module each."""
