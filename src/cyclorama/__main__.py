"""`python -m cyclorama`."""

from cyclorama.cli import main

if __name__ == "__main__":
    main()
