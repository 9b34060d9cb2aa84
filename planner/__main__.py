"""`python -m planner`: the same as `planner`."""

from planner.cli.main import main

if __name__ == "__main__":
    main()
