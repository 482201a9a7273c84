"""Services that other people run, small and on loopback."""
