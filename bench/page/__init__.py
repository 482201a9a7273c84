"""What `bench/page.py` measures with."""
