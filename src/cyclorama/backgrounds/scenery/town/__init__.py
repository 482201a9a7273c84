"""Buildings, streets, their lights, and stages."""
