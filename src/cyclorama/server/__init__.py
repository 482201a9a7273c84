"""The HTTP and WebSocket face, and the pages that it serves."""
