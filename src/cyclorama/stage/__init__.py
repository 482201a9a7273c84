"""People in a room: tokens, who is there, and the forwarding of their media."""
