"""What tests of every package stand on: databases, applications, a browser's stand-in."""
