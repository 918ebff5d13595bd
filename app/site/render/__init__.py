"""What the standing pages and the desk show."""
